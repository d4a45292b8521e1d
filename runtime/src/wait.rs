//! What does a task wait for, and at which line?

use std::panic::Location;

/// Something a leaf future waits for, and the line of user code that waits.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub(crate) struct WaitPoint {
    pub(crate) what: &'static str,
    pub(crate) at: &'static Location<'static>,
}

#[allow(dead_code)]
impl WaitPoint {
    /// Remembers the caller's line; called from the `#[track_caller]` constructor of a leaf future.
    #[track_caller]
    pub(crate) fn here(what: &'static str) -> WaitPoint {
        WaitPoint { what, at: Location::caller() }
    }

    /// Tells the running task that this is what it waits for now; a leaf future calls it just before it returns `Pending`.
    pub(crate) fn pending(&self) {}
}
