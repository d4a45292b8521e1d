//! Who is woken from outside the tasks? Those whose sockets are ready, whose timers are due, and whose wakers another thread used.
//!
//! The loop asks for each between its turns. Taught in chapters 08, 09 and 18.

use std::mem;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::{Core, LOOK, TURN};
use crate::observe::{Actor, Event, SourceId, TimerId};
use crate::reactor::Ready;
use crate::ticket::{Generation, Ticket};

impl Core {
    /// Takes what the reactor has, without sleeping, and fires the timers that are due.
    pub(super) fn look(&self) {
        let reported = self.ask_reactor(Some(Duration::ZERO));
        self.dispatch(reported);
        self.fire();
    }

    /// Whether a look is due, as there have been polls enough for one. For who watches, or has the clock paused, it always is, so
    /// that two runs are alike.
    pub(super) fn should_look(&self) -> bool {
        self.unlooked.set(0);
        if self.watched || self.clock.is_paused() {
            return true;
        }
        let now = Instant::now();
        let is_due = now.duration_since(self.looked.get()) >= LOOK;
        if is_due {
            self.looked.set(now);
        }
        is_due
    }

    pub(super) fn ask_reactor(&self, timeout: Option<Duration>) -> Vec<Ready> {
        self.unlooked.set(0);
        let mut reported = self.reported.take();
        if let Err(error) = self.reactor.wait(timeout, self.trace.is_on(), &mut reported) {
            panic!(
                "the reactor cannot wait for its sockets any more: {error} (the book, chapter 08)"
            );
        }
        reported
    }

    /// Wakes those whose sockets the system has reported.
    pub(super) fn dispatch(&self, mut reported: Vec<Ready>) {
        self.trace.act(Actor::Reactor, || {
            for Ready { source, direction, closed, waker } in &mut reported {
                let (source, direction, closed) = (SourceId(*source), *direction, *closed);
                self.trace.emit(|| Event::SourceReady { source, direction, closed });
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            }
        });
        reported.clear();
        self.reported.set(reported);
    }

    /// Wakes those whose timers are due.
    pub(super) fn fire(&self) {
        if self.timers.borrow().len() == 0 {
            return;
        }
        let now = self.clock.now();
        let mut due = Due(self.due.take());
        loop {
            self.take_due(now, &mut due.0);
            if due.0.is_empty() {
                break;
            }
            self.trace.act(Actor::Timers, || {
                while let Some((timer, waker)) = due.0.pop() {
                    self.trace.emit(|| Event::TimerFired { timer });
                    waker.wake();
                }
            });
        }
        self.due.set(mem::take(&mut due.0));
    }

    /// Takes many at once out of the timers: then the processor fetches the next ones from memory while it waits for the first,
    /// which for a million timers is a third of their time.
    fn take_due(&self, now: Instant, due: &mut Vec<(TimerId, Waker)>) {
        let mut timers = self.timers.borrow_mut();
        while due.len() < TURN
            && let Some(timer) = timers.fire(now)
        {
            due.push(timer);
        }
        due.reverse();
    }

    #[inline]
    pub(super) fn collect_mailbox(&self) {
        if !self.seat.mailbox().is_empty() {
            self.collect();
        }
    }

    /// Out of the way of all turns in which nobody has posted.
    #[cold]
    #[inline(never)]
    fn collect(&self) {
        let mut posted = self.posted.take();
        self.seat.mailbox().collect(&mut posted);
        self.trace.act(Actor::Mailbox, || {
            for (index, generation) in posted.drain(..) {
                if let Some(generation) = generation.or_else(|| self.tenant(index)) {
                    let ticket = Ticket::new(self.seat.number(), generation, index);
                    self.schedule
                        .wake_and_tell(ticket, || self.counted.thread(self.schedule.id(ticket)));
                }
            }
        });
        self.posted.set(posted);
    }

    fn tenant(&self, index: usize) -> Option<Generation> {
        self.schedule.roster.borrow().tenant(index)
    }
}

/// Those whose timers are due, the next one last. If a foreign waker panics, the rest are woken all the same.
struct Due(Vec<(TimerId, Waker)>);

impl Drop for Due {
    fn drop(&mut self) {
        while let Some((_, waker)) = self.0.pop() {
            waker.wake();
        }
    }
}
