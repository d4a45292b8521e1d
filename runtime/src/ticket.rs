//! What does a waker carry? A ticket: which runtime, which task, and which tenant of that slot.
//!
//! `waker` puts a ticket into the data word of a `RawWaker`; `executor` compares it with the task it finds; `mailbox`
//! sorts foreign wakes by it. Taught in chapter 06.
//!
//! ```text
//!   63      56 55                     28 27                      0
//!  +----------+-------------------------+-------------------------+
//!  |   seat   |       generation        |          index          |
//!  +----------+-------------------------+-------------------------+
//!   which       the how-manieth task      which slot of the
//!   runtime     spawned on that seat      runtime's roster
//! ```
//!
//! A ticket is never freed, so it can be copied at will; it can only be *stale*. A stale ticket finds another
//! generation in its slot and is ignored. The generation counter belongs to the seat and outlives the runtime, so a
//! ticket of a dropped runtime is stale for the next runtime on the same seat, too. It repeats after 2²⁸ spawns, and a
//! ticket kept for exactly that long, on the same slot, would cause one poll too many: harmless by the contract of
//! `Future::poll`.

#[cfg(not(target_pointer_width = "64"))]
compile_error!(
    "a ticket fills the 64-bit data word of a waker, so Onethread needs a 64-bit target"
);

use std::num::NonZeroU64;

/// Where the parts stand; `head` puts its parts at the same places.
pub(crate) const INDEX_BITS: u32 = 28;
pub(crate) const GENERATION_BITS: u32 = 28;
const INDEX_MASK: u64 = (1 << INDEX_BITS) - 1;
const GENERATION_MASK: u32 = (1 << GENERATION_BITS) - 1;

/// How many runtimes may be alive in one process at the same time.
pub(crate) const SEATS: usize = 1 << (64 - INDEX_BITS - GENERATION_BITS);

/// The index of the future given to `block_on`, which lives on the stack.
pub(crate) const ROOT: usize = 0;

/// The last index of a task: the others are 1, 2, 3, … up to this. One more fits into a ticket, and is nobody's.
pub(crate) const LAST_INDEX: usize = INDEX_MASK as usize - 1;

/// The how-manieth task of a seat this is: 1, 2, 3, … and, after 2²⁸ - 1, 1 again. Never 0, which means "none".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Generation(u32);

impl Generation {
    pub(crate) const FIRST: Generation = Generation(1);

    pub(crate) fn from_bits(bits: u32) -> Option<Generation> {
        (bits != 0).then_some(Generation(bits))
    }

    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    pub(crate) fn next(self) -> Generation {
        Generation(if self.0 == GENERATION_MASK { 1 } else { self.0 + 1 })
    }

    /// 1 for `first` itself, 2 for the next, and so on, round the wrap.
    pub(crate) fn count_from(self, first: Generation) -> u32 {
        if self.0 >= first.0 {
            self.0 - first.0 + 1
        } else {
            // 0 is left out.
            GENERATION_MASK - first.0 + 1 + self.0
        }
    }

    /// Whether `self` was given out after `other`, counting round the wrap by the shorter way.
    pub(crate) fn is_newer_than(self, other: Generation) -> bool {
        let ahead = self.0.wrapping_sub(other.0) & GENERATION_MASK;
        ahead != 0 && ahead <= GENERATION_MASK / 2
    }
}

/// Names one task of one runtime, for ever. See the top of the file. Never 0, since no generation is, so an `Option` of it
/// takes no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ticket(NonZeroU64);

impl Ticket {
    #[inline]
    pub(crate) fn new(seat: usize, generation: Generation, index: usize) -> Ticket {
        debug_assert!(seat < SEATS && index as u64 <= INDEX_MASK);
        let bits = ((seat as u64) << (INDEX_BITS + GENERATION_BITS))
            | (u64::from(generation.0) << INDEX_BITS)
            | index as u64;
        Ticket(NonZeroU64::new(bits).expect("a generation is never 0"))
    }

    pub(crate) fn from_bits(bits: usize) -> Option<Ticket> {
        NonZeroU64::new(bits as u64).map(Ticket)
    }

    pub(crate) fn bits(self) -> usize {
        self.0.get() as usize
    }

    pub(crate) fn seat(self) -> usize {
        (self.0.get() >> (INDEX_BITS + GENERATION_BITS)) as usize
    }

    pub(crate) fn generation(self) -> Generation {
        Generation((self.0.get() >> INDEX_BITS) as u32 & GENERATION_MASK)
    }

    pub(crate) fn index(self) -> usize {
        (self.0.get() & INDEX_MASK) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_gives_back_its_three_parts_at_their_limits() {
        for seat in [0, 1, SEATS - 1] {
            for generation in [Generation::FIRST, Generation(77), Generation(GENERATION_MASK)] {
                for index in [ROOT, 1, LAST_INDEX] {
                    let ticket = Ticket::new(seat, generation, index);
                    assert_eq!(Ticket::from_bits(ticket.bits()), Some(ticket));
                    assert_eq!(
                        (ticket.seat(), ticket.generation(), ticket.index()),
                        (seat, generation, index)
                    );
                }
            }
        }
    }

    #[test]
    fn generations_wrap_past_zero_and_newer_still_means_newer() {
        let last = Generation(GENERATION_MASK);
        assert_eq!(last.next(), Generation::FIRST);
        assert!(last.next().is_newer_than(last));
        assert!(!last.is_newer_than(last.next()));
        assert!(!last.is_newer_than(last));
        assert_eq!(last.count_from(last), 1);
        assert_eq!(last.next().count_from(last), 2);
    }
}
