//! How does a task leave the roster? Its result is claimed by whoever joins it, or nobody wants it any more.
//!
//! A task whose output was taken is *spent*: its memory stays in its slot, for the next task there, if that is of the same type.
//! A program spawns the same few types again and again, and so the allocator is seldom asked: a fifth of a task's time.

use std::task::Waker;

use super::Roster;
use crate::head::Flag;
use crate::place::Place;
use crate::task::{Payload, Task};
use crate::ticket::Ticket;

/// How many bytes of spent tasks are kept at most: a crowd of large ones must not hold their memory for ever.
const MOST_SPENT: usize = 8 << 20;

/// What `claim` found.
pub(crate) enum Claim {
    /// Not finished: leave a waker with `await_end`.
    Alive,
    /// Finished, and no longer here; the output is where it was wanted.
    Completed,
    /// Finished, without an output: ask `fail`.
    Failed,
    Gone,
}

impl Roster {
    /// Keeps the result of a task whose future is gone. Gives out the waker of who awaits it, and the result if nobody ever will.
    // Inlined, for it is the end of each poll that is ready.
    #[inline(always)]
    pub(crate) fn finish(
        &mut self,
        ticket: Ticket,
        result: Option<Task>,
    ) -> (Option<Waker>, Option<Task>) {
        // Nobody else is there as long as it runs.
        let Some(mut slot) = self.pages.slot(ticket.index()) else { return (None, result) };
        slot.head_mut().finish();
        if slot.head().has(Flag::DETACHED) {
            slot.vacate(ticket.index());
            return (None, result);
        }
        // What was there is taken out.
        *slot.task() = result;
        (slot.take_joiner(), None)
    }

    /// Asks for a task's result. An output is moved into `place`, which must be an `Option` of its type.
    #[inline]
    pub(crate) fn claim(&mut self, ticket: Ticket, place: Place<'_>) -> Claim {
        let slot = self.pages.slot(ticket.index()).filter(|slot| slot.head().is_of(ticket));
        let Some(mut slot) = slot else { return Claim::Gone };
        if !slot.head().has(Flag::FINISHED) {
            return Claim::Alive;
        }
        let Some(task) = slot.task() else { return Claim::Failed };
        if !task.take_output(place) {
            return Claim::Failed;
        }
        let size = size_of_val(&**task);
        if self.spent + size <= MOST_SPENT {
            self.spent += size;
        } else {
            *slot.task() = None;
        }
        slot.vacate(ticket.index());
        Claim::Completed
    }

    /// Removes a task that has no output; gives what it panicked with, or nothing if it was cancelled.
    #[cold]
    pub(crate) fn fail(&mut self, ticket: Ticket) -> Option<Payload> {
        let mut slot = self.slot(ticket)?;
        let task = slot.task().take();
        slot.vacate(ticket.index());
        task?.take_payload()
    }

    /// Leaves `joiner` to be woken when the task, which is alive, ends. Gives out the one it replaces: the latest wins.
    pub(crate) fn await_end(&mut self, ticket: Ticket, joiner: Waker) -> Option<Waker> {
        match self.slot(ticket) {
            Some(mut slot) => slot.leave_joiner(joiner),
            None => Some(joiner),
        }
    }

    /// Nobody will ask for the result. Gives out what is to be dropped: the joiner, or the result of a finished task.
    pub(crate) fn detach(&mut self, ticket: Ticket) -> (Option<Waker>, Option<Task>) {
        let Some(mut slot) = self.slot(ticket) else { return (None, None) };
        if !slot.head().has(Flag::FINISHED) {
            slot.head_mut().set(Flag::DETACHED);
            return (slot.take_joiner(), None);
        }
        let result = slot.task().take();
        slot.vacate(ticket.index());
        (None, result)
    }
}
