//! What do the checks look through? A future that counts its polls, keeps its waker and does as it is told.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::Executor;

/// So often is nothing polled but by an executor that polls everybody all the time.
const MANY: usize = 10_000;

/// Every clone is the same one.
#[derive(Clone, Default)]
pub(super) struct Probe(Rc<State>);

#[derive(Default)]
struct State {
    polls: Cell<usize>,
    waker: RefCell<Option<Waker>>,
    ready: Cell<bool>,
}

impl Probe {
    pub(super) fn polls(&self) -> usize {
        self.0.polls.get()
    }

    /// The waker of its last poll.
    ///
    /// # Panics
    /// If it was never polled.
    pub(super) fn waker(&self) -> Waker {
        self.0.waker.borrow().clone().expect("it has been polled, and has left its waker")
    }

    /// Makes it ready, and wakes whoever waits for it.
    pub(super) fn finish(&self) {
        self.0.ready.set(true);
        let waker = self.0.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Probe {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.polls.set(self.0.polls.get() + 1);
        // So that the check ends, also where nobody sleeps.
        assert!(self.0.polls.get() < MANY, "it was polled {MANY} times, and woken hardly ever");
        let old = self.0.waker.replace(Some(cx.waker().clone()));
        drop(old);
        if self.0.ready.get() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Lets everybody run who is ready. The root future is woken by a task for it, and not in its own poll: whether that works is
/// a check of its own.
pub(super) async fn turn<E: Executor>(executor: &E) {
    let (probe, last) = (Probe::default(), Probe::default());
    let (finishes, finishes_last) = (probe.clone(), last.clone());
    executor.spawn(async move { finishes.finish() });
    probe.await;
    // Once more, for those who were woken meanwhile.
    executor.spawn(async move { finishes_last.finish() });
    last.await;
}

/// Sets itself when it is dropped.
#[derive(Clone, Default)]
pub(super) struct Dropped(Rc<Cell<bool>>);

impl Dropped {
    pub(super) fn is_set(&self) -> bool {
        self.0.get()
    }

    /// What sets it when it is dropped.
    pub(super) fn guard(&self) -> impl Sized + 'static {
        struct Guard(Rc<Cell<bool>>);

        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }

        Guard(self.0.clone())
    }
}
