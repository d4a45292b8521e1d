//! How does a number lead to a runtime, from any thread and even after it is gone? Through its seat.
//!
//! A live runtime holds one of a fixed number of seats in a static table. The table is never freed, so a ticket can
//! always look up its seat, whoever sits there now. `Runtime` takes a seat when it is built and gives it back when it is
//! dropped; `context` posts foreign wakes to it. Taught in chapter 18.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32};

use crate::mailbox::Mailbox;
use crate::ticket::{Generation, SEATS, Ticket};

static TABLE: [Place; SEATS] = [const { Place::new() }; SEATS];

struct Place {
    taken: AtomicBool,
    /// Generations go on from runtime to runtime, so that stale tickets stay stale: the next one for a task, and the last
    /// one of a root future. Only the runtime on the seat reads and writes them; 0 means that there was none yet.
    next: AtomicU32,
    last_root: AtomicU32,
    /// Made for the first runtime on the seat; in the table itself it would be the largest part of a small program.
    mailbox: OnceLock<Box<Mailbox>>,
}

impl Place {
    const fn new() -> Place {
        Place {
            taken: AtomicBool::new(false),
            next: AtomicU32::new(0),
            last_root: AtomicU32::new(0),
            mailbox: OnceLock::new(),
        }
    }
}

/// A runtime's hold on its seat; dropping it makes the seat free for another runtime.
pub(crate) struct Seat {
    number: usize,
    mailbox: &'static Mailbox,
}

impl Seat {
    /// Sits down on the first free seat. An error if as many runtimes are alive as there are seats.
    pub(crate) fn take() -> io::Result<Seat> {
        let free = TABLE
            .iter()
            .position(|place| place.taken.compare_exchange(false, true, Acquire, Relaxed).is_ok());
        let Some(number) = free else {
            return Err(io::Error::other(format!(
                "all {SEATS} seats are taken: at most {SEATS} runtimes can be alive in one process; \
                 drop one before building another (the book, chapter 18)"
            )));
        };
        let mailbox = TABLE[number].mailbox.get_or_init(|| Box::new(Mailbox::new()));
        // What stale tickets left behind while nobody sat here.
        mailbox.collect(&mut Vec::new());
        Ok(Seat { number, mailbox })
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    pub(crate) fn mailbox(&self) -> &'static Mailbox {
        self.mailbox
    }

    /// The generation for the first task of a new runtime here.
    pub(crate) fn next_generation(&self) -> Generation {
        Generation::from_bits(TABLE[self.number].next.load(Relaxed)).unwrap_or(Generation::FIRST)
    }

    /// The generation of the last root future that ran here.
    pub(crate) fn last_root(&self) -> Generation {
        Generation::from_bits(TABLE[self.number].last_root.load(Relaxed))
            .unwrap_or(Generation::FIRST)
    }

    /// Leaves word for the next runtime, at the end of this one.
    pub(crate) fn leave(&self, next: Generation, last_root: Generation) {
        TABLE[self.number].next.store(next.bits(), Relaxed);
        TABLE[self.number].last_root.store(last_root.bits(), Relaxed);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.mailbox().set_bell(None);
        self.mailbox().unpark();
        TABLE[self.number].taken.store(false, Release);
    }
}

/// Any thread: posts a wake to whoever sits on the ticket's seat; nothing happens if nobody does.
pub(crate) fn post(ticket: Ticket) {
    let place = &TABLE[ticket.seat()];
    if place.taken.load(Relaxed)
        && let Some(mailbox) = place.mailbox.get()
    {
        mailbox.post(ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_runtime_on_a_seat_counts_on_where_the_last_one_stopped() {
        let seat = Seat::take().unwrap();
        let given = seat.next_generation();
        seat.leave(given.next(), seat.last_root().next());
        assert_eq!(seat.next_generation(), given.next());
    }
}
