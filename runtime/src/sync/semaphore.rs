//! How do at most n tasks do something at a time? Each takes a permit before and gives it back after.
//!
//! Nobody barges: whoever comes while others wait goes behind them, even if there are enough permits for it. The bounded
//! channel (its free slots are permits) and the mutex (one permit) are built on this.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::coop;
use crate::sync::waiters::{Place, Standing, Waiters};
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
    shared: Rc<Shared>,
}

struct Shared {
    available: Cell<usize>,
    closed: Cell<bool>,
    /// Whoever is first here wants more than there is available.
    line: Waiters,
}

impl Semaphore {
    /// A semaphore with `permits` permits. With 0, tasks wait until some are added.
    pub fn new(permits: usize) -> Semaphore {
        let (available, closed) = (Cell::new(permits), Cell::new(false));
        Semaphore { shared: Rc::new(Shared { available, closed, line: Waiters::default() }) }
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
        Acquire { shared: self.shared.clone(), wanted: permits, place: None, wait }
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
        if self.is_closed() {
            return Err(TryAcquireError::Closed);
        }
        if !self.shared.has_free(permits) {
            return Err(TryAcquireError::NoPermits);
        }
        Ok(Shared::take(&self.shared, permits))
    }

    /// Adds `permits` permits, and serves those in line who can be served now. Their number stops at `usize::MAX`.
    pub fn add_permits(&self, permits: usize) {
        self.shared.give(permits);
    }

    /// How many permits are free now.
    pub fn available_permits(&self) -> usize {
        self.shared.available.get()
    }

    /// Gives no more permits: all who wait or will ask get an error. Permits that are out stay good.
    pub fn close(&self) {
        self.shared.closed.set(true);
        self.shared.line.dismiss_all();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.shared.closed.get()
    }
}

impl Shared {
    fn has_free(&self, wanted: usize) -> bool {
        self.line.is_empty() && self.available.get() >= wanted
    }

    fn take(shared: &Rc<Shared>, permits: usize) -> Permit {
        shared.available.set(shared.available.get() - permits);
        Permit { shared: shared.clone(), permits }
    }

    fn give(&self, permits: usize) {
        self.available.set(self.available.get().saturating_add(permits));
        self.serve();
    }

    /// Calls who can be served, from the front. Their permits are taken here, not when they run, so that nobody can take
    /// them in between.
    fn serve(&self) {
        while let Some(wanted) = self.line.first_wants()
            && let Some(rest) = self.available.get().checked_sub(wanted)
        {
            self.available.set(rest);
            self.line.call_first();
        }
    }
}

/// The future of [`Semaphore::acquire`] and [`Semaphore::acquire_many`].
#[must_use = "futures do nothing unless awaited"]
pub struct Acquire {
    shared: Rc<Shared>,
    wanted: usize,
    place: Option<Place>,
    wait: WaitPoint,
}

impl Future for Acquire {
    type Output = Result<Permit, AcquireError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let shared = &this.shared;
        if this.place.is_none() && !shared.closed.get() && !shared.has_free(this.wanted) {
            this.place = Some(shared.line.join(this.wanted));
        }
        if let Some(place) = &this.place
            && shared.line.poll(place, cx.waker()) == Standing::Waiting
        {
            this.wait.pending();
            return Poll::Pending;
        }
        // Only what gets somewhere is charged: see `coop`. Until it is paid, the place answers for the permits.
        ready!(coop::spend(cx));
        match this.place.take().map(|place| shared.line.leave(place)) {
            Some(Standing::Called) => {
                Poll::Ready(Ok(Permit { shared: shared.clone(), permits: this.wanted }))
            }
            None if !shared.closed.get() => Poll::Ready(Ok(Shared::take(shared, this.wanted))),
            _ => Poll::Ready(Err(AcquireError(()))),
        }
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        let standing = self.place.take().map(|place| self.shared.line.leave(place));
        match standing {
            Some(Standing::Called) => self.shared.give(self.wanted),
            // It may have been the first, and have wanted more than the next one does.
            Some(Standing::Waiting) => self.shared.serve(),
            Some(Standing::Dismissed) | None => {}
        }
    }
}

/// The right to go on; dropping it gives it back.
#[must_use = "a permit that is dropped at once protects nothing"]
pub struct Permit {
    shared: Rc<Shared>,
    permits: usize,
}

impl Permit {
    /// How many permits this is.
    pub fn num_permits(&self) -> usize {
        self.permits
    }

    /// Keeps the permits from being given back: there are fewer from now on.
    pub fn forget(mut self) {
        self.permits = 0;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shared.give(self.permits);
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
        f.debug_struct("Acquire").field("wanted", &self.wanted).field("wait", &self.wait).finish()
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("permits", &self.permits).finish()
    }
}

#[cfg(test)]
mod tests;
