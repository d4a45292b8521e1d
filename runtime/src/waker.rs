//! How does a task get back into the ready queue? Somebody calls `wake` on its waker, and a waker is a ticket.
//!
//! `executor` makes one for each poll; user code clones and keeps it; `wake` looks whose thread this is and goes to the
//! schedule or to the mailbox. Taught in chapter 06; the other thread's half in chapter 18.

use std::ptr;
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::schedule;
use crate::seat;
use crate::ticket::Ticket;

/// One table for all wakers, so that `Waker::will_wake` compares two words and is exact.
static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake_data, wake_data, drop);

/// Makes the waker of the task that `ticket` names. It owns nothing and can outlive the task, the runtime and the thread.
pub(crate) fn of(ticket: Ticket) -> Waker {
    // SAFETY: the table's functions take the data word for a number and never follow it as a pointer, so there is
    // nothing that could dangle, be freed twice or be shared without synchronisation: `clone` copies the number, `drop`
    // does nothing, and `wake` may be called on any thread because it reaches the task by number too, through
    // `schedule` on the task's own thread and through the mailbox on every other one.
    unsafe { Waker::new(ptr::without_provenance(ticket.bits()), &TABLE) }
}

fn clone(data: *const ()) -> RawWaker {
    RawWaker::new(data, &TABLE)
}

fn wake_data(data: *const ()) {
    let Some(ticket) = Ticket::from_bits(data.addr()) else { return };
    // Nearly all wakes are of this kind, and are done without a call.
    if !schedule::with(|schedule| schedule.wake(ticket)).unwrap_or(false) {
        wake_otherwise(ticket);
    }
}

/// Wakes a task of this thread of which somebody is told, or one of another thread.
#[inline(never)]
fn wake_otherwise(ticket: Ticket) {
    if !wake_here(ticket) {
        seat::post(ticket);
    }
}

fn drop(_: *const ()) {}

/// Wakes the task that `ticket` names if this is its own thread, and says whether it is.
#[inline]
pub(crate) fn wake_here(ticket: Ticket) -> bool {
    // Not lent but cloned, for an observer may be told. It is small enough then to be one function.
    let Some(schedule) = schedule::current() else { return false };
    let is_ours = schedule.seat() == ticket.seat();
    if is_ours {
        schedule.wake_and_tell(ticket, || None);
    }
    is_ours
}

#[cfg(test)]
mod tests;
