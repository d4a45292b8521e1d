//! How does a task tell others "something has changed, look again", without a value?
//!
//! The state itself lives in a cell; `Notify` only wakes those who wait for it to change.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::coop;
use crate::sync::waiters::{Place, Standing, Waiters};
use crate::wait::WaitPoint;

/// Wakes one waiting task, or all of them.
///
/// A [`notify_one`](Notify::notify_one) that finds nobody is kept for the next who comes, but only one is. A
/// [`notify_waiters`](Notify::notify_waiters) is not kept: it reaches every [`Notified`] that exists at that moment, also
/// those not polled yet. So the order "make the future, look at the state, await the future" misses nothing.
///
/// ```
/// use runtime::{join, sync::Notify};
/// use std::cell::Cell;
/// # runtime::Runtime::new()?.block_on(async {
/// let (level, changed) = (Cell::new(0), Notify::new());
/// let wait_until_full = async {
///     loop {
///         let change = changed.notified();
///         if level.get() >= 3 {
///             break;
///         }
///         change.await;
///     }
/// };
/// let fill = async {
///     for n in 1..=3 {
///         level.set(n);
///         changed.notify_waiters();
///         runtime::yield_now().await;
///     }
/// };
/// join(wait_until_full, fill).await;
/// # });
/// # std::io::Result::Ok(())
/// ```
#[derive(Default)]
pub struct Notify {
    /// A `notify_one` that found nobody.
    kept: Cell<bool>,
    /// How often all were notified: a `Notified` older than the last time is ready.
    rounds: Cell<u64>,
    line: Waiters,
}

impl Notify {
    /// Nobody waits, and nothing is kept.
    pub fn new() -> Notify {
        Notify::default()
    }

    /// Wakes the task that has waited longest. If none waits, the next to wait does not have to.
    pub fn notify_one(&self) {
        if !self.line.call_first() {
            self.kept.set(true);
        }
    }

    /// Wakes all who wait, and all who have a [`Notified`] that they have not polled yet.
    pub fn notify_waiters(&self) {
        self.rounds.set(self.rounds.get().wrapping_add(1));
        self.line.dismiss_all();
    }

    /// Waits to be notified.
    ///
    /// Counts for [`notify_waiters`](Notify::notify_waiters) from this call on, and for
    /// [`notify_one`](Notify::notify_one) from the first poll on. Cancel safe: dropping it leaves the line, and if
    /// `notify_one` had chosen it already, the next in line is chosen instead.
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        let wait = WaitPoint::here("notify");
        Notified { notify: self, round: self.rounds.get(), place: None, wait }
    }
}

/// The future of [`Notify::notified`].
#[must_use = "futures do nothing unless awaited"]
pub struct Notified<'a> {
    notify: &'a Notify,
    round: u64,
    place: Option<Place>,
    wait: WaitPoint,
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let notify = this.notify;
        let missed = notify.rounds.get() != this.round;
        if this.place.is_none() && !missed && !notify.kept.get() {
            this.place = Some(notify.line.join(1));
        }
        if let Some(place) = &this.place
            && notify.line.poll(place, cx.waker()) == Standing::Waiting
        {
            this.wait.pending();
            return Poll::Pending;
        }
        ready!(coop::spend(cx));
        match this.place.take() {
            Some(place) => drop(notify.line.leave(place)),
            None if missed => {}
            None => notify.kept.set(false),
        }
        Poll::Ready(())
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take()
            && self.notify.line.leave(place) == Standing::Called
        {
            self.notify.notify_one();
        }
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notify").field("kept", &self.kept.get()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Notified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notified").field("wait", &self.wait).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingWaker;

    #[test]
    fn one_notification_is_kept_for_the_next_who_waits_and_only_one() {
        let (waker, notify) = (CountingWaker::new(), Notify::new());
        notify.notify_one();
        notify.notify_one();
        assert!(waker.poll(&mut notify.notified()).is_ready());
        assert!(waker.poll(&mut notify.notified()).is_pending());
    }

    #[test]
    fn notify_one_wakes_in_the_order_in_which_they_came() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let notify = Notify::new();
        let (mut a, mut b) = (notify.notified(), notify.notified());
        assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
        notify.notify_one();
        assert_eq!((first.wakes(), second.wakes()), (1, 0));
        assert!(second.poll(&mut b).is_pending());
        assert!(first.poll(&mut a).is_ready());
    }

    #[test]
    fn notify_waiters_counts_from_the_making_of_the_future() {
        let (waker, notify) = (CountingWaker::new(), Notify::new());
        let mut before = notify.notified();
        notify.notify_waiters();
        let mut after = notify.notified();
        assert!(waker.poll(&mut before).is_ready());
        assert!(waker.poll(&mut after).is_pending());
    }

    #[test]
    fn notify_waiters_wakes_all_and_keeps_nothing() {
        let (waker, notify) = (CountingWaker::new(), Notify::new());
        let mut waiting = [notify.notified(), notify.notified()];
        assert!(waiting.iter_mut().all(|notified| waker.poll(notified).is_pending()));
        notify.notify_waiters();
        assert_eq!(waker.wakes(), 2);
        assert!(waiting.iter_mut().all(|notified| waker.poll(notified).is_ready()));
        assert!(waker.poll(&mut notify.notified()).is_pending());
    }

    #[test]
    fn a_chosen_waiter_that_is_dropped_passes_it_on() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let notify = Notify::new();
        let (mut a, mut b) = (notify.notified(), notify.notified());
        assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
        notify.notify_one();
        drop(a);
        assert_eq!(second.wakes(), 1);
        drop(b);
        assert!(first.poll(&mut notify.notified()).is_ready(), "with nobody left, it is kept");
    }

    #[test]
    fn a_waiter_of_notify_waiters_that_is_dropped_passes_nothing_on() {
        let (waker, notify) = (CountingWaker::new(), Notify::new());
        let mut notified = notify.notified();
        assert!(waker.poll(&mut notified).is_pending());
        notify.notify_waiters();
        drop(notified);
        assert!(waker.poll(&mut notify.notified()).is_pending());
    }

    #[test]
    fn the_latest_waker_wins() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let notify = Notify::new();
        let mut notified = notify.notified();
        assert!(first.poll(&mut notified).is_pending() && second.poll(&mut notified).is_pending());
        notify.notify_one();
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
    }

    #[test]
    fn a_waiter_that_was_dropped_is_not_woken() {
        let (waker, notify) = (CountingWaker::new(), Notify::new());
        let mut notified = notify.notified();
        assert!(waker.poll(&mut notified).is_pending());
        drop(notified);
        notify.notify_waiters();
        assert_eq!((waker.wakes(), waker.clones()), (0, 0));
    }
}
