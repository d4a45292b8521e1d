//! Who is alive, and who is polled next? All tasks, what state each is in, and the ready queue.
//!
//! `schedule` holds it, and only it and `executor` use it. No function here runs user code: tasks, outputs and wakers are
//! moved out and left to the caller, who drops them when nothing is borrowed any more. Taught in chapter 06.
//!
//! ```text
//!            add                           next
//!   (none) ------> waiting, queued ---------------> running        task: taken out
//!                     ^   |   ^                      |     \
//!             wake    |   |   |      put_back        |      \ finish
//!                     |   +---+----------------------+       v
//!                  waiting, not queued                     finished -- claim / detach --> (none)
//! ```
//!
//! How a task ends, and what becomes of its memory, is in `end`.
//!
//! The root future goes the same way from `begin_root` to `end_root`. The ready queue is a chain through the heads of those
//! who are in it:
//!
//! ```text
//!   front --> head of task 3 --> head of the root future --> head of task 1 <-- back
//! ```
//!
//! A task that ends while it is queued stays there until its turn comes, and so does its slot if the task is gone by then.

mod end;
mod root;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::panic::Location;
use std::task::Waker;

use crate::head::{Flag, Head};
use crate::lines::{Line, Lines, Said};
use crate::observe::WakeEffect;
use crate::pages::{Pages, Slot};
use crate::prefetch::prefetch;
use crate::task::{self, Task};
use crate::ticket::{Generation, LAST_INDEX, ROOT, Ticket};

pub(crate) use end::Claim;

pub(crate) struct Roster {
    pages: Pages,
    lines: Lines,
    front: usize,
    back: usize,
    queued: usize,
    seat: usize,
    next: Generation,
    /// The last slot that may be filled: `LAST_INDEX`, or none at all when the runtime is being dropped.
    last: usize,
    /// How many bytes the spent tasks have.
    spent: usize,
}

/// Whose turn it is.
pub(crate) enum Turn {
    Root,
    /// Poll this, then `put_back` or `finish`.
    Poll(Ticket, Task),
    /// Of one who is not polled any more: ask `pass_over`.
    Ended(usize),
    Nobody,
}

/// What is left of a task at the end of the runtime.
pub(crate) struct Rest {
    pub(crate) ticket: Ticket,
    pub(crate) finished: bool,
    pub(crate) task: Option<Task>,
    pub(crate) joiner: Option<Waker>,
}

impl Roster {
    pub(crate) fn new(seat: usize, next: Generation, last_root: Generation) -> Roster {
        let mut root = Head::new(last_root);
        root.finish();
        let (pages, lines) = (Pages::new(root), Lines::new());
        Roster {
            pages,
            lines,
            front: 0,
            back: 0,
            queued: 0,
            seat,
            next,
            last: LAST_INDEX,
            spent: 0,
        }
    }

    pub(crate) fn next_generation(&self) -> Generation {
        self.next
    }

    /// How many are queued.
    #[inline]
    pub(crate) fn queued(&self) -> usize {
        self.queued
    }

    /// Whether one more may be added.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.pages.next_vacant() <= self.last
    }

    /// From here on nothing can be added.
    pub(crate) fn close(&mut self) {
        self.last = ROOT;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.last == ROOT
    }

    /// Adds a task, for which there must be room, at the back of the queue.
    #[inline]
    pub(crate) fn add<F>(&mut self, future: F, at: &'static Location<'static>) -> Ticket
    where
        F: Future + 'static,
    {
        let (ticket, mut slot) = self.admit(at);
        task::put(slot.task(), future);
        self.push(ticket.index());
        ticket
    }

    /// Gives a task its number and a slot, in which it is to be put.
    // Inlined, for without the allocator it is nearly half of a spawn.
    #[inline]
    fn admit(&mut self, at: &'static Location<'static>) -> (Ticket, Slot<'_>) {
        let generation = self.next;
        self.next = generation.next();
        let line = self.lines.number("spawn", at);
        let mut head = Head::new(generation);
        head.set(Flag::QUEUED);
        let (index, mut slot) = self.pages.occupy(head, line);
        if let Some(spent) = slot.task() {
            self.spent -= size_of_val(&**spent);
        }
        (Ticket::new(self.seat, generation, index), slot)
    }

    /// The head of a task or of the root future, unless the ticket is stale.
    #[inline]
    pub(crate) fn head(&self, ticket: Ticket) -> Option<Head> {
        self.pages.head(ticket.index()).filter(|head| head.is_of(ticket))
    }

    #[inline]
    fn slot(&mut self, ticket: Ticket) -> Option<Slot<'_>> {
        self.pages.slot(ticket.index()).filter(|slot| slot.head().is_of(ticket))
    }

    /// The generation of who is at `index`, if anybody is.
    pub(crate) fn tenant(&self, index: usize) -> Option<Generation> {
        self.pages.head(index)?.generation()
    }

    /// Puts a task or the root future at the back of the queue, unless it is there already or finished.
    #[inline]
    pub(crate) fn wake(&mut self, ticket: Ticket) -> WakeEffect {
        let Some(mut slot) = self.slot(ticket) else { return WakeEffect::Stale };
        let head = slot.head();
        if head.has(Flag::FINISHED) {
            return WakeEffect::Stale;
        }
        if head.has(Flag::QUEUED) {
            return WakeEffect::AlreadyQueued;
        }
        slot.head_mut().set(Flag::QUEUED);
        self.push(ticket.index());
        let running = head.has(Flag::RUNNING);
        if running { WakeEffect::QueuedWhileRunning } else { WakeEffect::Queued }
    }

    /// Makes one who has just been marked as queued the last in the queue.
    #[inline]
    fn push(&mut self, index: usize) {
        if self.queued == 0 {
            self.front = index;
        } else if let Some(mut last) = self.pages.slot(self.back) {
            last.head_mut().set_link(index);
        }
        self.back = index;
        self.queued += 1;
    }

    /// Takes whoever is at the front, for its turn: from here on a wake means one more poll.
    #[inline]
    pub(crate) fn next(&mut self) -> Turn {
        let index = self.front;
        let Some(mut slot) = self.pages.slot(index).filter(|_| self.queued > 0) else {
            return Turn::Nobody;
        };
        let head = slot.head();
        self.queued -= 1;
        self.front = head.link();
        if head.has_any([Flag::FINISHED, Flag::ABORTED]) {
            return Turn::Ended(index);
        }
        slot.head_mut().begin();
        let Some(ticket) = head.ticket(self.seat, index) else { return Turn::Nobody };
        let task = slot.task().take();
        self.prefetch_next();
        match task {
            None => Turn::Root,
            Some(task) => Turn::Poll(ticket, task),
        }
    }

    /// The task whose turn is next comes into the cache while the one before it is polled. In a crowd it has been long away, and in
    /// a million of timers an eighth of the time was waiting for it.
    #[inline]
    fn prefetch_next(&mut self) {
        if let Some(mut next) = self.pages.slot(self.front)
            && let Some(task) = next.task()
        {
            prefetch(&**task);
        }
    }

    /// Ends the turn of one at `index` who has ended or was aborted since it was queued. A task that was aborted is given out: drop
    /// it, then `finish`.
    pub(crate) fn pass_over(&mut self, index: usize) -> Option<(Ticket, Task)> {
        let mut slot = self.pages.slot(index)?;
        let head = slot.head();
        if head.has(Flag::FINISHED) {
            // It was woken, or aborted itself, in its last poll; what is in the task's place now is the output.
            slot.head_mut().clear(Flag::QUEUED);
            if head.generation().is_none() {
                // The task is gone, and its slot has waited for this.
                slot.vacate(index);
            }
            return None;
        }
        slot.head_mut().begin();
        Some((head.ticket(self.seat, index)?, slot.task().take()?))
    }

    /// Marks a task to be dropped when its turn comes. The caller wakes it.
    pub(crate) fn abort(&mut self, ticket: Ticket) {
        if let Some(mut slot) = self.slot(ticket) {
            slot.head_mut().set(Flag::ABORTED);
        }
    }

    /// Puts a pending task back, with what it said that it waits for; gives it out again if it was aborted meanwhile.
    #[inline]
    pub(crate) fn put_back(
        &mut self,
        ticket: Ticket,
        task: Task,
        said: impl FnOnce() -> Said,
    ) -> Option<Task> {
        match self.pages.slot(ticket.index()) {
            Some(mut slot) if !slot.head().has(Flag::ABORTED) => {
                slot.head_mut().suspend(|| said().number(&mut self.lines));
                slot.task().replace(task)
            }
            _ => Some(task),
        }
    }

    /// Removes all tasks, for the end of the runtime.
    pub(crate) fn take_all(&mut self) -> Vec<Rest> {
        let tickets: Vec<_> = self.iter().map(|(ticket, _)| ticket).collect();
        let rest = |ticket| {
            let mut slot = self.slot(ticket)?;
            let finished = slot.head().has(Flag::FINISHED);
            let (task, joiner) = (slot.task().take(), slot.take_joiner());
            Some(Rest { ticket, finished, task, joiner })
        };
        let rests = tickets.into_iter().filter_map(rest).collect();
        (self.pages, self.queued) = (Pages::new(self.root()), 0);
        rests
    }

    /// All tasks, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Ticket, Head)> {
        self.pages.indices().filter_map(|index| {
            let head = self.pages.head(index)?;
            Some((Ticket::new(self.seat, head.generation()?, index), head))
        })
    }

    /// Where a task was spawned.
    pub(crate) fn spawned_at(&self, ticket: Ticket) -> Option<&'static Location<'static>> {
        let head = self.head(ticket);
        let line = head.map_or(Line::NONE, |_| self.pages.spawned(ticket.index()));
        self.lines.get(line).map(|spawn| spawn.at)
    }

    /// What a task waits for; nothing if it can run or has ended.
    pub(crate) fn waits(&self, head: Head) -> Said {
        let states = [Flag::QUEUED, Flag::RUNNING, Flag::FINISHED];
        let waiting = !states.iter().any(|state| head.has(*state));
        if waiting { Said::of_number(head.link(), &self.lines) } else { Said::NOTHING }
    }
}
