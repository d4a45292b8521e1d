//! What is wrong, where, what is so, and what is to be done about it?

use std::fmt;

/// One thing that is wrong with the book.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// `file:line`, from the root of the project.
    pub(crate) place: String,
    pub(crate) there: String,
    pub(crate) so: String,
    pub(crate) to_do: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { place, there, so, to_do } = self;
        // What has several lines begins on a line of its own.
        let piece = |text: &str| {
            if text.contains('\n') { format!("\n{text}") } else { text.to_string() }
        };
        write!(f, "{place}\n  there: {}\n  so:    {}\n  to do: {to_do}", piece(there), piece(so))
    }
}

/// The place of the only fault and what it says; for tests.
#[cfg(test)]
#[track_caller]
pub(crate) fn only(faults: &[Fault]) -> (&str, String) {
    let [fault] = faults else { panic!("one fault is wanted: {faults:#?}") };
    (&fault.place, fault.to_string())
}
