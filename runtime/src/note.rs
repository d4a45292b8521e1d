//! How do a library and the program itself get into the trace? By a note.

use std::panic::Location;

use crate::observe::Event;
use crate::schedule::{self, Schedule};

/// Adds a note of a library or of the program to what this thread's observer hears; `text` is only made if one listens.
///
/// Outside a runtime, and in one that nobody observes, it does nothing.
///
/// ```
/// runtime::note("say", || "halfway there".to_string());
/// ```
#[track_caller]
pub fn note(subject: &'static str, text: impl FnOnce() -> String) {
    let line = Location::caller();
    let listening = |schedule: &Schedule| {
        let trace = &schedule.trace;
        trace.is_on().then(|| trace.clone())
    };
    if let Some(trace) = schedule::with(listening).flatten() {
        trace.emit_for(Some(line), || Event::Note { subject, text: text().into() });
    }
}
