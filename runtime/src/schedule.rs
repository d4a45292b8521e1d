//! Who is polled next? The ready queue, the roster of tasks, and what the task that runs now has said.
//!
//! This is the part of a runtime that a waker reaches on the task's own thread: a comparison, a flag and a push, with
//! no lock and no atomic. `executor` takes tickets out at the front. Taught in chapter 06.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem;
use std::rc::Rc;

use crate::observe::{Actor, Event, TaskId, WaitPoint, WakeEffect};
use crate::roster::{Roster, Waits};
use crate::ticket::{Generation, ROOT, Ticket};
use crate::trace::Trace;

/// How many leaf operations one poll of a task may do before it goes to the back of the queue. See `coop`.
pub(crate) const ALLOWANCE: u32 = 128;

pub(crate) struct Schedule {
    seat: usize,
    /// The generation of this runtime's task number 1.
    first: Generation,
    pub(crate) roster: RefCell<Roster>,
    ready: RefCell<VecDeque<Ticket>>,
    root: Cell<Root>,
    allowance: Cell<u32>,
    waits: Cell<Waits>,
    /// Whether anybody is told; here again, because it is looked at in each wake.
    watched: bool,
    pub(crate) trace: Rc<Trace>,
}

/// The future given to `block_on`. It lives on the stack, so this is all there is to know.
#[derive(Clone, Copy)]
pub(crate) struct Root {
    /// Of the `block_on` that runs now or ran last: a ticket of an earlier one is stale.
    generation: Generation,
    pub(crate) running: bool,
    pub(crate) queued: bool,
    pub(crate) waits: Waits,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Schedule>>> = const { RefCell::new(None) };
}

/// Makes `schedule` (or none) the one of this thread's runtime, and gives back the one before.
pub(crate) fn set_current(schedule: Option<Rc<Schedule>>) -> Option<Rc<Schedule>> {
    // At the end of a thread, when its thread-locals are gone, there is nothing to set and nobody to ask.
    CURRENT.try_with(|current| current.replace(schedule)).ok().flatten()
}

/// Calls `f` with the schedule of this thread's runtime; `None` outside one.
pub(crate) fn with<R>(f: impl FnOnce(&Schedule) -> R) -> Option<R> {
    CURRENT.try_with(|current| current.borrow().as_deref().map(f)).ok().flatten()
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
            roster: RefCell::new(Roster::new(seat, first)),
            ready: RefCell::default(),
            root: Cell::new(Root {
                generation: last_root,
                running: false,
                queued: false,
                waits: Waits::default(),
            }),
            allowance: Cell::new(ALLOWANCE),
            waits: Cell::default(),
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
    pub(crate) fn wake_from(&self, ticket: Ticket, thread: impl FnOnce() -> Option<Rc<str>>) {
        let effect = if ticket.index() == ROOT {
            self.wake_root(ticket.generation())
        } else {
            self.roster.borrow_mut().wake(ticket)
        };
        if matches!(effect, WakeEffect::Queued | WakeEffect::QueuedWhileRunning) {
            self.push(ticket);
        }
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

    /// The generation of who is at `index` now, if anybody is.
    pub(crate) fn tenant(&self, index: usize) -> Option<Generation> {
        if index == ROOT {
            return Some(self.root.get().generation);
        }
        self.roster.borrow().tenant(index)
    }

    /// Puts a ticket at the back; the caller has made sure that it is not there.
    pub(crate) fn push(&self, ticket: Ticket) {
        self.ready.borrow_mut().push_back(ticket);
    }

    /// Takes the ticket at the front.
    pub(crate) fn pop(&self) -> Option<Ticket> {
        self.ready.borrow_mut().pop_front()
    }

    /// How many tickets are queued.
    pub(crate) fn len(&self) -> usize {
        self.ready.borrow().len()
    }

    pub(crate) fn clear(&self) {
        self.ready.borrow_mut().clear();
    }

    /// The number by which people know a task.
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

// The root future.
impl Schedule {
    pub(crate) fn root(&self) -> Root {
        self.root.get()
    }

    /// A `block_on` begins: makes its root future's ticket, and queues it.
    pub(crate) fn begin_root(&self) -> Ticket {
        let generation = self.root.get().generation.next();
        self.root.set(Root { generation, running: true, queued: true, waits: Waits::default() });
        let ticket = Ticket::new(self.seat, generation, ROOT);
        self.push(ticket);
        ticket
    }

    /// It ends: its tickets are stale from here on.
    pub(crate) fn end_root(&self, ticket: Ticket) {
        self.root.set(Root { running: false, queued: false, ..self.root.get() });
        self.ready.borrow_mut().retain(|queued| *queued != ticket);
    }

    /// The root future's turn has come: a wake from here on means one more poll.
    pub(crate) fn begin_root_poll(&self) {
        self.root.set(Root { queued: false, ..self.root.get() });
    }

    pub(crate) fn end_root_poll(&self, waits: Waits) {
        self.root.set(Root { waits, ..self.root.get() });
    }

    fn wake_root(&self, generation: Generation) -> WakeEffect {
        let mut root = self.root.get();
        if !root.running || root.generation != generation {
            WakeEffect::Stale
        } else if mem::replace(&mut root.queued, true) {
            WakeEffect::AlreadyQueued
        } else {
            self.root.set(root);
            if self.is_root_running() { WakeEffect::QueuedWhileRunning } else { WakeEffect::Queued }
        }
    }

    /// Whether it is being polled right now.
    pub(crate) fn is_root_running(&self) -> bool {
        self.trace.actor() == Actor::Task(TaskId::ROOT)
    }

    pub(crate) fn last_root(&self) -> Generation {
        self.root.get().generation
    }
}

// What the running task says.
impl Schedule {
    /// A poll begins: a full allowance, and nothing waited for.
    pub(crate) fn begin_poll(&self) {
        self.allowance.set(ALLOWANCE);
        self.waits.set(Waits::default());
    }

    /// What the running task has said up to now that it waits for.
    pub(crate) fn waits_so_far(&self) -> Waits {
        self.waits.get()
    }

    /// What the poll that has just ended waits for.
    pub(crate) fn end_poll(&self) -> Waits {
        self.waits.take()
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
    pub(crate) fn waits(&self, point: WaitPoint) {
        let mut waits = self.waits.get();
        match waits.first {
            None => waits.first = Some(point),
            Some(_) => waits.more += 1,
        }
        self.waits.set(waits);
    }
}
