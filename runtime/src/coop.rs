//! How does a task that is never pending give the others a turn? By an allowance for each poll.
//!
//! A socket that always has data and a channel that is never empty would let one task run for ever inside one poll.
//! Leaf futures therefore spend a unit each time they are polled, and are pending once when the allowance is used up:
//! their task goes to the back of the ready queue. Taught in chapter 17.

use std::cell::Cell;
use std::task::{Context, Poll};

/// How many leaf operations one poll may do before its task goes to the back of the queue.
const ALLOWANCE: u32 = 128;

thread_local! {
    /// What is left of it to the poll that runs on this thread; `None` outside a runtime, where there is nobody to be fair to.
    static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// A poll begins, with a full allowance.
#[inline]
pub(crate) fn begin() {
    LEFT.with(|left| left.set(Some(ALLOWANCE)));
}

/// The last poll of a `block_on` has ended.
pub(crate) fn end() {
    LEFT.with(|left| left.set(None));
}

/// Spends one unit of the running task's allowance. Pending, with a wake under way, if there is none left.
#[inline]
pub(crate) fn spend(cx: &mut Context<'_>) -> Poll<()> {
    let is_spent = LEFT.with(|left| match left.get() {
        None => false,
        Some(0) => true,
        Some(units) => {
            left.set(Some(units - 1));
            false
        }
    });
    if !is_spent {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Leaves a unit for the next part of a task that is made of several (`join`, `select`, `timeout`): if the parts before it
/// use up the allowance in every poll, it gets on nevertheless.
#[inline]
pub(crate) fn leave_one() {
    LEFT.with(|left| left.set(left.get().map(|units| units.max(1))));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{Future, poll_fn};
    use std::pin::Pin;
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;
    use crate::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use crate::sync::{Mutex, Notify, Semaphore, mpsc, oneshot};
    use crate::time::{sleep, timeout};
    use crate::{Runtime, join, join_all, select, spawn, try_join_all, yield_now};

    type Part = Pin<Box<dyn Future<Output = Result<(), ()>>>>;

    /// Uses up the whole allowance of each poll, like one who reads a socket that always has data, and never ends.
    async fn greedy() -> Result<(), ()> {
        poll_fn(|cx| {
            while spend(cx).is_ready() {}
            Poll::Pending
        })
        .await
    }

    #[test]
    fn a_greedy_part_of_a_task_does_not_starve_the_parts_after_it() {
        Runtime::new().unwrap().block_on(async {
            let passed = Rc::new(Cell::new(0));
            // Three operations, all of them ready at once.
            let modest = || {
                let passed = passed.clone();
                async move {
                    for _ in 0..3 {
                        sleep(Duration::ZERO).await;
                    }
                    passed.set(passed.get() + 1);
                    Ok(())
                }
            };
            let parts = || -> [Part; 2] { [Box::pin(greedy()), Box::pin(modest())] };
            let (a, b, c, d) = (modest(), modest(), parts(), parts());
            let handles = [
                spawn(async { _ = join(greedy(), a).await }),
                spawn(async { _ = select(greedy(), b).await }),
                spawn(async { _ = join_all(c).await }),
                spawn(async { _ = try_join_all(d).await }),
            ];
            for _ in 0..10 {
                yield_now().await;
            }
            assert_eq!(passed.get(), handles.len());
        });
    }

    #[test]
    fn a_timeout_ends_a_future_that_is_greedy() {
        Runtime::new().unwrap().block_on(async {
            assert!(timeout(Duration::from_millis(1), greedy()).await.is_err());
        });
    }

    /// How often a task does what is ready at once, again and again, before the others have a turn.
    async fn done_in_one_poll(what: &str, mut operation: impl AsyncFnMut() + 'static) {
        let done = Rc::new(Cell::new(0));
        let counting = done.clone();
        let task = spawn(async move {
            for n in 1..1000 {
                operation().await;
                counting.set(n);
            }
        });
        yield_now().await;
        assert!((1..=ALLOWANCE).contains(&done.get()), "{what}: {} times", done.get());
        task.abort();
    }

    #[test]
    fn a_task_that_only_does_what_is_ready_at_once_lets_the_others_run() {
        Runtime::new().unwrap().block_on(async {
            // In asyncio this is how one yields.
            done_in_one_poll("sleep", async || sleep(Duration::ZERO).await).await;
            let semaphore = Semaphore::new(1);
            let acquire = async move || drop(semaphore.acquire().await.unwrap());
            done_in_one_poll("semaphore", acquire).await;
            let mutex = Mutex::new(());
            done_in_one_poll("mutex", async move || drop(mutex.lock().await)).await;
            let notify = Notify::new();
            let notified = async move || {
                notify.notify_one();
                notify.notified().await;
            };
            done_in_one_poll("notify", notified).await;
            let asked = async || {
                let (sender, receiver) = oneshot::channel();
                sender.send(()).unwrap();
                receiver.await.unwrap();
            };
            done_in_one_poll("oneshot", asked).await;
            let closed = async || {
                let (mut sender, _) = oneshot::channel::<()>();
                sender.closed().await;
            };
            done_in_one_poll("oneshot closed", closed).await;
            let (sender, mut receiver) = mpsc::unbounded();
            (0..1000).for_each(|n| sender.try_send(n).unwrap());
            done_in_one_poll("mpsc recv", async move || _ = receiver.recv().await).await;
            done_in_one_poll("mpsc send", async move || _ = sender.send(1).await).await;
            let (mut near, mut far) = duplex(1000);
            let write = async move || _ = near.write(b"x").await;
            done_in_one_poll("pipe write", write).await;
            let read = async move || _ = far.read(&mut [0]).await;
            done_in_one_poll("pipe read", read).await;
        });
    }
}
