//! What if it cannot be done without blocking? Then a helper thread does it, and wakes the task through the mailbox.
//!
//! `spawn_blocking` and `net::lookup_host` use it. Taught in chapter 17.
//!
//! The loop only ever sends into a channel and looks, without waiting, into another. The helpers share the receiving end
//! of the first under a lock of their own, which the loop's thread never takes.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;

use crate::context;
use crate::discard::discard;
use crate::executor::Core;
use crate::join_handle::JoinHandle;
use crate::wait::WaitPoint;

type Job = Box<dyn FnOnce() + Send>;

/// The loop's side: a runtime's helper threads, started when there is work for one more, ended with the runtime.
pub(crate) struct Helpers {
    limit: usize,
    started: Cell<usize>,
    submitted: Cell<usize>,
    /// How many tasks wait for an answer.
    outstanding: Cell<usize>,
    jobs: Sender<Job>,
    shared: Arc<Shared>,
}

/// What the helpers share with one another and with the loop.
struct Shared {
    queue: Mutex<Receiver<Job>>,
    finished: AtomicUsize,
    /// The runtime is gone: jobs that have not begun are not wanted any more.
    closed: AtomicBool,
}

impl Helpers {
    pub(crate) fn new(limit: usize) -> Helpers {
        let (jobs, queue) = channel();
        let shared = Shared {
            queue: Mutex::new(queue),
            finished: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        };
        Helpers {
            limit,
            started: Cell::new(0),
            submitted: Cell::new(0),
            outstanding: Cell::new(0),
            jobs,
            shared: Arc::new(shared),
        }
    }

    pub(crate) fn outstanding(&self) -> usize {
        self.outstanding.get()
    }

    /// The runtime is being dropped. Nobody waits for the jobs that run: they end by themselves, and so do their threads.
    pub(crate) fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
    }

    fn submit(&self, job: Job) -> io::Result<()> {
        let in_flight = self.submitted.get() - self.shared.finished.load(Ordering::Relaxed) + 1;
        if in_flight > self.started.get() && self.started.get() < self.limit {
            let shared = self.shared.clone();
            let name = format!("helper {}", self.started.get() + 1);
            match thread::Builder::new().name(name).spawn(move || help(&shared)) {
                Ok(_) => self.started.set(self.started.get() + 1),
                // The helpers that there are will do it, later.
                Err(error) if self.started.get() == 0 => return Err(error),
                Err(_) => {}
            }
        }
        self.submitted.set(self.submitted.get() + 1);
        self.jobs.send(job).map_err(|_| io::Error::other("the helper threads are gone"))
    }
}

/// A helper thread's life.
fn help(shared: &Shared) {
    loop {
        // A job never runs under the lock, so a panic cannot poison it.
        let next = shared.queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // What the work captured or gave is dropped here if nobody waits for it any more, and that may panic.
        if shared.closed.load(Ordering::Relaxed) {
            discard(job);
        } else if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
            discard(payload);
        }
        shared.finished.fetch_add(1, Ordering::Relaxed);
    }
}

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
    JoinHandle::spawn(&core, answer, None, at)
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
            let outstanding = &self.core.helpers.outstanding;
            outstanding.set(outstanding.get() + 1);
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
            let outstanding = &self.core.helpers.outstanding;
            outstanding.set(outstanding.get() - 1);
        }
    }
}

#[cfg(test)]
mod tests;
