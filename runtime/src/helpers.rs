//! Who does what would block? A few threads beside the loop, which take jobs from one queue.
//!
//! `blocking` submits jobs; `executor` asks how many are awaited. Taught in chapter 17.
//!
//! The loop only ever sends into a channel. The helpers share the receiving end under a lock of their own, which the loop's
//! thread never takes.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::discard::discard;

pub(crate) type Job = Box<dyn FnOnce() + Send>;

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
}

impl Helpers {
    pub(crate) fn new(limit: usize) -> Helpers {
        let (jobs, queue) = channel();
        let shared = Shared { queue: Mutex::new(queue), finished: AtomicUsize::new(0) };
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

    /// One more task waits for an answer.
    pub(crate) fn awaited(&self) {
        self.outstanding.set(self.outstanding.get() + 1);
    }

    /// One fewer does.
    pub(crate) fn not_awaited(&self) {
        self.outstanding.set(self.outstanding.get() - 1);
    }

    pub(crate) fn submit(&self, job: Job) -> io::Result<()> {
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

/// A helper thread's life. It ends when the runtime is gone and the queue is empty; the jobs that are left there are not
/// wanted any more, and so do nothing.
fn help(shared: &Shared) {
    loop {
        // A job never runs under the lock, so a panic cannot poison it.
        let next = shared.queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // What the work captured or gave is dropped here if nobody waits for it any more, and that may panic.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
            discard(payload);
        }
        shared.finished.fetch_add(1, Ordering::Relaxed);
    }
}
