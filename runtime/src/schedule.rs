//! What does a waker reach? The roster, in which it queues its task.
//!
//! On the task's own thread a wake is a comparison, a flag and a link, with no lock and no atomic. `executor` asks whose
//! turn it is. Taught in chapter 06.

mod tasks;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::observe::{Event, TaskId, WakeEffect};
use crate::roster::{Roster, Turn};
use crate::ticket::{Generation, ROOT, Ticket};
use crate::trace::Trace;

pub(crate) struct Schedule {
    seat: usize,
    /// The generation of this runtime's task number 1.
    first: Generation,
    pub(crate) roster: RefCell<Roster>,
    pub(crate) names: RefCell<HashMap<TaskId, Rc<str>>>,
    /// Whether there may be something to forget about a task that has ended: a name, or what an observer was told.
    remembers: Cell<bool>,
    /// Whether anybody is told; here again, because it is looked at in each wake.
    watched: bool,
    pub(crate) trace: Rc<Trace>,
}

thread_local! {
    /// Full only while a `block_on` or the drop of a runtime is under way on this thread, so there is nothing to drop when the
    /// thread ends; and a thread-local that need not be dropped need not be asked whether it is still there.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<Schedule>>>> = const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Makes `schedule` (or none) the one of this thread's runtime, and gives back the one before.
pub(crate) fn set_current(schedule: Option<Rc<Schedule>>) -> Option<Rc<Schedule>> {
    CURRENT.with(|current| current.replace(schedule))
}

/// The schedule of this thread's runtime; `None` outside one.
#[inline]
pub(crate) fn current() -> Option<Rc<Schedule>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// Calls `f` with the schedule of this thread's runtime; `None` outside one. It is lent, which costs half of what a clone of
/// its `Rc` does, so `f` must not run user code, which may drop a runtime.
// Inlined, for a wake is little more than this.
#[inline(always)]
pub(crate) fn with<R>(f: impl FnOnce(&Schedule) -> R) -> Option<R> {
    CURRENT.with(|current| current.borrow().as_deref().map(f))
}

impl Schedule {
    pub(crate) fn new(
        seat: usize,
        first: Generation,
        last_root: Generation,
        trace: Rc<Trace>,
    ) -> Schedule {
        Schedule {
            seat,
            first,
            roster: RefCell::new(Roster::new(seat, first, last_root)),
            names: RefCell::default(),
            remembers: Cell::new(trace.is_on()),
            watched: trace.is_on(),
            trace,
        }
    }

    pub(crate) fn seat(&self) -> usize {
        self.seat
    }

    /// Puts a task at the back of the ready queue, unless it is there already or finished. `false`, and nothing happens, if it
    /// is a task of another runtime, or if somebody is to be told: that is for `wake_and_tell`.
    #[inline]
    pub(crate) fn wake(&self, ticket: Ticket) -> bool {
        let is_done = self.seat == ticket.seat() && !self.watched;
        if is_done {
            self.roster.borrow_mut().wake(ticket);
        }
        is_done
    }

    /// The same for a task of this runtime, with word to whoever watches; `thread` is the one that the wake came from, if it
    /// was another.
    #[inline]
    pub(crate) fn wake_and_tell(&self, ticket: Ticket, thread: impl FnOnce() -> Option<Rc<str>>) {
        let effect = self.roster.borrow_mut().wake(ticket);
        if self.watched {
            self.tell_woken(ticket, effect, thread());
        }
    }

    /// Out of line, so that a wake that nobody watches pays for one comparison and for nothing else.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn tell_woken(&self, ticket: Ticket, effect: WakeEffect, thread: Option<Rc<str>>) {
        let (task, by) = (self.known_id(ticket), self.trace.actor());
        self.trace.emit(|| Event::Woken { task, by, thread, effect });
    }

    /// Whether there may be something to forget about a task that has ended.
    #[inline]
    pub(crate) fn remembers(&self) -> bool {
        self.remembers.get()
    }

    /// Whose turn it is. Nothing is borrowed when this returns.
    #[inline]
    pub(crate) fn next(&self) -> Turn {
        self.roster.borrow_mut().next()
    }

    /// How many are queued.
    #[inline]
    pub(crate) fn queued(&self) -> usize {
        self.roster.borrow().queued()
    }

    /// The number by which people know a task.
    #[inline]
    pub(crate) fn id(&self, ticket: Ticket) -> TaskId {
        if ticket.index() == ROOT {
            return TaskId::ROOT;
        }
        TaskId(ticket.generation().count_from(self.first))
    }

    /// The same for a ticket that may be of the runtime before this one on the seat.
    fn known_id(&self, ticket: Ticket) -> Option<TaskId> {
        let ours = ticket.index() == ROOT || !self.first.is_newer_than(ticket.generation());
        ours.then(|| self.id(ticket))
    }
}
