//! How does one wait for whichever of many tasks is done first? In a set that is told by each when it ends.
//!
//! Each task of the set holds a `Leaving`, dropped together with its future, however that ends. So waiting for the next one
//! costs the same with ten tasks and with ten thousand. Taught in chapter 14.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use slab::Slab;

use crate::context;
use crate::join_error::JoinError;
use crate::join_handle::JoinHandle;
use crate::sync::WakerSlot;
use crate::wait::WaitPoint;

/// Tasks that belong together: awaited in the order in which they end, and aborted when the set is dropped.
///
/// asyncio's names are `TaskGroup` and `as_completed`.
///
/// ```
/// use runtime::{JoinSet, time::sleep};
/// use std::time::Duration;
/// # runtime::Runtime::new()?.block_on(async {
/// let mut set = JoinSet::new();
/// for ms in [9, 1, 5] {
///     set.spawn(async move {
///         sleep(Duration::from_millis(ms)).await;
///         ms
///     });
/// }
/// let mut order = Vec::new();
/// while let Some(done) = set.join_next().await {
///     order.push(done.unwrap());
/// }
/// assert_eq!(order, [1, 5, 9]);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub struct JoinSet<T> {
    handles: Slab<JoinHandle<T>>,
    ended: Rc<Ended>,
}

/// Who has ended and not been asked for yet, and who waits for that.
#[derive(Default)]
struct Ended {
    keys: RefCell<VecDeque<usize>>,
    waiting: WakerSlot,
}

/// Dropped with a task's future: says that the task has ended.
struct Leaving {
    key: usize,
    ended: Rc<Ended>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.ended.keys.borrow_mut().push_back(self.key);
        self.ended.waiting.wake();
    }
}

impl<T: 'static> JoinSet<T> {
    /// An empty set.
    pub fn new() -> JoinSet<T> {
        JoinSet { handles: Slab::new(), ended: Rc::default() }
    }

    /// Spawns `future` as a task of this set.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F)
    where
        F: Future<Output = T> + 'static,
    {
        self.add(future, None, Location::caller());
    }

    /// Like [`JoinSet::spawn`], with a name that traces and [`dump`](crate::dump()) show.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn spawn_named<F>(&mut self, name: impl Into<Rc<str>>, future: F)
    where
        F: Future<Output = T> + 'static,
    {
        self.add(future, Some(name.into()), Location::caller());
    }

    #[track_caller]
    fn add<F>(&mut self, future: F, name: Option<Rc<str>>, at: &'static Location<'static>)
    where
        F: Future<Output = T> + 'static,
    {
        let schedule = context::expect_schedule("JoinSet::spawn");
        let place = self.handles.vacant_entry();
        let leaving = Leaving { key: place.key(), ended: self.ended.clone() };
        let tracked = async move {
            let _leaving = leaving;
            future.await
        };
        place.insert(JoinHandle::spawn(schedule, tracked, name, at));
    }

    /// Waits for the next task to end and gives its result; `None` if the set is empty.
    ///
    /// Cancel safe: whoever stops waiting loses no result.
    #[track_caller]
    pub fn join_next(&mut self) -> JoinNext<'_, T> {
        JoinNext { set: self, wait: WaitPoint::here("join_next") }
    }

    /// The result of a task that has ended already, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        match self.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(next) => next,
            Poll::Pending => None,
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        if self.handles.is_empty() {
            return Poll::Ready(None);
        }
        let first = || self.ended.keys.borrow().front().copied();
        ready!(self.ended.waiting.poll_until(cx, || first().is_some()));
        let Some(key) = first() else { return Poll::Pending };
        // A task that is dropping its future this moment has spoken, but has no result yet: it wakes when it has.
        let result = ready!(Pin::new(&mut self.handles[key]).poll(cx));
        self.ended.keys.borrow_mut().pop_front();
        drop(self.handles.remove(key));
        Poll::Ready(Some(result))
    }
}

impl<T> JoinSet<T> {
    /// How many tasks there are whose result was not given yet.
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether every result was given.
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Aborts all tasks; `join_next` then gives their errors.
    pub fn abort_all(&self) {
        for (_, handle) in &self.handles {
            handle.abort();
        }
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.abort_all();
    }
}

impl<T: 'static> Default for JoinSet<T> {
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}

/// The future of [`JoinSet::join_next`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct JoinNext<'a, T> {
    set: &'a mut JoinSet<T>,
    wait: WaitPoint,
}

impl<T: 'static> Future for JoinNext<'_, T> {
    type Output = Option<Result<T, JoinError>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let next = self.set.poll_next(cx);
        if next.is_pending() {
            self.wait.pending();
        }
        next
    }
}

impl<T> Drop for JoinNext<'_, T> {
    fn drop(&mut self) {
        self.set.ended.waiting.clear();
    }
}

#[cfg(test)]
mod tests;
