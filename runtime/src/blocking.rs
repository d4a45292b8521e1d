//! What if it cannot be done without blocking? Then a helper thread does it, and wakes the task through the mailbox.
//!
//! `spawn_blocking` and `net::lookup_host` use it; the threads are in `helpers`. Taught in chapter 17.
//!
//! The task looks, without waiting, into a channel of its own for the answer.

use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::task::{Context, Poll};
use std::thread;

use crate::context;
use crate::executor::Core;
use crate::join_handle::JoinHandle;
use crate::wait::WaitPoint;

/// Runs `work`, which may block, on a helper thread; the handle gives its result.
///
/// For what has no non-blocking form (files, name lookup) and for long computations. There are few helpers (see
/// [`Builder::helper_threads`](crate::Builder::helper_threads)); work beyond that waits in a queue. asyncio's name is
/// `to_thread`.
///
/// A panic in `work` is a [`JoinError`](crate::JoinError). Work that has begun cannot be aborted: `abort`, like dropping
/// the runtime, only stops waiting for it. Work that waits in the queue is then not begun.
///
/// # Panics
/// Outside a runtime.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let text = runtime::spawn_blocking(|| std::fs::read_to_string("Cargo.toml")).await.unwrap();
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn spawn_blocking<F, T>(work: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    spawn_blocking_at(work, "helper thread", Location::caller())
}

/// The same for a part of the runtime that works for the line `at` of user code.
#[track_caller]
pub(crate) fn spawn_blocking_at<F, T>(
    work: F,
    what: &'static str,
    at: &'static Location<'static>,
) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let core = context::expect("spawn_blocking");
    let wait = WaitPoint { what, at };
    let answer =
        Answer { core: core.clone(), work: Some(work), result: None, wanted: Arc::default(), wait };
    JoinHandle::spawn(core.schedule.clone(), answer, None, at)
}

/// The task that waits for a helper. It hands over the work when it is first polled, because then it has a waker.
struct Answer<F, T> {
    core: Rc<Core>,
    work: Option<F>,
    result: Option<Receiver<thread::Result<T>>>,
    /// Gone as soon as nobody waits for the answer.
    wanted: Arc<()>,
    wait: WaitPoint,
}

// Nothing in it is ever pinned.
impl<F, T> Unpin for Answer<F, T> {}

impl<F, T> Future for Answer<F, T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Some(work) = self.work.take() {
            let (give, result) = channel();
            let waker = cx.waker().clone();
            let wanted = Arc::downgrade(&self.wanted);
            let job = move || {
                if wanted.strong_count() == 0 {
                    return;
                }
                let done = catch_unwind(AssertUnwindSafe(work));
                // If nobody waits any more, the result is dropped here.
                let _ = give.send(done);
                waker.wake();
            };
            if let Err(error) = self.core.helpers.submit(Box::new(job)) {
                panic!(
                    "cannot start a helper thread for spawn_blocking: {error} (the book, chapter 17)"
                );
            }
            self.core.helpers.awaited();
            self.result = Some(result);
        }
        match self.result.as_ref().map(Receiver::try_recv) {
            Some(Ok(Ok(output))) => Poll::Ready(output),
            Some(Ok(Err(payload))) => resume_unwind(payload),
            Some(Err(TryRecvError::Empty)) => {
                self.wait.pending();
                Poll::Pending
            }
            Some(Err(TryRecvError::Disconnected)) | None => {
                panic!("a helper thread ended before its work was done (the book, chapter 17)")
            }
        }
    }
}

impl<F, T> Drop for Answer<F, T> {
    fn drop(&mut self) {
        if self.result.is_some() {
            self.core.helpers.not_awaited();
        }
    }
}

#[cfg(test)]
mod tests;
