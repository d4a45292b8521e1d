//! How do a library and the program itself get into the trace? By a note.

use std::panic::Location;

use crate::observe::Event;
use crate::schedule;

/// Adds a note of a library or of the program to what this thread's observer hears; `text` is only made if one listens.
///
/// Outside a runtime, and in one that nobody observes, it does nothing.
///
/// ```
/// runtime::note("say", || "halfway there".to_string());
/// ```
#[inline]
#[track_caller]
pub fn note(subject: &'static str, text: impl FnOnce() -> String) {
    if schedule::with(|schedule| schedule.trace.is_on()) == Some(true) {
        tell(subject, text());
    }
}

#[cold]
#[track_caller]
fn tell(subject: &'static str, text: String) {
    let line = Location::caller();
    if let Some(schedule) = schedule::current() {
        schedule.trace.emit_for(Some(line), || Event::Note { subject, text: text.into() });
    }
}
