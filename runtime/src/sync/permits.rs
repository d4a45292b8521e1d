//! How many may still go, and who is next when none may? A count, and the line of those who wait for it to rise.
//!
//! `Semaphore` shares one among its handles, and the bounded channel has one for its free places. Whoever takes from it
//! owns what it took, and has to give it back; nothing here does that by itself.
//!
//! Nobody barges: whoever comes while others wait goes behind them, even if there are enough permits for it.

use std::cell::Cell;
use std::task::{Context, Poll, ready};

use crate::coop;
use crate::sync::waiters::{Place, Standing, Waiters};
use crate::wait::WaitPoint;

pub(super) struct Permits {
    available: Cell<usize>,
    closed: Cell<bool>,
    /// Whoever is first here wants more than there is available.
    pub(super) line: Waiters,
}

/// What a future that takes permits keeps from one poll to the next. Its `Drop` has to hand it to [`Permits::leave`].
pub(super) struct Turn {
    pub(super) wanted: usize,
    pub(super) place: Option<Place>,
    pub(super) wait: WaitPoint,
}

/// The permits are closed.
pub(super) struct Closed;

impl Turn {
    pub(super) fn new(wanted: usize, wait: WaitPoint) -> Turn {
        Turn { wanted, place: None, wait }
    }
}

impl Permits {
    pub(super) fn new(available: usize) -> Permits {
        let (available, closed) = (Cell::new(available), Cell::new(false));
        Permits { available, closed, line: Waiters::default() }
    }

    pub(super) fn available(&self) -> usize {
        self.available.get()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Takes so many if they can be had at once.
    #[inline]
    pub(super) fn try_take(&self, wanted: usize) -> bool {
        let taken = self.can_take(wanted);
        if taken {
            self.available.set(self.available.get() - wanted);
        }
        taken
    }

    #[inline]
    fn can_take(&self, wanted: usize) -> bool {
        !self.closed.get() && self.available.get() >= wanted && self.line.is_empty()
    }

    /// Takes what `turn` wants as soon as its turn has come.
    ///
    /// What a channel with room does for each value is inlined into the caller: here, in `give` and in `leave`. The line is
    /// out of the way.
    #[inline]
    pub(super) fn poll_take(
        &self,
        turn: &mut Turn,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Closed>> {
        if turn.place.is_some() || !self.can_take(turn.wanted) {
            return self.poll_in_line(turn, cx);
        }
        // Only what gets somewhere is charged: see `coop`.
        ready!(coop::spend(cx));
        self.available.set(self.available.get() - turn.wanted);
        Poll::Ready(Ok(()))
    }

    #[inline(never)]
    fn poll_in_line(&self, turn: &mut Turn, cx: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        if turn.place.is_none() && !self.closed.get() {
            turn.place = Some(self.line.join(turn.wanted));
        }
        if let Some(place) = &turn.place
            && self.line.poll(place, cx.waker()) == Standing::Waiting
        {
            turn.wait.pending();
            return Poll::Pending;
        }
        // Until it is paid, the place answers for the permits.
        ready!(coop::spend(cx));
        let standing = turn.place.take().map(|place| self.line.leave(place));
        Poll::Ready(if standing == Some(Standing::Called) { Ok(()) } else { Err(Closed) })
    }

    /// The future that `turn` belongs to is dropped: what it was given and did not take goes to the next in line.
    #[inline]
    pub(super) fn leave(&self, turn: &mut Turn) {
        if let Some(place) = turn.place.take() {
            match self.line.leave(place) {
                Standing::Called => self.give(turn.wanted),
                // It may have been the first, and have wanted more than the next one does.
                Standing::Waiting => self.serve(),
                Standing::Dismissed => {}
            }
        }
    }

    /// Adds permits, and serves those in line who can be served now.
    #[inline]
    pub(super) fn give(&self, permits: usize) {
        self.available.set(self.available.get().saturating_add(permits));
        if !self.line.is_empty() {
            self.serve();
        }
    }

    /// Gives no more: all who wait or will ask are turned away.
    pub(super) fn close(&self) {
        self.closed.set(true);
        self.line.dismiss_all();
    }

    /// Calls who can be served, from the front. Their permits are taken here, not when they run, so that nobody can take
    /// them in between.
    #[inline(never)]
    fn serve(&self) {
        while let Some(wanted) = self.line.first_wants()
            && let Some(rest) = self.available.get().checked_sub(wanted)
        {
            self.available.set(rest);
            self.line.call_first();
        }
    }
}
