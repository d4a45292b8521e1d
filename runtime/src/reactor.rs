//! Where do wakes come from? From here: the table of all sockets and the one call that waits for all of them.
//!
//! `source` registers sockets and asks their slots for readiness; `executor` calls `wait` when it parks and hands out the
//! wakers that it gives. Taught in chapter 08.
//!
//! A socket is registered once, for both directions, edge-triggered: the system reports it when it *becomes* ready and
//! then not again, so its slot remembers `ready` until a call has shown that the socket is drained. The end of the file
//! and a broken connection are reported once as well, and last for ever: they are sticky. A token carries the slot's
//! generation, so that an event for a socket that was dropped a moment ago does not touch the next one in its place.

mod slot;

use std::cell::RefCell;
use std::io;
use std::mem;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

use crate::observe::Direction;
pub(crate) use slot::{Ready, Slot};

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
    slots: Slab<Rc<Slot>>,
    generation: u32,
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
    ) -> io::Result<Rc<Slot>> {
        let mut table = self.table.borrow_mut();
        table.generation = table.generation.wrapping_add(1);
        let generation = table.generation;
        let place = table.slots.vacant_entry();
        let slot = Rc::new(Slot::new(place.key() as u32, generation, ready));
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.borrow().registry().register(io, slot.token(), interest)?;
        place.insert(slot.clone());
        Ok(slot)
    }

    /// Forgets a socket. The wakers are for the caller to drop.
    pub(crate) fn deregister(&self, slot: &Slot, io: &mut impl Source) -> [Option<Waker>; 2] {
        // It fails only if the socket is not registered, which is what is wanted.
        let _ = self.poll.borrow().registry().deregister(io);
        let mut table = self.table.borrow_mut();
        if table.slot(slot.token()).is_some() {
            table.slots.remove(slot.index() as usize);
        }
        slot.take_wakers()
    }

    /// Waits until a socket is ready, the bell rings or the timeout has passed, and puts into `ready` who is to be woken, or
    /// all that the system has said if `all` is to be told. A signal ends it early, too: the loop goes round and waits again,
    /// for what is left.
    pub(crate) fn wait(
        &self,
        timeout: Option<Duration>,
        all: bool,
        ready: &mut Vec<Ready>,
    ) -> io::Result<()> {
        let mut events = self.events.borrow_mut();
        match self.poll.borrow_mut().poll(&mut events, timeout) {
            Ok(()) => self.table.borrow().note(&events, all, ready),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// How many directions somebody waits for.
    pub(crate) fn waiting(&self) -> usize {
        self.table.borrow().slots.iter().map(|(_, slot)| slot.waiting()).sum()
    }

    /// How many sockets are registered.
    pub(crate) fn len(&self) -> usize {
        self.table.borrow().slots.len()
    }
}

impl Table {
    #[inline]
    fn slot(&self, token: Token) -> Option<&Slot> {
        let slot = self.slots.get(Slot::place(token))?;
        (slot.token() == token).then_some(slot)
    }

    fn note(&self, events: &Events, all: bool, ready: &mut Vec<Ready>) {
        for event in events.iter().filter(|event| event.token() != BELL) {
            let Some(slot) = self.slot(event.token()) else { continue };
            let mut note = |direction, ends| {
                let noted = slot.note(direction, ends);
                // A socket that has become readable is nearly always writable as well, and nobody waits for that.
                if all || noted.waker.is_some() {
                    ready.push(noted);
                }
            };
            // A connection that broke may be reported as that alone, neither readable nor writable: both sides learn it.
            let broken = event.is_error();
            let ends = event.is_read_closed() || broken;
            if event.is_readable() || ends {
                note(Direction::Read, ends);
            }
            let ends = event.is_write_closed() || broken;
            if event.is_writable() || ends {
                note(Direction::Write, ends);
            }
        }
    }
}

/// A socket that outlives its runtime is not to keep whoever has waited for it.
impl Drop for Table {
    fn drop(&mut self) {
        for (_, slot) in mem::take(&mut self.slots) {
            drop(slot.take_wakers());
        }
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
            reactor.wait(None, true, &mut ready).unwrap();
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
        drop(reactor.deregister(&stale, &mut other));
        let (mut new, _far) = pair();
        let key = reactor.register(&mut new, &[]).unwrap();
        assert_eq!(key.index(), stale.index());
        assert!(key.arm(Direction::Read, waker.waker().clone()).is_none());
        far.write_all(b"for the old one").unwrap();
        // The new one's own first event: it can be written. By then the other one's has come, too.
        let found = wait_for(&reactor, Direction::Write);
        assert!(found.source == key.index() && found.waker.is_none());
        reactor.wait(Some(Duration::from_millis(10)), true, &mut Vec::new()).unwrap();
        assert!(!key.is_ready(Direction::Read));
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
            assert!(key.is_ready(Direction::Read));
            near.read_exact(&mut [0]).unwrap();
            key.drained(Direction::Read);
            assert!(!key.is_ready(Direction::Read));
        }
        drop(far);
        assert!(wait_for(&reactor, Direction::Read).closed);
        key.drained(Direction::Read);
        assert!(key.is_ready(Direction::Read), "the end is always there to be read");
    }

    #[test]
    fn a_socket_that_left_takes_its_wakers_along() {
        let reactor = Reactor::new().unwrap();
        let waker = CountingWaker::new();
        let (mut near, _far) = pair();
        let key = reactor.register(&mut near, &[]).unwrap();
        key.arm(Direction::Read, waker.waker().clone());
        key.arm(Direction::Write, waker.waker().clone());
        assert_eq!((reactor.len(), reactor.waiting(), waker.clones()), (1, 2, 2));
        drop(reactor.deregister(&key, &mut near));
        assert_eq!((reactor.len(), reactor.waiting(), waker.clones()), (0, 0, 0));
        assert!(reactor.deregister(&key, &mut near).iter().all(Option::is_none));
    }
}
