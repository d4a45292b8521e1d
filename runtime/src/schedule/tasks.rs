//! What can be done with a task from outside? Spawn it, abort it, ask for its result, let it go.
//!
//! `JoinHandle` does, by the task's ticket. What the loop does with a task is in `executor`. Taught in chapters 06 and 14.

use std::future::Future;
use std::panic::Location;
use std::rc::Rc;
use std::task::Waker;

use super::Schedule;
use crate::discard::discard;
use crate::head::Flag;
use crate::observe::Event;
use crate::place::Place;
use crate::roster::Claim;
use crate::task::{self, Payload};
use crate::ticket::{LAST_INDEX, Ticket};

impl Schedule {
    /// Adds a task at the back of the ready queue. `None` if the runtime is being dropped: the task is dropped at once.
    #[inline]
    pub(crate) fn spawn<F>(
        &self,
        future: F,
        name: Option<Rc<str>>,
        at: &'static Location<'static>,
    ) -> Option<Ticket>
    where
        F: Future + 'static,
    {
        let mut roster = self.roster.borrow_mut();
        if !roster.has_room() {
            drop(roster);
            return self.turn_away(task::new(future));
        }
        let ticket = roster.add(future, at);
        drop(roster);
        if self.watched || name.is_some() {
            self.tell_spawned(ticket, name, at);
        }
        Some(ticket)
    }

    #[cold]
    #[inline(never)]
    fn turn_away(&self, task: task::Task) -> Option<Ticket> {
        let closed = self.is_closed();
        assert!(
            closed,
            "a runtime holds at most {LAST_INDEX} tasks at once (the book, chapter 06)"
        );
        discard(task);
        None
    }

    /// Out of the way of all other tasks.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn tell_spawned(&self, ticket: Ticket, name: Option<Rc<str>>, at: &'static Location<'static>) {
        let task = self.id(ticket);
        if let Some(name) = &name {
            self.names.borrow_mut().insert(task, name.clone());
            self.remembers.set(true);
        }
        let by = self.trace.actor();
        self.trace.emit_for(Some(at), || Event::TaskSpawned { task, name, by });
    }

    /// Has a task's future dropped when its turn comes; not at once, because it may be the one that runs now, and
    /// because a chain of tasks that abort one another in their destructors would be a chain of nested calls.
    pub(crate) fn abort(&self, ticket: Ticket) {
        self.roster.borrow_mut().abort(ticket);
        self.wake_and_tell(ticket, || None);
    }

    /// Takes a finished task's result, the output into `place`, or leaves `joiner` to be woken when it is finished.
    #[inline]
    pub(crate) fn claim(&self, ticket: Ticket, place: Place<'_>, joiner: &Waker) -> Claim {
        let claim = self.roster.borrow_mut().claim(ticket, place);
        match &claim {
            Claim::Alive => self.await_end(ticket, joiner),
            Claim::Gone => {}
            _ if self.watched => self.tell_joined(ticket),
            _ => {}
        }
        claim
    }

    /// Removes a task that has no output; gives what it panicked with, or nothing if it was cancelled.
    pub(crate) fn fail(&self, ticket: Ticket) -> Option<Payload> {
        self.roster.borrow_mut().fail(ticket)
    }

    #[inline(never)]
    fn await_end(&self, ticket: Ticket, joiner: &Waker) {
        let latest = joiner.clone();
        let replaced = self.roster.borrow_mut().await_end(ticket, latest);
        drop(replaced);
    }

    #[cold]
    #[inline(never)]
    #[track_caller]
    fn tell_joined(&self, ticket: Ticket) {
        let event = || Event::TaskJoined { task: self.id(ticket), by: self.trace.actor() };
        self.trace.emit(event);
    }

    /// Nobody will ask for the task's result any more.
    pub(crate) fn detach(&self, ticket: Ticket) {
        let (joiner, result) = self.roster.borrow_mut().detach(ticket);
        drop(joiner);
        if result.is_some() {
            discard(result);
        }
    }

    pub(crate) fn is_finished(&self, ticket: Ticket) -> bool {
        let head = self.roster.borrow().head(ticket);
        head.is_none_or(|head| head.has(Flag::FINISHED))
    }

    /// Where a task was spawned.
    pub(crate) fn spawned_at(&self, ticket: Ticket) -> Option<&'static Location<'static>> {
        self.roster.borrow().spawned_at(ticket)
    }

    /// From here on nothing can be spawned: the runtime is being dropped.
    pub(crate) fn close(&self) {
        self.roster.borrow_mut().close();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.roster.borrow().is_closed()
    }
}
