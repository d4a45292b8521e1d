//! How does a task wait for a moment? It stands in the timers with its waker, and is gone from there when it is dropped.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use crate::context;
use crate::coop;
use crate::executor::Core;
use crate::observe::{Event, TimerId};
use crate::time::now;
use crate::timers::TimerKey;
use crate::wait::WaitPoint;

/// Waits for `duration`; never less. `Duration::MAX`, and whatever the clock cannot reach, is never.
///
/// The time counts from this call. It ends up to a millisecond late, for epoll(7) counts in milliseconds. Cancel safe:
/// dropping it removes its timer. asyncio's name is the same.
///
/// ```
/// # use std::time::{Duration, Instant};
/// # runtime::Runtime::new()?.block_on(async {
/// let start = Instant::now();
/// runtime::time::sleep(Duration::from_millis(3)).await;
/// assert!(start.elapsed() >= Duration::from_millis(3));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep::after(duration, WaitPoint::here("sleep"))
}

/// Waits until `deadline`, by the clock of [`now`]; not at all if that is past. Cancel safe. asyncio's name is `call_at`.
///
/// ```
/// # use std::time::Duration;
/// use runtime::time::{now, sleep_until};
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let tea_time = now() + Duration::from_secs(300);
/// sleep_until(tea_time).await;
/// assert_eq!(now(), tea_time);
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::new(Some(deadline), WaitPoint::here("sleep_until"))
}

/// The future of [`sleep`] and [`sleep_until`].
///
/// # Panics
/// When polled outside a runtime.
#[must_use = "futures do nothing unless awaited"]
pub struct Sleep {
    /// `None` is never.
    deadline: Option<Instant>,
    wait: WaitPoint,
    /// Whether the deadline was ahead when it was set. Then the first poll does not ask the clock once more: should it be due
    /// by then, the loop will see that.
    ahead: bool,
    /// The timer that stands for it, and the runtime in whose timers it is.
    armed: Option<(Weak<Core>, TimerKey)>,
}

impl Sleep {
    pub(crate) fn new(deadline: Option<Instant>, wait: WaitPoint) -> Sleep {
        Sleep { deadline, wait, ahead: false, armed: None }
    }

    /// The same for a deadline so long from now.
    pub(crate) fn after(duration: Duration, wait: WaitPoint) -> Sleep {
        let ahead = !duration.is_zero();
        Sleep { deadline: now().checked_add(duration), wait, ahead, armed: None }
    }

    /// The same for a deadline that may be past already, for who has time to wait until the loop finds that.
    pub(crate) fn at(deadline: Instant, wait: WaitPoint) -> Sleep {
        Sleep { deadline: Some(deadline), wait, ahead: true, armed: None }
    }

    /// When it ends; `None` is never.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether its time has come.
    pub fn is_elapsed(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now())
    }

    /// Makes it end at another time; also after it has ended. Whoever waits has to poll it once more: who polled it before is
    /// not woken.
    pub fn reset(&mut self, deadline: Instant) {
        self.set_deadline(Some(deadline));
    }

    pub(crate) fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.disarm();
        self.deadline = deadline;
        self.ahead = false;
    }

    /// Takes its timer out, if it has not fired.
    fn disarm(&mut self) {
        let Some((core, key)) = self.armed.take() else { return };
        let (Some(core), Some(deadline)) = (core.upgrade(), self.deadline) else { return };
        let waker = core.timers.borrow_mut().cancel(key, deadline);
        if waker.is_some() {
            core.trace.emit(|| Event::TimerCancelled { timer: TimerId(key.number()) });
        }
    }

    pub(crate) fn waits_at(&mut self, wait: WaitPoint) {
        self.wait = wait;
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let core = context::expect("a timer");
        let Some(deadline) = self.deadline else {
            self.wait.pending();
            return Poll::Pending;
        };
        // In another runtime than before, the key names a stranger's timer.
        let key =
            self.armed.as_ref().filter(|(armed_in, _)| armed_in.as_ptr() == Rc::as_ptr(&core));
        let key = key.map(|(_, key)| *key);
        let is_due = match key {
            None if !mem::take(&mut self.ahead) => deadline <= core.clock.now(),
            // The loop asks the clock. A timeout is polled whenever what it surrounds is, and to ask again each time would cost
            // more than all the rest of it.
            _ => core.timers.borrow().has_fired(deadline),
        };
        if is_due {
            // A loop around a sleep of nothing is to give the others a turn, too.
            ready!(coop::spend(cx));
            self.disarm();
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        let rearmed = match key {
            Some(key) => core.timers.borrow_mut().replace_waker(key, waker),
            None => Err(waker),
        };
        match rearmed {
            Ok(replaced) => drop(replaced),
            Err(waker) => {
                self.disarm();
                let key = core.timers.borrow_mut().arm(deadline, waker);
                self.armed = Some((Rc::downgrade(&core), key));
                let timer = TimerId(key.number());
                core.trace.emit_for(Some(self.wait.at), || Event::TimerArmed { timer, deadline });
            }
        }
        self.wait.pending();
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.disarm();
    }
}

impl std::fmt::Debug for Sleep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sleep").field("deadline", &self.deadline).finish()
    }
}
