//! What is known of a socket? In each direction, whether a call is worth a try, and who waits.
//!
//! The reactor notes the system's events in it, and `source` asks it at each call.

use std::cell::Cell;
use std::task::Waker;

use mio::Token;

use crate::observe::Direction;

/// What is known of a socket. Its source holds it, too, for that asks at each call, and need not look into the table then.
pub(crate) struct Slot {
    index: u32,
    generation: u32,
    read: Side,
    write: Side,
}

/// One direction of one socket.
#[derive(Default)]
struct Side {
    ready: Cell<bool>,
    /// The end of the file or a broken connection: ready from now on, whatever the calls say.
    closed: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

/// A direction that has become ready, and who waited for it.
pub(crate) struct Ready {
    pub(crate) source: u32,
    pub(crate) direction: Direction,
    pub(crate) closed: bool,
    pub(crate) waker: Option<Waker>,
}

impl Slot {
    /// `ready` says which directions are worth a try before any event.
    pub(super) fn new(index: u32, generation: u32, ready: &[Direction]) -> Slot {
        let side = |direction| Side { ready: ready.contains(&direction).into(), ..Side::default() };
        let (read, write) = (side(Direction::Read), side(Direction::Write));
        Slot { index, generation, read, write }
    }

    /// By what the system calls the socket.
    #[inline]
    pub(super) fn token(&self) -> Token {
        Token(((self.generation as usize) << 32) | self.index as usize)
    }

    /// Where in the table the slot of this name is, if there is one.
    #[inline]
    pub(super) fn place(token: Token) -> usize {
        token.0 & u32::MAX as usize
    }

    /// The socket's number, for the observer.
    #[inline]
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// Whether a call in this direction is worth a try.
    #[inline]
    pub(crate) fn is_ready(&self, direction: Direction) -> bool {
        self.side(direction).ready.get()
    }

    /// Notes that a call has drained this direction: it waits for the next edge, unless it is at its end.
    #[inline]
    pub(crate) fn drained(&self, direction: Direction) {
        let side = self.side(direction);
        side.ready.set(side.closed.get());
    }

    /// Leaves a waker for the next edge and gives out the one it replaces: the latest wins.
    #[inline]
    pub(crate) fn arm(&self, direction: Direction, waker: Waker) -> Option<Waker> {
        self.side(direction).waker.replace(Some(waker))
    }

    /// Notes that the system has reported this direction, and whether it ends with that.
    #[inline]
    pub(super) fn note(&self, direction: Direction, ends: bool) -> Ready {
        let side = self.side(direction);
        side.ready.set(true);
        side.closed.set(side.closed.get() | ends);
        Ready { source: self.index, direction, closed: side.closed.get(), waker: side.waker.take() }
    }

    /// In how many directions somebody waits.
    pub(super) fn waiting(&self) -> usize {
        usize::from(self.read.has_waker()) + usize::from(self.write.has_waker())
    }

    /// Forgets who waits. The wakers are for the caller to drop.
    pub(super) fn take_wakers(&self) -> [Option<Waker>; 2] {
        [self.read.waker.take(), self.write.waker.take()]
    }

    #[inline]
    fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }
}

impl Side {
    fn has_waker(&self) -> bool {
        let waker = self.waker.take();
        let has_one = waker.is_some();
        self.waker.set(waker);
        has_one
    }
}
