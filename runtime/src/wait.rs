//! What does a task wait for, and at which line? Leaf futures say so each time they are pending.
//!
//! Each leaf future keeps a `WaitPoint`, made where user code calls its constructor. `dump` prints it, the observer
//! hears of it.

use std::cell::Cell;
use std::panic::Location;

use crate::lines::Said;
pub(crate) use crate::observe::WaitPoint;

thread_local! {
    /// Of the poll that runs on this thread, or ran last.
    static SAID: Cell<Said> = const { Cell::new(Said::NOTHING) };
}

/// A poll begins, and nothing is waited for yet.
#[inline]
pub(crate) fn begin() {
    SAID.with(|said| said.set(Said::NOTHING));
}

/// What the task that runs, or has just run, has said that it waits for.
#[inline]
pub(crate) fn said() -> Said {
    SAID.with(Cell::get)
}

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

    /// Says that this is what the running task waits for; a leaf future calls it before it returns `Pending`. If it waits for
    /// several things, the first is kept and the rest are counted.
    #[inline]
    pub(crate) fn pending(&self) {
        SAID.with(|said| {
            let before = said.get();
            if before.first.is_some() {
                said.set(Said { more: before.more + 1, ..before });
            } else {
                said.set(Said { first: Some(*self), more: 0 });
            }
        });
    }
}
