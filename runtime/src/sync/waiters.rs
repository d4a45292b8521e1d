//! Who waits in line, and whose turn is next? First come, first served.
//!
//! The semaphore and `Notify` keep their waiters here. A waiter joins, is called or dismissed, and leaves:
//!
//! ```text
//!            join            call_first
//!  (future) ------> Waiting ------------> Called      its turn has come, and it answers for it until it leaves
//!                      |     dismiss_all
//!                      +----------------> Dismissed   the line was given up
//! ```
//!
//! The waiters are a list linked through a slab, so all of these cost the same for one waiter and for a million. No
//! borrow is held while a waker's own code (clone, wake, drop) runs: it may come back here.

use std::cell::RefCell;
use std::task::Waker;

use slab::Slab;

/// The waiters of one resource, in the order in which they came.
#[derive(Default)]
pub(crate) struct Waiters {
    line: RefCell<Line>,
}

/// Where a waiter stands, from `join` to `leave`. It is not `Copy`: nobody leaves twice.
pub(crate) struct Place(usize);

/// What has become of a waiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is in the line.
    Waiting,
    /// Its turn has come.
    Called,
    /// The line was given up.
    Dismissed,
}

#[derive(Default)]
struct Line {
    waiters: Slab<Waiter>,
    first: Option<usize>,
    last: Option<usize>,
}

struct Waiter {
    standing: Standing,
    wanted: usize,
    waker: Option<Waker>,
    before: Option<usize>,
    after: Option<usize>,
}

impl Waiters {
    /// Joins the line at its end, to wait for `wanted` of whatever it is.
    pub(crate) fn join(&self, wanted: usize) -> Place {
        Place(self.line.borrow_mut().push(wanted))
    }

    /// Where `place` stands. If it waits, the task of `waker` is the one that will be woken.
    pub(crate) fn poll(&self, place: &Place, waker: &Waker) -> Standing {
        if self.line.borrow().waiters[place.0].needs(waker) {
            let latest = waker.clone();
            let replaced = self.line.borrow_mut().waiters[place.0].waker.replace(latest);
            drop(replaced);
        }
        // Cloning a waker runs its owner's code, which may have called this very waiter: look again.
        self.line.borrow().waiters[place.0].standing
    }

    /// Leaves, and tells where the waiter stood: one that was `Called` has to pass on what it does not use.
    pub(crate) fn leave(&self, place: Place) -> Standing {
        let waiter = self.line.borrow_mut().remove(place.0);
        waiter.standing
    }

    /// How much the first in line wants; `None` if nobody waits.
    pub(crate) fn first_wants(&self) -> Option<usize> {
        let line = self.line.borrow();
        line.first.map(|first| line.waiters[first].wanted)
    }

    /// Whether nobody waits.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.line.borrow().first.is_none()
    }

    /// Calls and wakes the first in line; false if nobody waits.
    pub(crate) fn call_first(&self) -> bool {
        let called = self.line.borrow_mut().pop(Standing::Called);
        let Some(waker) = called else { return false };
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// Dismisses and wakes all who wait at this moment.
    pub(crate) fn dismiss_all(&self) {
        let mut wakers = Vec::new();
        let mut line = self.line.borrow_mut();
        while let Some(waker) = line.pop(Standing::Dismissed) {
            wakers.extend(waker);
        }
        drop(line);
        for waker in wakers {
            waker.wake();
        }
    }
}

impl Waiter {
    /// Whether it has to keep `waker`; if it has the same one already, a clone is saved.
    fn needs(&self, waker: &Waker) -> bool {
        let held = self.waker.as_ref().is_some_and(|held| held.will_wake(waker));
        self.standing == Standing::Waiting && !held
    }
}

impl Line {
    fn push(&mut self, wanted: usize) -> usize {
        let before = self.last;
        let key = self.waiters.insert(Waiter {
            standing: Standing::Waiting,
            wanted,
            waker: None,
            before,
            after: None,
        });
        match before {
            Some(before) => self.waiters[before].after = Some(key),
            None => self.first = Some(key),
        }
        self.last = Some(key);
        key
    }

    /// Takes the first out of the line, with its new standing, and gives its waker.
    fn pop(&mut self, standing: Standing) -> Option<Option<Waker>> {
        let first = self.first?;
        self.unlink(first);
        let waiter = &mut self.waiters[first];
        waiter.standing = standing;
        Some(waiter.waker.take())
    }

    fn remove(&mut self, key: usize) -> Waiter {
        if self.waiters[key].standing == Standing::Waiting {
            self.unlink(key);
        }
        self.waiters.remove(key)
    }

    fn unlink(&mut self, key: usize) {
        let Waiter { before, after, .. } = self.waiters[key];
        match before {
            Some(before) => self.waiters[before].after = after,
            None => self.first = after,
        }
        match after {
            Some(after) => self.waiters[after].before = before,
            None => self.last = before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingWaker;

    fn line_of(n: usize) -> (Waiters, Vec<Place>) {
        let waiters = Waiters::default();
        let places = (0..n).map(|wanted| waiters.join(wanted)).collect();
        (waiters, places)
    }

    #[test]
    fn waiters_are_called_in_the_order_in_which_they_came() {
        let (waiters, places) = line_of(3);
        for n in 0..3 {
            assert_eq!(waiters.first_wants(), Some(n));
            assert!(waiters.call_first());
            let called = places
                .iter()
                .filter(|place| waiters.poll(place, Waker::noop()) == Standing::Called);
            assert_eq!(called.count(), n + 1);
        }
        assert!(!waiters.call_first());
    }

    #[test]
    fn who_leaves_from_the_front_the_middle_or_the_end_leaves_no_gap() {
        for leaver in 0..3 {
            let (waiters, mut places) = line_of(3);
            assert_eq!(waiters.leave(places.remove(leaver)), Standing::Waiting);
            let order: Vec<_> = std::iter::from_fn(|| {
                let wanted = waiters.first_wants()?;
                waiters.call_first();
                Some(wanted)
            })
            .collect();
            let expected: Vec<_> = (0..3).filter(|n| *n != leaver).collect();
            assert_eq!(order, expected);
        }
    }

    #[test]
    fn the_latest_waker_wins() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let (waiters, places) = line_of(1);
        for waker in [&first, &second] {
            assert_eq!(waiters.poll(&places[0], waker.waker()), Standing::Waiting);
        }
        assert_eq!((first.clones(), second.clones()), (0, 1));
        waiters.call_first();
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
    }

    #[test]
    fn a_waiter_that_left_is_not_woken_and_leaves_nothing() {
        let waker = CountingWaker::new();
        let (waiters, mut places) = line_of(1);
        waiters.poll(&places[0], waker.waker());
        waiters.leave(places.remove(0));
        assert!(!waiters.call_first());
        assert_eq!((waker.wakes(), waker.clones()), (0, 0));
        assert!(waiters.line.borrow().waiters.is_empty());
    }

    #[test]
    fn dismissing_wakes_those_in_line_and_leaves_the_called_alone() {
        let waker = CountingWaker::new();
        let (waiters, places) = line_of(3);
        for place in &places {
            waiters.poll(place, waker.waker());
        }
        waiters.call_first();
        waiters.dismiss_all();
        assert_eq!(waker.wakes(), 3);
        let standings = places.into_iter().map(|place| waiters.leave(place));
        let expected = [Standing::Called, Standing::Dismissed, Standing::Dismissed];
        assert_eq!(standings.collect::<Vec<_>>(), expected);
    }
}
