//! How does one task wait for several futures at once? It polls each of them whenever it is polled itself.
//!
//! The futures stay part of the task that waits: no spawning, no `'static`, and dropping the join drops them all. The price
//! is that a wake says which *task* is to be polled, not which of its parts, so each wake polls every part that is not
//! done: n parts that end one after another cost n² / 2 polls. For more than some dozens, [`spawn`](crate::spawn()) them in a
//! [`JoinSet`](crate::JoinSet): then each has a ticket of its own. The parts share the task's allowance (see `coop`), but each
//! may do one operation in every poll. Taught in chapter 14.

use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use crate::coop;

/// Waits for both futures, and gives what they give. asyncio's name is `gather`.
///
/// At each wake `a` is polled before `b`. Each is dropped as soon as it is done. Dropping the join drops both.
///
/// ```
/// use runtime::{join, time::{now, sleep}};
/// use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let start = now();
/// join(sleep(Duration::from_secs(2)), sleep(Duration::from_secs(3))).await;
/// assert_eq!(now() - start, Duration::from_secs(3), "not five");
/// # });
/// # std::io::Result::Ok(())
/// ```
pub async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(Some(a)), pin!(Some(b)));
    let (mut from_a, mut from_b) = (None, None);
    poll_fn(|cx| {
        poll_unless_done(a.as_mut(), &mut from_a, cx);
        poll_unless_done(b.as_mut(), &mut from_b, cx);
        match (from_a.take(), from_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            unfinished => {
                (from_a, from_b) = unfinished;
                Poll::Pending
            }
        }
    })
    .await
}

/// Polls the future if it is still there; when it is done, puts its output in its place.
fn poll_unless_done<F: Future>(
    mut future: Pin<&mut Option<F>>,
    output: &mut Option<F::Output>,
    cx: &mut Context<'_>,
) {
    coop::leave_one();
    if let Some(running) = future.as_mut().as_pin_mut()
        && let Poll::Ready(done) = running.poll(cx)
    {
        *output = Some(done);
        future.set(None);
    }
}

/// Waits for all futures, and gives what they give, in their order. asyncio's name is `gather`.
///
/// Each wake polls all that are not done, in order; a [`JoinSet`](crate::JoinSet) is better for many. Dropping the join
/// drops them all.
///
/// ```
/// use runtime::{join_all, time::sleep};
/// use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let slow_first = [3, 2, 1].map(|seconds| async move {
///     sleep(Duration::from_secs(seconds)).await;
///     seconds
/// });
/// assert_eq!(join_all(slow_first).await, [3, 2, 1]);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub fn join_all<I>(futures: I) -> JoinAll<I::Item>
where
    I: IntoIterator<Item: Future>,
{
    JoinAll { parts: futures.into_iter().map(Part::new).collect() }
}

/// Waits until all futures have succeeded, and gives what they give, in their order; or until one fails.
///
/// At the first error the others are dropped, before the error is given. Each wake polls all that are not done, in order.
/// asyncio's name is `TaskGroup`; with its `gather` the others would go on.
///
/// ```
/// use runtime::{time::sleep, try_join_all};
/// use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let parse = async |text: &str| {
///     sleep(Duration::from_secs(text.len() as u64)).await;
///     text.parse::<u8>()
/// };
/// assert_eq!(try_join_all([parse("1"), parse("22")]).await, Ok(vec![1, 22]));
/// assert!(try_join_all([parse("1"), parse("two"), parse("3")]).await.is_err());
/// # });
/// # std::io::Result::Ok(())
/// ```
pub fn try_join_all<I, T, E>(futures: I) -> TryJoinAll<I::Item>
where
    I: IntoIterator<Item: Future<Output = Result<T, E>>>,
{
    TryJoinAll { parts: futures.into_iter().map(Part::new).collect() }
}

/// The future of [`join_all`].
#[must_use = "futures do nothing unless awaited"]
pub struct JoinAll<F: Future> {
    parts: Vec<Part<F>>,
}

/// The future of [`try_join_all`].
#[must_use = "futures do nothing unless awaited"]
pub struct TryJoinAll<F: Future> {
    parts: Vec<Part<F>>,
}

enum Part<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}

impl<F: Future> Part<F> {
    fn new(future: F) -> Part<F> {
        Part::Running(Box::pin(future))
    }

    /// Polls it unless it is done. While it is pending there is no output.
    fn poll(&mut self, cx: &mut Context<'_>) -> Option<&F::Output> {
        coop::leave_one();
        if let Part::Running(future) = self
            && let Poll::Ready(output) = future.as_mut().poll(cx)
        {
            *self = Part::Done(output);
        }
        match self {
            Part::Running(_) => None,
            Part::Done(output) => Some(output),
        }
    }

    fn into_output(self) -> Option<F::Output> {
        match self {
            Part::Running(_) => None,
            Part::Done(output) => Some(output),
        }
    }
}

// The futures are pinned in boxes of their own, and outputs are never pinned.
impl<F: Future> Unpin for JoinAll<F> {}
impl<F: Future> Unpin for TryJoinAll<F> {}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut all_done = true;
        for part in &mut self.parts {
            all_done &= part.poll(cx).is_some();
        }
        if !all_done {
            return Poll::Pending;
        }
        let parts = mem::take(&mut self.parts);
        Poll::Ready(parts.into_iter().filter_map(Part::into_output).collect())
    }
}

impl<F, T, E> Future for TryJoinAll<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut all_done = true;
        for part in &mut self.parts {
            match part.poll(cx) {
                None => all_done = false,
                Some(Ok(_)) => {}
                Some(Err(_)) => {
                    // Collecting stops at this error: the parts before it are running, or have succeeded.
                    all_done = true;
                    break;
                }
            }
        }
        if !all_done {
            return Poll::Pending;
        }
        let parts = mem::take(&mut self.parts);
        Poll::Ready(parts.into_iter().filter_map(Part::into_output).collect())
    }
}

impl<F: Future> fmt::Debug for JoinAll<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinAll").field("parts", &self.parts.len()).finish()
    }
}

impl<F: Future> fmt::Debug for TryJoinAll<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryJoinAll").field("parts", &self.parts.len()).finish()
    }
}

#[cfg(test)]
mod tests;
