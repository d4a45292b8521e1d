//! How do at most n tasks do something at a time? Each takes a permit before and gives it back after.
//!
//! The permits are counted in `permits`; here are the handles that share them and the futures and guards that own what was
//! taken. The mutex (one permit) is built on this.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::sync::permits::{Closed, Permits, Turn};
use crate::wait::WaitPoint;

/// A number of permits that tasks take and give back, first come, first served.
///
/// It is a handle: clones share the permits, and a permit keeps them alive, so it may go wherever it is needed.
///
/// ```
/// use runtime::{join_all, sync::Semaphore, time::{now, sleep}};
/// use std::time::Duration;
/// # runtime::Runtime::builder().paused_clock().build()?.block_on(async {
/// let two_at_a_time = Semaphore::new(2);
/// let start = now();
/// join_all((0..6).map(|_| async {
///     let _permit = two_at_a_time.acquire().await.unwrap();
///     sleep(Duration::from_secs(1)).await;
/// }))
/// .await;
/// assert_eq!(now() - start, Duration::from_secs(3));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct Semaphore {
    permits: Rc<Permits>,
}

impl Semaphore {
    /// A semaphore with `permits` permits. With 0, tasks wait until some are added.
    pub fn new(permits: usize) -> Semaphore {
        Semaphore { permits: Rc::new(Permits::new(permits)) }
    }

    /// Waits for a permit.
    ///
    /// Cancel safe: dropping the future leaves the line, and if its turn had come already, the next in line has it.
    ///
    /// # Errors
    /// If the semaphore is closed.
    #[track_caller]
    pub fn acquire(&self) -> Acquire {
        self.acquire_at(1, WaitPoint::here("semaphore"))
    }

    /// Waits for `permits` permits, and takes them all at once.
    ///
    /// Who wants many is not overtaken by those who want few. More than there will ever be is waited for in vain, unless
    /// some are added. Cancel safe.
    ///
    /// # Errors
    /// If the semaphore is closed.
    #[track_caller]
    pub fn acquire_many(&self, permits: usize) -> Acquire {
        self.acquire_at(permits, WaitPoint::here("semaphore"))
    }

    /// The same for futures that wait for a permit under another name.
    pub(super) fn acquire_at(&self, permits: usize, wait: WaitPoint) -> Acquire {
        Acquire { permits: self.permits.clone(), turn: Turn::new(permits, wait) }
    }

    /// Takes a permit if one is free and nobody waits.
    ///
    /// # Errors
    /// If there is none for now, or the semaphore is closed.
    pub fn try_acquire(&self) -> Result<Permit, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Takes `permits` permits if so many are free and nobody waits.
    ///
    /// # Errors
    /// If there are not so many for now, or the semaphore is closed.
    pub fn try_acquire_many(&self, permits: usize) -> Result<Permit, TryAcquireError> {
        if self.permits.try_take(permits) {
            Ok(Permit { permits: self.permits.clone(), count: permits })
        } else if self.is_closed() {
            Err(TryAcquireError::Closed)
        } else {
            Err(TryAcquireError::NoPermits)
        }
    }

    /// Adds `permits` permits, and serves those in line who can be served now. Their number stops at `usize::MAX`.
    pub fn add_permits(&self, permits: usize) {
        self.permits.give(permits);
    }

    /// How many permits are free now.
    pub fn available_permits(&self) -> usize {
        self.permits.available()
    }

    /// Gives no more permits: all who wait or will ask get an error. Permits that are out stay good.
    pub fn close(&self) {
        self.permits.close();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.permits.is_closed()
    }
}

/// The future of [`Semaphore::acquire`] and [`Semaphore::acquire_many`].
#[must_use = "futures do nothing unless awaited"]
pub struct Acquire {
    permits: Rc<Permits>,
    turn: Turn,
}

impl Future for Acquire {
    type Output = Result<Permit, AcquireError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Acquire { permits, turn } = &mut *self;
        let taken = ready!(permits.poll_take(turn, cx));
        let permit = || Permit { permits: permits.clone(), count: turn.wanted };
        Poll::Ready(taken.map(|()| permit()).map_err(|Closed| AcquireError(())))
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        self.permits.leave(&mut self.turn);
    }
}

/// The right to go on; dropping it gives it back.
#[must_use = "a permit that is dropped at once protects nothing"]
pub struct Permit {
    permits: Rc<Permits>,
    count: usize,
}

impl Permit {
    /// How many permits this is.
    pub fn num_permits(&self) -> usize {
        self.count
    }

    /// Keeps the permits from being given back: there are fewer from now on.
    pub fn forget(mut self) {
        self.count = 0;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.permits.give(self.count);
    }
}

/// The semaphore is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcquireError(());

/// There was no permit to be had at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// Not now: they are out, or others wait for them.
    NoPermits,
    /// Not ever: the semaphore is closed.
    Closed,
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the semaphore is closed")
    }
}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryAcquireError::NoPermits => "no permit is free",
            TryAcquireError::Closed => "the semaphore is closed",
        })
    }
}

impl Error for AcquireError {}
impl Error for TryAcquireError {}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("available_permits", &self.available_permits())
            .field("closed", &self.is_closed())
            .finish()
    }
}

impl fmt::Debug for Acquire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquire")
            .field("wanted", &self.turn.wanted)
            .field("wait", &self.turn.wait)
            .finish()
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("permits", &self.count).finish()
    }
}

#[cfg(test)]
mod tests;
