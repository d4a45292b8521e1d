//! Where do wakes come from? From here: the table of all sockets and the one call that waits for all of them.
//!
//! `source` registers sockets and asks for readiness; `executor` calls `wait` when it parks and hands out the wakers that
//! `next_ready` gives. Taught in chapter 08.
//!
//! A socket is registered once, for both directions, edge-triggered: the system reports it when it *becomes* ready and
//! then not again, so the table remembers `ready` until a call has shown that the socket is drained. The end of the file
//! and a broken connection are reported once as well, and last for ever: they are sticky. A token carries the slot's
//! generation, so that an event for a socket that was dropped a moment ago does not touch the next one in its slot.

use std::cell::RefCell;
use std::io;
use std::task::Waker;
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

use crate::observe::Direction;

/// How many events one system call may bring. What does not fit comes with the next call.
const EVENTS: usize = 256;

/// The token of the mailbox's bell.
const BELL: Token = Token(usize::MAX);

pub(crate) struct Reactor {
    poll: RefCell<Poll>,
    events: RefCell<Events>,
    table: RefCell<Table>,
}

#[derive(Default)]
struct Table {
    slots: Slab<Slot>,
    generation: u32,
}

struct Slot {
    generation: u32,
    read: Side,
    write: Side,
}

/// One direction of one socket.
#[derive(Default)]
struct Side {
    ready: bool,
    /// The end of the file or a broken connection: ready from now on, whatever the calls say.
    closed: bool,
    waker: Option<Waker>,
}

/// Names a socket in the table; stale once it is deregistered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourceKey {
    pub(crate) index: u32,
    generation: u32,
}

/// A direction that has become ready, and who waited for it.
pub(crate) struct Ready {
    pub(crate) source: u32,
    pub(crate) direction: Direction,
    pub(crate) closed: bool,
    pub(crate) waker: Option<Waker>,
}

impl Reactor {
    pub(crate) fn new() -> io::Result<Reactor> {
        Ok(Reactor {
            poll: RefCell::new(Poll::new()?),
            events: RefCell::new(Events::with_capacity(EVENTS)),
            table: RefCell::default(),
        })
    }

    /// Makes the bell by which other threads get the loop out of `wait`.
    pub(crate) fn bell(&self) -> io::Result<mio::Waker> {
        mio::Waker::new(self.poll.borrow().registry(), BELL)
    }

    /// Makes a socket known, once for its life. `ready` says which directions are worth a try before any event.
    pub(crate) fn register(
        &self,
        io: &mut impl Source,
        ready: &[Direction],
    ) -> io::Result<SourceKey> {
        let mut table = self.table.borrow_mut();
        table.generation = table.generation.wrapping_add(1);
        let generation = table.generation;
        let slot = table.slots.vacant_entry();
        let key = SourceKey { index: slot.key() as u32, generation };
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.borrow().registry().register(io, key.token(), interest)?;
        let side = |direction| Side { ready: ready.contains(&direction), ..Side::default() };
        slot.insert(Slot {
            generation,
            read: side(Direction::Read),
            write: side(Direction::Write),
        });
        Ok(key)
    }

    /// Forgets a socket. The wakers are for the caller to drop.
    pub(crate) fn deregister(&self, key: SourceKey, io: &mut impl Source) -> [Option<Waker>; 2] {
        // It fails only if the socket is not registered, which is what is wanted.
        let _ = self.poll.borrow().registry().deregister(io);
        let mut table = self.table.borrow_mut();
        if table.slot(key).is_none() {
            return [None, None];
        }
        let slot = table.slots.remove(key.index as usize);
        [slot.read.waker, slot.write.waker]
    }

    /// Whether a call in this direction is worth a try.
    #[inline]
    pub(crate) fn is_ready(&self, key: SourceKey, direction: Direction) -> bool {
        // A socket that is not in the table any more will not become ready: trying tells the caller so.
        self.table.borrow_mut().slot(key).is_none_or(|slot| slot.side(direction).ready)
    }

    /// Notes that a call has drained this direction: it waits for the next edge, unless it is at its end.
    #[inline]
    pub(crate) fn drained(&self, key: SourceKey, direction: Direction) {
        if let Some(slot) = self.table.borrow_mut().slot(key) {
            let side = slot.side(direction);
            side.ready = side.closed;
        }
    }

    /// Leaves a waker for the next edge and gives out the one it replaces: the latest wins.
    #[inline]
    pub(crate) fn arm(&self, key: SourceKey, direction: Direction, waker: Waker) -> Option<Waker> {
        self.table.borrow_mut().slot(key)?.side(direction).waker.replace(waker)
    }

    /// Waits until a socket is ready, the bell rings or the timeout has passed, and puts what is ready into `ready`. A
    /// signal ends it early, too: the loop goes round and waits again, for what is left.
    pub(crate) fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let mut events = self.events.borrow_mut();
        match self.poll.borrow_mut().poll(&mut events, timeout) {
            Ok(()) => self.table.borrow_mut().note(&events, ready),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// How many directions somebody waits for.
    pub(crate) fn waiting(&self) -> usize {
        let table = self.table.borrow();
        let waits = |side: &Side| usize::from(side.waker.is_some());
        table.slots.iter().map(|(_, slot)| waits(&slot.read) + waits(&slot.write)).sum()
    }

    /// How many sockets are registered.
    pub(crate) fn len(&self) -> usize {
        self.table.borrow().slots.len()
    }
}

impl Table {
    #[inline]
    fn slot(&mut self, key: SourceKey) -> Option<&mut Slot> {
        self.slots.get_mut(key.index as usize).filter(|slot| slot.generation == key.generation)
    }

    fn note(&mut self, events: &Events, ready: &mut Vec<Ready>) {
        for event in events.iter().filter(|event| event.token() != BELL) {
            let key = SourceKey::of(event.token());
            let Some(slot) = self.slot(key) else { continue };
            // A connection that broke may be reported as that alone, neither readable nor writable: both sides learn it.
            let broken = event.is_error();
            let ends = event.is_read_closed() || broken;
            if event.is_readable() || ends {
                ready.push(slot.read.note(key.index, Direction::Read, ends));
            }
            let ends = event.is_write_closed() || broken;
            if event.is_writable() || ends {
                ready.push(slot.write.note(key.index, Direction::Write, ends));
            }
        }
    }
}

impl Slot {
    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }
}

impl Side {
    fn note(&mut self, source: u32, direction: Direction, ends: bool) -> Ready {
        self.ready = true;
        self.closed |= ends;
        Ready { source, direction, closed: self.closed, waker: self.waker.take() }
    }
}

impl SourceKey {
    fn token(self) -> Token {
        Token(((self.generation as usize) << 32) | self.index as usize)
    }

    fn of(token: Token) -> SourceKey {
        SourceKey { index: token.0 as u32, generation: (token.0 >> 32) as u32 }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::testing::CountingWaker;

    /// One end for the reactor, and the other one.
    fn pair() -> (mio::net::TcpStream, std::net::TcpStream) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let near = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        near.set_nonblocking(true).unwrap();
        (mio::net::TcpStream::from_std(near), listener.accept().unwrap().0)
    }

    /// Waits until something is reported in this direction, and forgets the rest.
    fn wait_for(reactor: &Reactor, direction: Direction) -> Ready {
        loop {
            let mut ready = Vec::new();
            reactor.wait(None, &mut ready).unwrap();
            if let Some(found) = ready.into_iter().find(|ready| ready.direction == direction) {
                return found;
            }
        }
    }

    #[test]
    fn an_event_of_a_socket_that_left_does_not_touch_the_next_in_its_place() {
        let reactor = Reactor::new().unwrap();
        let waker = CountingWaker::new();
        let ((mut old, mut far), (mut other, _)) = (pair(), pair());
        let stale = reactor.register(&mut old, &[]).unwrap();
        // The place is free, but the system goes on reporting the old socket: it was another one that was taken out.
        drop(reactor.deregister(stale, &mut other));
        let (mut new, _far) = pair();
        let key = reactor.register(&mut new, &[]).unwrap();
        assert_eq!(key.index, stale.index);
        assert!(reactor.arm(key, Direction::Read, waker.waker().clone()).is_none());
        assert!(reactor.arm(stale, Direction::Read, waker.waker().clone()).is_none());
        far.write_all(b"for the old one").unwrap();
        // The new one's own first event: it can be written. By then the other one's has come, too.
        let found = wait_for(&reactor, Direction::Write);
        assert!(found.source == key.index && found.waker.is_none());
        reactor.wait(Some(Duration::from_millis(10)), &mut Vec::new()).unwrap();
        assert!(!reactor.is_ready(key, Direction::Read));
        assert_eq!((reactor.waiting(), waker.clones()), (1, 1));
    }

    #[test]
    fn a_drained_socket_waits_for_the_next_edge_and_one_at_its_end_never_again() {
        let reactor = Reactor::new().unwrap();
        let (mut near, mut far) = pair();
        let key = reactor.register(&mut near, &[]).unwrap();
        for _ in 0..2 {
            far.write_all(b"x").unwrap();
            assert!(!wait_for(&reactor, Direction::Read).closed);
            assert!(reactor.is_ready(key, Direction::Read));
            near.read_exact(&mut [0]).unwrap();
            reactor.drained(key, Direction::Read);
            assert!(!reactor.is_ready(key, Direction::Read));
        }
        drop(far);
        assert!(wait_for(&reactor, Direction::Read).closed);
        reactor.drained(key, Direction::Read);
        assert!(reactor.is_ready(key, Direction::Read), "the end is always there to be read");
    }

    #[test]
    fn a_socket_that_left_takes_its_wakers_along() {
        let reactor = Reactor::new().unwrap();
        let waker = CountingWaker::new();
        let (mut near, _far) = pair();
        let key = reactor.register(&mut near, &[]).unwrap();
        reactor.arm(key, Direction::Read, waker.waker().clone());
        reactor.arm(key, Direction::Write, waker.waker().clone());
        assert_eq!((reactor.len(), reactor.waiting(), waker.clones()), (1, 2, 2));
        drop(reactor.deregister(key, &mut near));
        assert_eq!((reactor.len(), reactor.waiting(), waker.clones()), (0, 0, 0));
        assert!(reactor.deregister(key, &mut near).iter().all(Option::is_none));
    }
}
