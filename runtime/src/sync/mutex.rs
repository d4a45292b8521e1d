//! How does a task keep a value to itself across an `.await`? By a lock that others wait for instead of blocking.
//!
//! It is a semaphore with one permit, and a cell. On one thread it is seldom needed: between two awaits nobody else runs, so
//! a `Cell` or a `RefCell` is enough. It is needed where a borrow would have to live *across* an `.await`: another task
//! could run meanwhile, and its `borrow_mut` would panic. Here it waits for its turn.

use std::cell::{RefCell, RefMut};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::sync::semaphore::{Acquire, Permit, Semaphore};
use crate::wait::WaitPoint;

/// A value that one task at a time has to itself, also across awaits. First come, first served.
///
/// There is no poisoning: a task that panics gives the lock back, with the value as it left it.
///
/// ```
/// use runtime::{join, sync::Mutex, yield_now};
/// # runtime::Runtime::new()?.block_on(async {
/// let log = Mutex::new(Vec::new());
/// let twice = async |name| {
///     let mut log = log.lock().await;
///     log.push(name);
///     yield_now().await; // the other one runs, and has to wait
///     log.push(name);
/// };
/// join(twice("a"), twice("b")).await;
/// assert_eq!(log.into_inner(), ["a", "a", "b", "b"]);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub struct Mutex<T: ?Sized> {
    turn: Semaphore,
    value: RefCell<T>,
}

impl<T> Mutex<T> {
    /// A mutex that nobody has locked.
    pub fn new(value: T) -> Mutex<T> {
        Mutex { turn: Semaphore::new(1), value: RefCell::new(value) }
    }

    /// The value; nobody can have it locked, for it is owned.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until it is this task's turn; the lock is held until the guard is dropped.
    ///
    /// Locking again while holding the guard waits for ever. Cancel safe: dropping the future leaves the line, and if its
    /// turn had come already, the next in line has it.
    #[track_caller]
    pub fn lock(&self) -> Lock<'_, T> {
        Lock { mutex: self, acquire: self.turn.acquire_at(1, WaitPoint::here("mutex")) }
    }

    /// Locks it if nobody has it and nobody waits for it.
    ///
    /// # Errors
    /// If somebody does.
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        self.turn.try_acquire().map(|permit| self.guard(permit)).map_err(|_| TryLockError(()))
    }

    /// The value, without locking: the exclusive borrow proves that nobody has it locked.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    fn guard(&self, permit: Permit) -> MutexGuard<'_, T> {
        MutexGuard { value: self.value.borrow_mut(), _permit: permit }
    }
}

/// The future of [`Mutex::lock`].
#[must_use = "futures do nothing unless awaited"]
pub struct Lock<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    acquire: Acquire,
}

impl<'a, T: ?Sized> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        let permit = ready!(Pin::new(&mut self.acquire).poll(cx));
        let permit = permit.expect("the semaphore of a mutex is never closed");
        Poll::Ready(self.mutex.guard(permit))
    }
}

/// The value of a [`Mutex`], for as long as this lives.
#[must_use = "a guard that is dropped at once protects nothing"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Fields are dropped in this order: the borrow has ended when the next in line is woken.
    value: RefMut<'a, T>,
    _permit: Permit,
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Somebody has the mutex locked, or waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLockError(());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mutex is locked")
    }
}

impl Error for TryLockError {}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value.try_borrow() {
            Ok(value) => f.debug_tuple("Mutex").field(&&*value).finish(),
            Err(_) => f.write_str("Mutex(<locked>)"),
        }
    }
}

impl<T: ?Sized> fmt::Debug for Lock<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingWaker;

    fn locked<'a, T>(waker: &CountingWaker, lock: &mut Lock<'a, T>) -> MutexGuard<'a, T> {
        match waker.poll(lock) {
            Poll::Ready(guard) => guard,
            Poll::Pending => panic!("it is not its turn"),
        }
    }

    #[test]
    fn those_who_wait_get_it_in_the_order_in_which_they_came() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let mutex = Mutex::new(0);
        let mut guard = mutex.try_lock().unwrap();
        let (mut a, mut b) = (mutex.lock(), mutex.lock());
        assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
        *guard += 1;
        drop(guard);
        assert_eq!((first.wakes(), second.wakes()), (1, 0));
        assert_eq!(mutex.try_lock().unwrap_err(), TryLockError(()));
        *locked(&first, &mut a) += 1;
        assert_eq!(second.wakes(), 1);
        assert_eq!(*locked(&second, &mut b), 2);
    }

    #[test]
    fn a_woken_waiter_that_is_dropped_passes_the_lock_on() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let mutex = Mutex::new(());
        let guard = mutex.try_lock().unwrap();
        let (mut a, mut b) = (mutex.lock(), mutex.lock());
        assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
        drop(guard);
        drop(a);
        let _guard = locked(&second, &mut b);
    }

    #[test]
    fn a_panic_while_it_is_locked_gives_it_back() {
        let mutex = Mutex::new(1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut guard = mutex.try_lock().unwrap();
            *guard = 2;
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
        assert_eq!(*mutex.try_lock().unwrap(), 2);
    }

    #[test]
    fn the_owner_needs_no_lock() {
        let mut mutex = Mutex::new(1);
        *mutex.get_mut() += 1;
        assert_eq!(mutex.into_inner(), 2);
    }

    #[test]
    fn a_value_of_unknown_size_can_be_locked() {
        let mutex: Box<Mutex<[u8]>> = Box::new(Mutex::new([1, 2]));
        mutex.try_lock().unwrap()[0] = 3;
        assert_eq!(&*mutex.try_lock().unwrap(), [3, 2]);
    }

    #[test]
    fn printing_a_locked_mutex_does_not_wait() {
        let mutex = Mutex::new(1);
        assert_eq!(format!("{mutex:?}"), "Mutex(1)");
        let _guard = mutex.try_lock().unwrap();
        assert_eq!(format!("{mutex:?}"), "Mutex(<locked>)");
    }
}
