//! Who calls poll? The loop in this file, and nobody else.
//!
//! `Runtime` holds a `Core` and lets it run; `context` tells the leaf futures which one runs here. `tasks` is the life of
//! one task, `wakes` is where they are woken from outside, `shutdown` the end of them all. Taught in chapters 05 and 06.
//!
//! A turn of the loop:
//!
//! ```text
//!   +--> 1. poll the tasks that were ready when the turn began    in the order in which they were woken
//!   |    2. collect the mailbox                                   wakes from other threads
//!   |    3. nothing ready?  park in the reactor until a socket, the next deadline or the bell
//!   |       else            every so many polls, ask the reactor without waiting
//!   +--- 4. fire the timers that are due
//! ```
//!
//! The rule that makes everything else simple: **nothing is borrowed while user code runs.** A task is taken out of the
//! roster, polled, and put back; a future, an output or somebody's waker is moved out first and dropped afterwards. So
//! user code may spawn, wake, abort or drop handles anywhere, in a poll as well as in a destructor.

mod shutdown;
mod tasks;
#[cfg(test)]
mod tests;
mod wakes;

use std::cell::{Cell, RefCell};
use std::io;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::clock::Clock;
use crate::coop;
use crate::counted::Counted;
use crate::helpers::Helpers;
use crate::mailbox::Posted;
use crate::observe::{Actor, Event, Observer, Outcome, TaskId, TimerId};
use crate::reactor::{Reactor, Ready};
use crate::roster::Turn;
use crate::schedule::Schedule;
use crate::seat::Seat;
use crate::ticket::Ticket;
use crate::timers::Timers;
use crate::trace::Trace;
use crate::wait;
use crate::waker;

/// The most polls in one turn, and the fewest between two looks at sockets and timers.
pub(crate) const TURN: usize = 64;

/// While tasks are busy, the time between two looks, give or take a turn. A look is a system call and takes as long as a
/// dozen polls: often enough that a crowd delays a socket by microseconds, seldom enough that its tasks do not notice.
const LOOK: Duration = Duration::from_micros(50);

/// All of a runtime. One thread owns it, which is why everything in it is a `Cell` or a `RefCell`.
pub(crate) struct Core {
    pub(crate) schedule: Rc<Schedule>,
    pub(crate) reactor: Reactor,
    pub(crate) timers: RefCell<Timers>,
    pub(crate) clock: Rc<Clock>,
    pub(crate) helpers: Helpers,
    pub(crate) trace: Rc<Trace>,
    counted: Counted,
    /// Whether anybody is told, or minds how long a poll takes; looked at in each poll.
    watched: bool,
    slow_poll: Option<Duration>,
    /// Polls since the reactor and the timers were looked at.
    unlooked: Cell<usize>,
    /// When they were looked at for the last time while tasks were busy.
    looked: Cell<Instant>,
    /// These three are empty between turns, and kept for their capacity.
    posted: Cell<Vec<Posted>>,
    reported: Cell<Vec<Ready>>,
    due: Cell<Vec<(TimerId, Waker)>>,
    seat: Seat,
}

/// What `Runtime::builder` decides.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) observer: Option<Rc<dyn Observer>>,
    pub(crate) slow_poll: Option<Duration>,
    pub(crate) helpers: usize,
}

/// Polls the future given to `block_on`, whatever its type, and keeps its output.
pub(crate) type Root<'a> = dyn FnMut(&mut Context<'_>) -> Poll<()> + 'a;

impl Core {
    pub(crate) fn new(settings: Settings) -> io::Result<Core> {
        let seat = Seat::take()?;
        let reactor = Reactor::new()?;
        seat.mailbox().set_bell(Some(reactor.bell()?));
        let clock = Rc::new(settings.clock);
        let trace = Rc::new(Trace::new(settings.observer, clock.clone()));
        let watched = trace.is_on() || settings.slow_poll.is_some();
        let schedule =
            Schedule::new(seat.number(), seat.next_generation(), seat.last_root(), trace.clone());
        Ok(Core {
            schedule: Rc::new(schedule),
            reactor,
            timers: RefCell::new(Timers::new(clock.now())),
            clock,
            helpers: Helpers::new(settings.helpers),
            trace,
            counted: Counted::new(),
            watched,
            slow_poll: settings.slow_poll,
            unlooked: Cell::new(0),
            looked: Cell::new(Instant::now()),
            posted: Cell::default(),
            reported: Cell::default(),
            due: Cell::default(),
            seat,
        })
    }

    /// Runs the loop until `root`, which polls the root future, is ready.
    pub(crate) fn run(&self, root: &mut Root<'_>) {
        // A statement of its own, so that the borrow ends here.
        let ticket = self.schedule.roster.borrow_mut().begin_root();
        let _end = EndRoot { core: self };
        while self.turn(ticket, root).is_pending() {}
    }

    /// Goes round once. Ready when the root future, whose ticket this is, is ready.
    fn turn(&self, ticket: Ticket, root: &mut Root<'_>) -> Poll<()> {
        let polls = self.schedule.queued().min(TURN);
        for _ in 0..polls {
            match self.schedule.next() {
                Turn::Poll(ticket, task) => self.poll_task(ticket, task),
                Turn::Root if self.poll_root(ticket, root).is_ready() => return Poll::Ready(()),
                Turn::Ended(index) => self.pass_over(index),
                Turn::Root | Turn::Nobody => {}
            }
        }
        self.unlooked.set(self.unlooked.get() + polls);
        self.collect_mailbox();
        if self.schedule.queued() == 0 {
            self.park();
        } else if self.unlooked.get() >= TURN && self.should_look() {
            self.look();
        }
        Poll::Pending
    }

    /// Nothing is ready: sleeps until something may be.
    fn park(&self) {
        let deadline = self.timers.borrow_mut().next_deadline();
        let outstanding = || self.reactor.waiting() > 0 || self.helpers.outstanding() > 0;
        let timeout = match deadline {
            None => None,
            Some(deadline) if !self.clock.is_paused() => {
                Some(deadline.saturating_duration_since(self.clock.now()))
            }
            // Virtual time waits for what really happens, and jumps when nothing does.
            Some(_) if outstanding() => None,
            Some(deadline) => {
                self.sleep_virtually(deadline);
                Some(Duration::ZERO)
            }
        };
        if timeout == Some(Duration::ZERO) {
            return self.look();
        }
        if deadline.is_none() && self.trace.is_on() && !outstanding() {
            self.trace.emit(|| Event::Stalled);
        }
        if self.seat.mailbox().park() {
            self.trace.emit(|| Event::Parked { timeout });
            // The observer may have woken somebody. Nothing can come in between from here on.
            let timeout = if self.schedule.queued() == 0 { timeout } else { Some(Duration::ZERO) };
            let reported = self.ask_reactor(timeout);
            self.seat.mailbox().unpark();
            self.trace.emit(|| Event::Unparked { events: reported.len() });
            // If somebody is woken before the timeout, no timer is due, or one was a moment ago. The clock is asked before the
            // loop sleeps again, and that is soon enough. A clock that stands still is not, nor is there a timeout then.
            let may_be_due = reported.is_empty() || self.clock.is_paused();
            self.dispatch(reported);
            if may_be_due {
                self.fire();
            }
        }
        self.collect_mailbox();
    }

    /// The virtual clock jumps to `deadline`. For whoever watches, the thread has slept until then.
    fn sleep_virtually(&self, deadline: Instant) {
        let timeout = deadline.saturating_duration_since(self.clock.now());
        if timeout.is_zero() {
            return;
        }
        self.trace.emit(|| Event::Parked { timeout: Some(timeout) });
        // The observer may have woken somebody, who would be polled before that time.
        if self.schedule.queued() == 0 {
            self.clock.jump(deadline);
        }
        self.trace.emit(|| Event::Unparked { events: 0 });
    }

    fn poll_root(&self, ticket: Ticket, root: &mut Root<'_>) -> Poll<()> {
        let polled = self.poll_as(ticket, root, Poll::is_pending);
        if polled.is_pending() {
            self.schedule.roster.borrow_mut().put_root_back(wait::said);
        } else {
            let outcome = Outcome::Completed;
            self.trace.emit(|| Event::PollReady { task: TaskId::ROOT, outcome });
        }
        polled
    }

    /// One poll of the root or of a task, with all that surrounds it.
    #[inline]
    fn poll_as<P>(
        &self,
        ticket: Ticket,
        poll: &mut (impl FnMut(&mut Context<'_>) -> P + ?Sized),
        is_pending: impl FnOnce(&P) -> bool,
    ) -> P {
        coop::begin();
        wait::begin();
        if self.watched {
            return self.poll_watched(ticket, poll, is_pending);
        }
        // It owns nothing, so there is nothing to drop. Nor is anybody told who acts; the roster knows who runs.
        let waker = ManuallyDrop::new(waker::of(ticket));
        poll(&mut Context::from_waker(&waker))
    }

    /// The same when somebody is told of it or minds how long it takes: out of the way of all other polls.
    #[cold]
    #[inline(never)]
    fn poll_watched<P>(
        &self,
        ticket: Ticket,
        poll: &mut (impl FnMut(&mut Context<'_>) -> P + ?Sized),
        is_pending: impl FnOnce(&P) -> bool,
    ) -> P {
        let id = self.schedule.id(ticket);
        self.trace.emit(|| Event::PollStarted { task: id });
        let waker = if self.trace.counts_wakers() {
            self.counted.waker(id, ticket)
        } else {
            waker::of(ticket)
        };
        let started = self.slow_poll.map(|limit| (limit, Instant::now()));
        let polled = self.trace.act(Actor::Task(id), || poll(&mut Context::from_waker(&waker)));
        // Before it is asked who keeps it.
        drop(waker);
        if let Some((limit, started)) = started
            && started.elapsed() > limit
        {
            self.warn_slow(id, ticket, started.elapsed());
        }
        if is_pending(&polled) {
            self.tell_pending(id);
        }
        polled
    }
}

/// Ends a `block_on`, also when the root future panics.
struct EndRoot<'a> {
    core: &'a Core,
}

impl Drop for EndRoot<'_> {
    fn drop(&mut self) {
        self.core.schedule.roster.borrow_mut().end_root();
        coop::end();
    }
}
