//! How does an event reach the observer? Through `emit`, which is one predictable branch when nobody listens.
//!
//! Every part of the runtime that does something worth telling holds the runtime's `Trace`.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use crate::clock::Clock;
use crate::observe::{Actor, Event, Fact, Observer};

pub(crate) struct Trace {
    observer: Option<Rc<dyn Observer>>,
    clock: Rc<Clock>,
    actor: Cell<Actor>,
}

impl Trace {
    pub(crate) fn new(observer: Option<Rc<dyn Observer>>, clock: Rc<Clock>) -> Trace {
        Trace { observer, clock, actor: Cell::new(Actor::Outside) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.observer.is_some()
    }

    /// Whether the observer wants wakers to be counted.
    pub(crate) fn counts_wakers(&self) -> bool {
        self.observer.as_ref().is_some_and(|observer| observer.counts_wakers())
    }

    /// Tells the observer, if there is one. `event` is only made then.
    #[inline]
    #[track_caller]
    pub(crate) fn emit(&self, event: impl FnOnce() -> Event) {
        self.emit_for(None, event);
    }

    /// The same for an event that is about a line of user code.
    #[inline]
    #[track_caller]
    pub(crate) fn emit_for(
        &self,
        user_line: Option<&'static Location<'static>>,
        event: impl FnOnce() -> Event,
    ) {
        if let Some(observer) = &self.observer {
            let runtime_line = Location::caller();
            let time = self.clock.now();
            observer.observe(&Fact { time, runtime_line, user_line, event: event() });
        }
    }

    /// Who acts on this thread now. A task is named only where an observer may ask.
    pub(crate) fn actor(&self) -> Actor {
        self.actor.get()
    }

    /// Does something in the name of `actor`.
    pub(crate) fn act<R>(&self, actor: Actor, work: impl FnOnce() -> R) -> R {
        let _restore = Restore { cell: &self.actor, before: self.actor.replace(actor) };
        work()
    }
}

/// Also when the work panics.
struct Restore<'a> {
    cell: &'a Cell<Actor>,
    before: Actor,
}

impl Drop for Restore<'_> {
    fn drop(&mut self) {
        self.cell.set(self.before);
    }
}
