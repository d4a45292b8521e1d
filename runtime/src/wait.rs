//! What does a task wait for, and at which line? Leaf futures say so each time they are pending.
//!
//! Each leaf future keeps a `WaitPoint`, made where user code calls its constructor. `dump` prints it, the observer
//! hears of it.

use std::panic::Location;

pub(crate) use crate::observe::WaitPoint;
use crate::schedule;

impl WaitPoint {
    /// Remembers the caller's line; called in the `#[track_caller]` constructor of a leaf future.
    #[track_caller]
    pub(crate) fn here(what: &'static str) -> WaitPoint {
        WaitPoint { what, at: Location::caller() }
    }

    /// Tells the running task that this is what it waits for; a leaf future calls it before it returns `Pending`.
    pub(crate) fn pending(&self) {
        schedule::with(|schedule| schedule.waits(*self));
    }
}
