//! What does a task wait for, and at which line? Leaf futures say so each time they are pending.
//!
//! Each leaf future keeps a `WaitPoint`, made where user code calls its constructor. `dump` prints it, the observer
//! hears of it.

use std::panic::Location;

pub(crate) use crate::observe::WaitPoint;
use crate::schedule;

/// Tells what the running task waits for, and that it waits at the caller's line: for leaf futures of one's own.
///
/// To be called in a poll that is about to return `Pending`. [`dump`](crate::dump()) and traces show it. Outside a runtime it
/// does nothing.
///
/// ```
/// use std::future::poll_fn;
/// use std::task::Poll;
///
/// # runtime::Runtime::new()?.block_on(async {
/// let _never = runtime::spawn(poll_fn(|_cx| {
///     runtime::waits_for("a letter");
///     Poll::<()>::Pending
/// }));
/// runtime::yield_now().await;
/// assert!(runtime::dump().to_string().contains("waits for a letter at"));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn waits_for(what: &'static str) {
    WaitPoint::here(what).pending();
}

impl WaitPoint {
    /// Remembers the caller's line; called in the `#[track_caller]` constructor of a leaf future.
    #[track_caller]
    pub(crate) fn here(what: &'static str) -> WaitPoint {
        WaitPoint { what, at: Location::caller() }
    }

    /// Tells the running task that this is what it waits for; a leaf future calls it before it returns `Pending`.
    #[inline]
    pub(crate) fn pending(&self) {
        schedule::with(|schedule| schedule.waits(*self));
    }
}
