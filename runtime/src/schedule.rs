//! What does a waker reach? The roster, in which it queues its task, and what the task that runs now has said.
//!
//! On the task's own thread a wake is a comparison, a flag and a link, with no lock and no atomic. `executor` asks whose
//! turn it is. Taught in chapter 06.

mod tasks;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::lines::Said;
use crate::observe::{Event, TaskId, WaitPoint, WakeEffect};
use crate::roster::{Roster, Turn};
use crate::ticket::{Generation, ROOT, Ticket};
use crate::trace::Trace;

/// How many leaf operations one poll of a task may do before it goes to the back of the queue. See `coop`.
pub(crate) const ALLOWANCE: u32 = 128;

pub(crate) struct Schedule {
    seat: usize,
    /// The generation of this runtime's task number 1.
    first: Generation,
    pub(crate) roster: RefCell<Roster>,
    pub(crate) names: RefCell<HashMap<TaskId, Rc<str>>>,
    allowance: Cell<u32>,
    said: Cell<Said>,
    closing: Cell<bool>,
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
#[inline]
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
            allowance: Cell::new(ALLOWANCE),
            said: Cell::default(),
            closing: Cell::new(false),
            watched: trace.is_on(),
            trace,
        }
    }

    pub(crate) fn seat(&self) -> usize {
        self.seat
    }

    /// Puts a task at the back of the ready queue, unless it is there already or finished.
    #[inline]
    pub(crate) fn wake(&self, ticket: Ticket) {
        self.wake_from(ticket, || None);
    }

    /// The same for a wake that came from another thread.
    #[inline]
    pub(crate) fn wake_from(&self, ticket: Ticket, thread: impl FnOnce() -> Option<Rc<str>>) {
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

// What the running task says.
impl Schedule {
    /// A poll begins: a full allowance, and nothing waited for.
    #[inline]
    pub(crate) fn begin_poll(&self) {
        self.allowance.set(ALLOWANCE);
        self.said.set(Said::default());
    }

    /// What the task that runs, or has just run, has said that it waits for.
    #[inline]
    pub(crate) fn said(&self) -> Said {
        self.said.get()
    }

    /// Takes one unit of the running task's allowance, if there is one.
    pub(crate) fn spend(&self) -> bool {
        let left = self.allowance.get();
        self.allowance.set(left.saturating_sub(1));
        left > 0
    }

    /// Leaves at least one unit of the running task's allowance.
    pub(crate) fn leave_one(&self) {
        self.allowance.set(self.allowance.get().max(1));
    }

    /// The running task waits for this; if it waits for several things, the first is kept and the rest are counted.
    #[inline]
    pub(crate) fn waits(&self, point: WaitPoint) {
        let said = self.said.get();
        self.said.set(match said.first {
            None => Said { first: Some(point), ..said },
            Some(_) => Said { more: said.more + 1, ..said },
        });
    }
}
