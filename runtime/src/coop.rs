//! How does a task that is never pending give the others a turn? By an allowance for each poll.
//!
//! A socket that always has data and a channel that is never empty would let one task run for ever inside one poll.
//! Leaf futures therefore spend a unit each time they are polled, and are pending once when the allowance is used up:
//! their task goes to the back of the ready queue. Taught in chapter 17.

use std::task::{Context, Poll};

use crate::schedule;

/// Spends one unit of the running task's allowance. Pending, with a wake under way, if there is none left.
pub(crate) fn spend(cx: &mut Context<'_>) -> Poll<()> {
    // Outside a runtime there is nobody to be fair to.
    if schedule::with(|schedule| schedule.spend()).unwrap_or(true) {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}
