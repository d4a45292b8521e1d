//! What if it takes too long? The first of two things decides: the future, or the clock.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::coop;
use crate::time::sleep::Sleep;
use crate::wait::WaitPoint;

/// Waits for `future`, but at most for `duration`; then it is dropped, which cancels it.
///
/// The future is asked first, so one that is ready is never too late, and its timer is only armed if it is not ready at
/// once. A future that never yields cannot be timed out: nothing on this thread could interrupt it. asyncio's name is
/// `wait_for`.
///
/// # Errors
/// [`Elapsed`], if time is up.
///
/// ```
/// # use std::time::Duration;
/// # runtime::Runtime::new()?.block_on(async {
/// let answer = runtime::time::timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
/// assert!(answer.is_err());
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn timeout<F: Future>(
    duration: Duration,
    future: F,
) -> impl Future<Output = Result<F::Output, Elapsed>> {
    race(future, Sleep::after(duration, WaitPoint::here("timeout")))
}

/// Waits for `future`, but at most until `deadline`, by the clock of [`now`](crate::time::now). asyncio's name is `timeout_at`.
///
/// # Errors
/// [`Elapsed`], if time is up.
///
/// ```
/// # use std::time::Duration;
/// use runtime::time::{now, sleep, timeout_at};
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// // One deadline for two steps.
/// let deadline = now() + Duration::from_secs(3);
/// assert!(timeout_at(deadline, sleep(Duration::from_secs(2))).await.is_ok());
/// assert!(timeout_at(deadline, sleep(Duration::from_secs(2))).await.is_err());
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn timeout_at<F: Future>(
    deadline: Instant,
    future: F,
) -> impl Future<Output = Result<F::Output, Elapsed>> {
    race(future, Sleep::at(deadline, WaitPoint::here("timeout_at")))
}

// An async block pins its own variables, so the future needs neither a box nor `unsafe`.
#[expect(
    clippy::manual_async_fn,
    reason = "an async function has room for the clock twice: as an argument, and as a variable"
)]
fn race<F: Future>(
    future: F,
    mut clock: Sleep,
) -> impl Future<Output = Result<F::Output, Elapsed>> {
    async move {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(output));
            }
            coop::leave_one();
            Pin::new(&mut clock).poll(cx).map(|()| Err(Elapsed))
        })
        .await
    }
}

/// Time was up before the future was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("time is up")
    }
}

impl Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> io::Error {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}
