//! What is the least that tasks can cost? Boxed futures in a list, polled one after the other by a loop that knows nothing.
//!
//! It is no runtime, and no peer: nobody can be woken, joined or aborted, and every future is polled whether or not it is ready.
//! What others have more is what these things cost.

use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::clock::{cpu, nanos_each};

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

/// Boxes what `task` makes of each number, polls all of them until they have ended, and drops them; so many, a batch at a time.
/// All have to end at the same poll.
pub(super) fn batches<F>(count: usize, batch: usize, task: impl Fn(usize) -> F) -> f64
where
    F: Future<Output = usize> + 'static,
{
    let mut boxed: Vec<Boxed<usize>> = Vec::with_capacity(batch);
    let start = cpu();
    for _ in 0..count / batch {
        boxed.extend((0..batch).map(|n| Box::pin(black_box(task(n))) as Boxed<usize>));
        while poll_all(&mut boxed) > 0 {}
        boxed.clear();
    }
    nanos_each(start, count)
}

/// Polls each of so many tasks that never end, so many times.
pub(super) fn polls<F>(tasks: usize, polls: usize, task: impl Fn() -> F) -> f64
where
    F: Future<Output = ()> + 'static,
{
    let mut boxed: Vec<Boxed<()>> = (0..tasks).map(|_| Box::pin(task()) as Boxed<()>).collect();
    let start = cpu();
    for _ in 0..polls {
        assert_eq!(poll_all(&mut boxed), tasks);
    }
    nanos_each(start, tasks * polls)
}

/// Polls each, and says how many are pending.
fn poll_all<T>(boxed: &mut [Boxed<T>]) -> usize {
    let cx = &mut Context::from_waker(Waker::noop());
    boxed.iter_mut().map(|future| usize::from(future.as_mut().poll(cx).is_pending())).sum()
}

/// Pending once, and nobody is told.
pub(super) fn once() -> impl Future<Output = ()> {
    let mut waited = false;
    poll_fn(move |_| match mem::replace(&mut waited, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
}
