//! What does a global interpreter lock do to threads? A lock that one must hold to run, and lets go of to wait.
//!
//! It is a model of CPython's: taken in the order of arrival, held while a thread computes, released around every call that
//! waits, and handed over every few milliseconds if others want it.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a thread computes before it lets others have the lock: `sys.getswitchinterval()`.
const SWITCH: Duration = Duration::from_millis(5);

#[derive(Default)]
pub(super) struct GlobalLock {
    line: Mutex<Line>,
    moved: Condvar,
}

/// Like numbers drawn at a counter.
#[derive(Default)]
struct Line {
    next: u64,
    served: u64,
}

/// A thread that may run, while it holds this.
pub(super) struct Turn<'a> {
    lock: &'a GlobalLock,
    since: Instant,
}

impl GlobalLock {
    /// Waits in line for the lock.
    pub(super) fn turn(&self) -> Turn<'_> {
        self.take();
        Turn { lock: self, since: Instant::now() }
    }

    fn take(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let number = line.next;
        line.next += 1;
        while line.served != number {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give(&self) {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).served += 1;
        self.moved.notify_all();
    }
}

impl Turn<'_> {
    /// Lets others run while `work` waits for something.
    pub(super) fn wait_for<R>(&mut self, work: impl FnOnce() -> R) -> R {
        self.lock.give();
        let done = work();
        self.lock.take();
        self.since = Instant::now();
        done
    }

    /// Lets others run if this thread has run for long enough. To be called often while it computes.
    pub(super) fn switch(&mut self) {
        if self.since.elapsed() >= SWITCH {
            self.wait_for(|| ());
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.lock.give();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn only_one_runs_at_a_time_and_those_who_wait_do_not_count() {
        let (lock, running, most) =
            (GlobalLock::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let mut turn = lock.turn();
                        most.fetch_max(
                            running.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        running.fetch_sub(1, Ordering::SeqCst);
                        turn.wait_for(std::thread::yield_now);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
    }

    #[test]
    fn two_who_wait_for_one_another_get_there_because_they_let_go_of_the_lock() {
        let (lock, both) = (GlobalLock::default(), std::sync::Barrier::new(2));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| lock.turn().wait_for(|| both.wait()));
            }
        });
    }
}
