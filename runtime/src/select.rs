//! How does a task wait for whichever future is done first? It polls both; at the first that is ready, it drops the other.
//!
//! Dropping is cancelling, so a loser should be cancel safe: the docs of each future here say so. Taught in chapters 14
//! and 15.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::coop;

/// What one of two gave: see [`select`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first was done.
    Left(A),
    /// The second was done.
    Right(B),
}

impl<T> Either<T, T> {
    /// The value, whichever it is from.
    pub fn into_inner(self) -> T {
        match self {
            Either::Left(value) | Either::Right(value) => value,
        }
    }
}

/// Waits until one of the futures is done, and gives its output. The other is dropped by then. asyncio's name is `wait`, with
/// `FIRST_COMPLETED`; there the others go on.
///
/// `a` is always polled first: if both are ready, it is `a`. So put first what must not be missed, such as a signal to
/// stop; and do not put first, in a loop, what is always ready. To go on with the other one later, pass `&mut` of a
/// pinned future.
///
/// ```
/// use runtime::{Either, select, time::sleep};
/// use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let tortoise = async { sleep(Duration::from_secs(100)).await; "slow" };
/// let hare = async { sleep(Duration::from_secs(1)).await; 1 };
/// assert_eq!(select(tortoise, hare).await, Either::Right(1));
/// # });
/// # std::io::Result::Ok(())
/// ```
pub async fn select<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|cx| {
        if let Poll::Ready(output) = a.as_mut().poll(cx) {
            return Poll::Ready(Either::Left(output));
        }
        coop::leave_one();
        b.as_mut().poll(cx).map(Either::Right)
    })
    .await
}

/// Waits until one of two futures of the same output is done, and gives it. The other is dropped by then.
///
/// Like [`select`], where it does not matter whose output it is.
///
/// ```
/// use runtime::{race, time::sleep};
/// use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let mirror = |seconds| async move {
///     sleep(Duration::from_secs(seconds)).await;
///     format!("from the mirror that takes {seconds} s")
/// };
/// assert_eq!(race(mirror(5), mirror(2)).await, "from the mirror that takes 2 s");
/// # });
/// # std::io::Result::Ok(())
/// ```
pub async fn race<T>(a: impl Future<Output = T>, b: impl Future<Output = T>) -> T {
    select(a, b).await.into_inner()
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::rc::Rc;

    use super::*;
    use crate::sync::{mpsc, oneshot};
    use crate::testing::CountingWaker;

    #[test]
    fn the_first_wins_if_both_are_ready() {
        let waker = CountingWaker::new();
        let mut both = Box::pin(select(ready(1), ready('b')));
        assert_eq!(waker.poll(&mut both), Poll::Ready(Either::Left(1)));
    }

    #[test]
    fn either_of_them_wakes_the_task() {
        let waker = CountingWaker::new();
        let (_first, a) = oneshot::channel::<u8>();
        let (second, b) = oneshot::channel();
        let mut both = Box::pin(race(a, b));
        assert!(waker.poll(&mut both).is_pending());
        second.send(2).unwrap();
        assert_eq!(waker.wakes(), 1);
        assert_eq!(waker.poll(&mut both), Poll::Ready(Ok(2)));
    }

    #[test]
    fn the_loser_is_dropped_before_the_winner_is_given() {
        let waker = CountingWaker::new();
        let held = Rc::new(());
        let holder = held.clone();
        let loser = async move {
            let _holder = holder;
            pending::<()>().await;
        };
        let mut both = Box::pin(select(loser, ready(1)));
        assert_eq!(waker.poll(&mut both), Poll::Ready(Either::Right(1)));
        assert_eq!(Rc::strong_count(&held), 1);
    }

    #[test]
    fn a_receive_that_loses_takes_no_value_with_it() {
        let waker = CountingWaker::new();
        let (sender, mut receiver) = mpsc::unbounded();
        let mut both = Box::pin(select(receiver.recv(), ready(())));
        assert_eq!(waker.poll(&mut both), Poll::Ready(Either::Right(())));
        drop(both);
        sender.try_send(1).unwrap();
        assert_eq!(receiver.try_recv(), Ok(1));
    }

    #[test]
    fn a_future_given_by_reference_can_go_on_later() {
        let waker = CountingWaker::new();
        let (sender, mut receiver) = oneshot::channel();
        let mut both = Box::pin(select(&mut receiver, ready(())));
        assert_eq!(waker.poll(&mut both), Poll::Ready(Either::Right(())));
        drop(both);
        sender.send(7).unwrap();
        assert_eq!(waker.poll(&mut receiver), Poll::Ready(Ok(7)));
    }
}
