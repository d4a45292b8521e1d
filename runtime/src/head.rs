//! What must be known of a task to wake it? Its state and its generation; they fit into one word, its head.
//!
//! `roster` has a head for each task and for the root future. Taught in chapter 06. It has the shape of a ticket, with the
//! generation at the same place, so that one comparison tells whether a ticket is stale:
//!
//! ```text
//!   63      56 55                     28 27                      0
//!  +----------+-------------------------+-------------------------+
//!  |  flags   |       generation        |          link           |
//!  +----------+-------------------------+-------------------------+
//!    see below   of the task that is     queued: who comes next in the ready queue
//!                here; 0 for none        waiting: what the task waits for
//!                                        vacant: the next vacant slot
//! ```
//!
//! The link means one thing at a time because the states exclude one another. So the ready queue and the list of vacant
//! slots need no memory of their own, and cannot run out of it.

use crate::ticket::{GENERATION_BITS, Generation, INDEX_BITS, Ticket};

const LINK: u64 = (1 << INDEX_BITS) - 1;
const GENERATION: u64 = ((1 << GENERATION_BITS) - 1) << INDEX_BITS;

#[derive(Clone, Copy)]
pub(crate) struct Head(u64);

/// One bit of a head.
#[derive(Clone, Copy)]
pub(crate) struct Flag(u64);

impl Flag {
    /// It is in the ready queue.
    pub(crate) const QUEUED: Flag = Flag::at(0);
    /// It is being polled, or its future is being dropped: the task is taken out.
    pub(crate) const RUNNING: Flag = Flag::at(1);
    /// Its future is to be dropped when its turn comes.
    pub(crate) const ABORTED: Flag = Flag::at(2);
    /// Nobody will ask for the result: the handle was dropped.
    pub(crate) const DETACHED: Flag = Flag::at(3);
    /// Somebody has left a waker, to be woken at the end.
    pub(crate) const AWAITED: Flag = Flag::at(4);
    /// The future is gone; what is in the task's place is its result.
    pub(crate) const FINISHED: Flag = Flag::at(5);

    const fn at(bit: u32) -> Flag {
        Flag(1 << (INDEX_BITS + GENERATION_BITS + bit))
    }
}

impl Head {
    /// Of a slot without a task; `next` is the next one of them.
    #[inline]
    pub(crate) const fn vacant(next: usize) -> Head {
        Head(next as u64 & LINK)
    }

    /// The head of a task that was just made.
    pub(crate) fn new(generation: Generation) -> Head {
        Head(u64::from(generation.bits()) << INDEX_BITS)
    }

    /// The ticket of who is here, which is at `index`; `None` for a vacant slot.
    #[inline]
    pub(crate) fn ticket(self, seat: usize, index: usize) -> Option<Ticket> {
        let generation = Generation::from_bits(((self.0 & GENERATION) >> INDEX_BITS) as u32)?;
        Some(Ticket::new(seat, generation, index))
    }

    /// `None` for a vacant slot.
    pub(crate) fn generation(self) -> Option<Generation> {
        Generation::from_bits(((self.0 & GENERATION) >> INDEX_BITS) as u32)
    }

    /// Whether this is the task that the ticket names.
    #[inline]
    pub(crate) fn is_of(self, ticket: Ticket) -> bool {
        (self.0 ^ ticket.bits() as u64) & GENERATION == 0
    }

    #[inline]
    pub(crate) fn has(self, flag: Flag) -> bool {
        self.0 & flag.0 != 0
    }

    #[inline]
    pub(crate) fn has_any(self, flags: [Flag; 2]) -> bool {
        self.0 & (flags[0].0 | flags[1].0) != 0
    }

    #[inline]
    pub(crate) fn set(&mut self, flag: Flag) {
        self.0 |= flag.0;
    }

    #[inline]
    pub(crate) fn clear(&mut self, flag: Flag) {
        self.0 &= !flag.0;
    }

    #[inline]
    pub(crate) fn link(self) -> usize {
        (self.0 & LINK) as usize
    }

    #[inline]
    pub(crate) fn set_link(&mut self, link: usize) {
        self.0 = self.0 & !LINK | link as u64;
    }

    /// Its turn has come: from here on a wake means one more poll.
    #[inline]
    pub(crate) fn begin(&mut self) {
        self.0 = self.0 & !(Flag::QUEUED.0 | LINK) | Flag::RUNNING.0;
    }

    /// Its turn is over. A task that was woken meanwhile waits for nothing but its next turn.
    #[inline]
    pub(crate) fn suspend(&mut self, waits: impl FnOnce() -> usize) {
        self.clear(Flag::RUNNING);
        if !self.has(Flag::QUEUED) {
            self.set_link(waits());
        }
    }

    /// Its future is gone.
    #[inline]
    pub(crate) fn finish(&mut self) {
        self.clear(Flag::RUNNING);
        self.set(Flag::FINISHED);
    }

    /// The task is gone altogether; if it is queued, the slot keeps its place in the queue until that comes to the front.
    #[inline]
    pub(crate) fn vacate(&mut self) {
        self.0 &= Flag::FINISHED.0 | Flag::QUEUED.0 | LINK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::{LAST_INDEX, SEATS};

    #[test]
    fn the_parts_of_a_head_do_not_touch_one_another() {
        let last = Generation::from_bits((1 << GENERATION_BITS) - 1).unwrap();
        let mut head = Head::new(last);
        let ticket = Ticket::new(SEATS - 1, last, 7);
        assert!(head.is_of(ticket) && head.generation() == Some(last) && head.link() == 0);
        head.set_link(LAST_INDEX);
        head.set(Flag::FINISHED);
        assert!(head.is_of(ticket) && head.link() == LAST_INDEX && head.has(Flag::FINISHED));
        assert!(!head.has(Flag::QUEUED) && !head.has(Flag::AWAITED));
        head.clear(Flag::FINISHED);
        head.set_link(0);
        assert!(head.is_of(ticket) && head.link() == 0 && !head.has(Flag::FINISHED));
        assert!(Head::vacant(7).generation().is_none() && !Head::vacant(7).is_of(ticket));
    }
}
