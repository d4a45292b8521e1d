//! How does something happen every so often, without drifting? Each tick is due a period after the one before was *due*.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use crate::time::now;
use crate::time::sleep::Sleep;
use crate::wait::WaitPoint;

/// Ticks every `period`, the first time at once; never early. Time that a tick was taken late does not add up.
///
/// asyncio has no such thing: a loop around its `sleep` drifts.
///
/// # Panics
/// If `period` is zero: it would tick for ever, at once.
///
/// ```
/// # use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let start = runtime::time::now();
/// let mut interval = runtime::time::interval(Duration::from_secs(10));
/// for _ in 0..4 {
///     interval.tick().await;
/// }
/// assert_eq!(runtime::time::now() - start, Duration::from_secs(30));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(now(), period)
}

/// Ticks every `period`, the first time at `start`, by the clock of [`now`].
///
/// # Panics
/// If `period` is zero.
///
/// ```
/// # use std::time::Duration;
/// use runtime::time::{interval_at, now};
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let minute = Duration::from_secs(60);
/// let start = now();
/// let mut every = interval_at(start + minute, minute);
/// assert_eq!(every.tick().await, start + minute);
/// assert_eq!(every.tick().await, start + 2 * minute);
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(
        !period.is_zero(),
        "an interval of zero would tick for ever, at once (the book, chapter 09)"
    );
    let sleep = Sleep::new(Some(start), WaitPoint::here("interval"));
    Interval { period, missed: MissedTickBehavior::Burst, sleep }
}

/// What happens when nobody was there to take a tick in time.
///
/// ```
/// # use std::time::Duration;
/// use runtime::time::{MissedTickBehavior, interval, now, sleep};
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let start = now();
/// let mut every = interval(Duration::from_secs(10));
/// every.set_missed_tick_behavior(MissedTickBehavior::Skip);
/// every.tick().await;
/// sleep(Duration::from_secs(35)).await; // ticks are due at 10, 20 and 30
/// every.tick().await; // the one of 10, late
/// every.tick().await; // those of 20 and 30 are left out
/// assert_eq!(now() - start, Duration::from_secs(40));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// The missed ticks come at once, one after another, until it has caught up. Their number stays right.
    #[default]
    Burst,
    /// The next tick comes a whole period after the late one was taken. The distance stays right.
    Delay,
    /// Missed ticks are left out, and the next comes on a multiple of the period. The phase stays right.
    Skip,
}

/// Ticks every period: see [`interval`].
#[derive(Debug)]
pub struct Interval {
    period: Duration,
    missed: MissedTickBehavior,
    sleep: Sleep,
}

impl Interval {
    /// Waits for the next tick, and gives the time at which it was due. Cancel safe: no tick is lost.
    #[track_caller]
    pub fn tick(&mut self) -> Tick<'_> {
        self.sleep.waits_at(WaitPoint::here("interval tick"));
        Tick { interval: self }
    }

    /// Sets what happens when a tick was missed; `Burst` unless set.
    pub fn set_missed_tick_behavior(&mut self, missed: MissedTickBehavior) {
        self.missed = missed;
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }

    fn after(&self, due: Instant) -> Option<Instant> {
        let now = now();
        let next = due.checked_add(self.period)?;
        if next >= now {
            return Some(next);
        }
        match self.missed {
            MissedTickBehavior::Burst => Some(next),
            MissedTickBehavior::Delay => now.checked_add(self.period),
            MissedTickBehavior::Skip => {
                let phase = now.duration_since(due).as_nanos() % self.period.as_nanos();
                // Less than a period, so it fits if the period's nanoseconds fit; if not, nobody has waited that long.
                now.checked_add(
                    self.period - Duration::from_nanos(u64::try_from(phase).unwrap_or(0)),
                )
            }
        }
    }
}

/// The future of [`Interval::tick`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Tick<'a> {
    interval: &'a mut Interval,
}

impl Future for Tick<'_> {
    type Output = Instant;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Instant> {
        let due = self.interval.sleep.deadline();
        ready!(Pin::new(&mut self.interval.sleep).poll(cx));
        let Some(due) = due else { return Poll::Pending };
        let next = self.interval.after(due);
        self.interval.sleep.set_deadline(next);
        Poll::Ready(due)
    }
}
