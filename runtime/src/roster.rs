//! Who is alive? The table of all tasks, and what state each is in.
//!
//! Only `executor` uses it. No function here runs user code: tasks, outputs and wakers are moved out and left to the
//! caller, who drops them when nothing is borrowed any more.
//!
//! ```text
//!            spawn                        begin
//!   (none) --------> waiting, queued ---------------> running        task: taken out
//!                       ^   |   ^                      |     \
//!               wake    |   |   |      put_back        |      \ finish
//!                       |   +---+----------------------+       v
//!                    waiting, not queued                     finished -- claim / detach --> (none)
//! ```

use std::any::Any;
use std::panic::Location;
use std::task::Waker;

use slab::Slab;

use crate::observe::{Outcome, WaitPoint, WakeEffect};
use crate::task::Task;
use crate::ticket::{Generation, ROOT, Ticket};

pub(crate) struct Roster {
    entries: Slab<Entry>,
    seat: usize,
    next: Generation,
}

pub(crate) struct Entry {
    /// Taken out while the task is polled or dropped.
    task: Option<Task>,
    pub(crate) phase: Phase,
    generation: Generation,
    queued: bool,
    aborted: bool,
    /// Nobody will ask for the result: the handle was dropped.
    detached: bool,
    pub(crate) joiner: Option<Waker>,
    pub(crate) spawned_at: &'static Location<'static>,
    pub(crate) waits: Waits,
}

/// What a task said it waits for when it was pending last.
#[derive(Clone, Copy, Default)]
pub(crate) struct Waits {
    pub(crate) first: Option<WaitPoint>,
    pub(crate) more: u32,
}

pub(crate) enum Phase {
    Alive,
    /// The output is in the task.
    Completed,
    Panicked(Box<dyn Any + Send>),
    Cancelled,
}

impl Phase {
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Phase::Panicked(_) => Outcome::Panicked,
            Phase::Cancelled => Outcome::Cancelled,
            Phase::Alive | Phase::Completed => Outcome::Completed,
        }
    }
}

/// What `begin` found.
pub(crate) enum Begin {
    /// Poll this, then `put_back` or `finish`.
    Poll(Task),
    /// Drop this, then `finish`.
    Abort(Task),
}

/// What `claim` found.
pub(crate) enum Claim {
    /// Not finished: leave a waker with `await_end`.
    Alive,
    /// Finished, and no longer in the table.
    Finished(Phase, Option<Task>),
    Gone,
}

impl Roster {
    pub(crate) fn new(seat: usize, first: Generation) -> Roster {
        Roster { entries: Slab::new(), seat, next: first }
    }

    pub(crate) fn next_generation(&self) -> Generation {
        self.next
    }

    /// Adds a task that is queued from the start. Gives the task back if the table is full.
    pub(crate) fn add(
        &mut self,
        task: Task,
        at: &'static Location<'static>,
    ) -> Result<Ticket, Task> {
        if self.entries.vacant_key() >= ROOT {
            return Err(task);
        }
        let generation = self.next;
        self.next = generation.next();
        let index = self.entries.insert(Entry {
            task: Some(task),
            phase: Phase::Alive,
            generation,
            queued: true,
            aborted: false,
            detached: false,
            joiner: None,
            spawned_at: at,
            waits: Waits::default(),
        });
        Ok(Ticket::new(self.seat, generation, index))
    }

    /// The entry of a task, unless the ticket is stale.
    pub(crate) fn get(&self, ticket: Ticket) -> Option<&Entry> {
        self.entries.get(ticket.index()).filter(|entry| entry.generation == ticket.generation())
    }

    /// The generation of the task at `index`, if there is one.
    pub(crate) fn tenant(&self, index: usize) -> Option<Generation> {
        self.entries.get(index).map(|entry| entry.generation)
    }

    fn get_mut(&mut self, ticket: Ticket) -> Option<&mut Entry> {
        self.entries.get_mut(ticket.index()).filter(|entry| entry.generation == ticket.generation())
    }

    /// The caller queues the ticket if the effect says so.
    pub(crate) fn wake(&mut self, ticket: Ticket) -> WakeEffect {
        match self.get_mut(ticket) {
            Some(entry) if entry.is_finished() => WakeEffect::Stale,
            Some(entry) if entry.queued => WakeEffect::AlreadyQueued,
            Some(entry) => {
                entry.queued = true;
                if entry.task.is_some() {
                    WakeEffect::Queued
                } else {
                    WakeEffect::QueuedWhileRunning
                }
            }
            None => WakeEffect::Stale,
        }
    }

    /// Marks a task to be dropped when its turn comes. The caller wakes it.
    pub(crate) fn abort(&mut self, ticket: Ticket) {
        if let Some(entry) = self.get_mut(ticket) {
            entry.aborted = true;
        }
    }

    /// Takes a task out of the table for its turn: from here on a wake means one more poll.
    pub(crate) fn begin(&mut self, ticket: Ticket) -> Option<Begin> {
        let entry = self.get_mut(ticket)?;
        entry.queued = false;
        if entry.is_finished() {
            // It was woken, or aborted itself, in its last poll; what is in `task` now is the output.
            return None;
        }
        let task = entry.task.take()?;
        Some(if entry.aborted { Begin::Abort(task) } else { Begin::Poll(task) })
    }

    /// Puts a pending task back; gives it out again if it was aborted meanwhile.
    pub(crate) fn put_back(&mut self, ticket: Ticket, task: Task, waits: Waits) -> Option<Task> {
        match self.get_mut(ticket) {
            Some(entry) if !entry.aborted => {
                entry.task = Some(task);
                entry.waits = waits;
                None
            }
            _ => Some(task),
        }
    }

    /// Notes how a task ended. Gives out the waker of who awaits it, and, if nobody ever will, the whole entry.
    pub(crate) fn finish(
        &mut self,
        ticket: Ticket,
        phase: Phase,
        output: Option<Task>,
    ) -> (Option<Waker>, Option<Entry>) {
        let Some(entry) = self.get_mut(ticket) else { return (None, None) };
        entry.phase = phase;
        entry.task = output;
        let joiner = entry.joiner.take();
        let detached = entry.detached.then(|| self.entries.remove(ticket.index()));
        (joiner, detached)
    }

    /// Asks for a task's result.
    pub(crate) fn claim(&mut self, ticket: Ticket) -> Claim {
        match self.get(ticket) {
            Some(entry) if !entry.is_finished() => Claim::Alive,
            Some(_) => {
                let entry = self.entries.remove(ticket.index());
                Claim::Finished(entry.phase, entry.task)
            }
            None => Claim::Gone,
        }
    }

    /// Leaves `joiner` to be woken when the task, which is alive, ends. Gives out the one it replaces: the latest wins.
    pub(crate) fn await_end(&mut self, ticket: Ticket, joiner: Waker) -> Option<Waker> {
        match self.get_mut(ticket) {
            Some(entry) => entry.joiner.replace(joiner),
            None => Some(joiner),
        }
    }

    /// Nobody will ask for the result. Gives out what is to be dropped: the joiner, or all of a finished task.
    pub(crate) fn detach(&mut self, ticket: Ticket) -> (Option<Waker>, Option<Entry>) {
        match self.get_mut(ticket) {
            Some(entry) if !entry.is_finished() => {
                entry.detached = true;
                (entry.joiner.take(), None)
            }
            Some(_) => (None, Some(self.entries.remove(ticket.index()))),
            None => (None, None),
        }
    }

    /// Removes all tasks, for the end of the runtime.
    pub(crate) fn take_all(&mut self) -> Vec<(Ticket, Entry)> {
        let seat = self.seat;
        std::mem::take(&mut self.entries)
            .into_iter()
            .map(|(index, entry)| (Ticket::new(seat, entry.generation, index), entry))
            .collect()
    }

    /// All tasks, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ticket, &Entry)> {
        self.entries
            .iter()
            .map(|(index, entry)| (Ticket::new(self.seat, entry.generation, index), entry))
    }
}

impl Entry {
    pub(crate) fn is_finished(&self) -> bool {
        !matches!(self.phase, Phase::Alive)
    }

    pub(crate) fn is_queued(&self) -> bool {
        self.queued
    }

    pub(crate) fn is_running(&self) -> bool {
        self.task.is_none() && !self.is_finished()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task;
    use std::future::pending;

    #[test]
    fn a_stale_ticket_finds_another_generation_also_when_generations_wrap() {
        let last = Generation::from_bits((1 << 28) - 1).unwrap();
        let mut roster = Roster::new(0, last);
        let old = roster.add(task::new(pending::<()>()), Location::caller()).ok().unwrap();
        assert_eq!(old.generation(), last);
        drop(roster.finish(old, Phase::Cancelled, None));
        drop(roster.detach(old));
        let new = roster.add(task::new(pending::<()>()), Location::caller()).ok().unwrap();
        assert_eq!((new.index(), new.generation()), (old.index(), Generation::FIRST));
        assert_eq!(roster.wake(old), WakeEffect::Stale);
        assert!(roster.get(old).is_none() && roster.begin(old).is_none());
        assert!(matches!(roster.begin(new), Some(Begin::Poll(_))));
    }
}
