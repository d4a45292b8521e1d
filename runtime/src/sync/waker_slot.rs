//! Who is woken, where only one can wait? Whoever polled last.
//!
//! The receiving side of a channel keeps its waker here. For many who wait in turn there is `waiters`.

use std::cell::Cell;
use std::task::{Context, Poll, Waker};

/// Room for one waker. A cell is never borrowed, so a waker's own code (clone, wake, drop) may come back here.
#[derive(Default)]
pub(crate) struct WakerSlot(Cell<Option<Waker>>);

impl WakerSlot {
    /// Ready once `is_ready` says so; until then the task of `cx` is the one to wake.
    #[inline]
    pub(crate) fn poll_until(&self, cx: &mut Context<'_>, is_ready: impl Fn() -> bool) -> Poll<()> {
        if is_ready() {
            return Poll::Ready(());
        }
        if !self.holds(cx.waker()) {
            self.0.set(Some(cx.waker().clone()));
        }
        // Cloning a waker runs its owner's code, which may have made it ready meanwhile: look again.
        if is_ready() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Wakes who waits, if anybody does.
    #[inline]
    pub(crate) fn wake(&self) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }

    /// Nobody waits any more.
    #[inline]
    pub(crate) fn clear(&self) {
        self.0.set(None);
    }

    /// Saves a clone where it can: two wakers of one task may differ nevertheless (`Waker::will_wake`).
    #[inline]
    fn holds(&self, waker: &Waker) -> bool {
        let held = self.0.take();
        let same = held.as_ref().is_some_and(|held| held.will_wake(waker));
        self.0.set(held);
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingWaker;

    #[test]
    fn the_latest_waker_wins() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let slot = WakerSlot::default();
        for waker in [&first, &second] {
            assert!(slot.poll_until(&mut waker.context(), || false).is_pending());
        }
        slot.wake();
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
    }

    #[test]
    fn a_waker_that_is_held_already_is_not_cloned_again() {
        let waker = CountingWaker::new();
        let slot = WakerSlot::default();
        for _ in 0..3 {
            assert!(slot.poll_until(&mut waker.context(), || false).is_pending());
            assert_eq!(waker.clones(), 1);
        }
    }

    #[test]
    fn a_slot_wakes_once_for_each_wait() {
        let waker = CountingWaker::new();
        let slot = WakerSlot::default();
        assert!(slot.poll_until(&mut waker.context(), || false).is_pending());
        slot.wake();
        slot.wake();
        assert_eq!((waker.wakes(), waker.clones()), (1, 0));
    }
}
