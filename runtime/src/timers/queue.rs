//! Which timer is due first? The near ones stand in a heap; the far ones lie in piles, and are sorted when they come near.
//!
//! Only `timers` uses it. Each step down a heap of a million entries waits for memory, and a new entry or one that is taken
//! out makes twenty. So the heap has only what is due up to the *horizon*, and the piles double: one for what is a tick behind
//! the horizon, one for two or three ticks, for four to seven, and so on. When the heap is empty, the horizon moves to the
//! earliest entry of the nearest pile, and that pile is spread over the heap and the smaller piles: an entry is moved a few
//! times before it is due, and always beside its neighbours. The price is that a large pile is spread in one go, a million
//! entries in ten milliseconds or so. Known as a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990), but
//! for its top, which is a heap so that a new entry may come before the horizon.
//!
//! ```text
//!             horizon
//!    near        |  pile 0   pile 1    pile 2              pile 3
//!    in a heap   |  1 tick   2 or 3    4 to 7              8 to 15 ticks behind it
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::mem;

/// Entries of the same tick are near at the same time: a quarter of a millisecond, in nanoseconds as a power of two.
const TICK_BITS: u32 = 18;
const PILES: usize = (u64::BITS - TICK_BITS) as usize;

/// The buffer of a pile that is spread is kept if it has room for so many. What a crowd has left behind is given back.
const KEPT: usize = 1024;

/// The earlier comes first, and at the same time the one that was made first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// In nanoseconds.
    pub(super) due: u64,
    pub(super) number: u64,
    pub(super) index: u32,
}

impl Entry {
    fn tick(&self) -> u64 {
        self.due >> TICK_BITS
    }
}

pub(super) struct Queue {
    /// `Reverse`, for a `BinaryHeap` has the greatest on top. Whatever is here comes before whatever is in a pile.
    near: BinaryHeap<Reverse<Entry>>,
    /// The last tick of which all entries are near.
    horizon: u64,
    /// In pile `n` are the entries whose ticks differ from the horizon in bit `n` and in none above it.
    piles: [Vec<Entry>; PILES],
    /// One bit for each pile in which there is something.
    filled: u64,
    len: usize,
}

impl Queue {
    pub(super) fn new() -> Queue {
        Queue {
            near: BinaryHeap::new(),
            horizon: 0,
            piles: [const { Vec::new() }; PILES],
            filled: 0,
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry) {
        self.len += 1;
        self.place(entry);
    }

    #[inline]
    fn place(&mut self, entry: Entry) {
        let tick = entry.tick();
        if tick <= self.horizon {
            self.near.push(Reverse(entry));
        } else {
            let pile = (tick ^ self.horizon).ilog2();
            self.piles[pile as usize].push(entry);
            self.filled |= 1 << pile;
        }
    }

    /// The earliest entry.
    #[inline]
    pub(super) fn first(&mut self) -> Option<Entry> {
        if self.near.is_empty() {
            self.approach();
        }
        self.near.peek().map(|Reverse(entry)| *entry)
    }

    /// Takes out the earliest entry.
    #[inline]
    pub(super) fn pop(&mut self) {
        if self.first().is_some() {
            self.near.pop();
            self.len -= 1;
        }
    }

    /// Moves the horizon to the earliest entry of the nearest pile.
    fn approach(&mut self) {
        if self.filled == 0 {
            return;
        }
        let nearest = self.filled.trailing_zeros();
        self.filled &= !(1 << nearest);
        let mut pile = mem::take(&mut self.piles[nearest as usize]);
        self.horizon = pile.iter().map(Entry::tick).min().unwrap_or(self.horizon);
        // None comes back to this pile, for in this bit they are all like the horizon now.
        pile.drain(..).for_each(|entry| self.place(entry));
        if pile.capacity() <= KEPT {
            self.piles[nearest as usize] = pile;
        }
    }

    /// Takes out whatever `stays` says no to.
    pub(super) fn retain(&mut self, stays: impl Fn(&Entry) -> bool) {
        self.near.retain(|Reverse(entry)| stays(entry));
        self.piles.iter_mut().for_each(|pile| pile.retain(|entry| stays(entry)));
        let filled = self.piles.iter().enumerate().filter(|(_, pile)| !pile.is_empty());
        self.filled = filled.map(|(n, _)| 1 << n).sum();
        self.len = self.near.len() + self.piles.iter().map(Vec::len).sum::<usize>();
    }

    /// Takes out everything.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.near.clear();
        while self.filled != 0 {
            self.piles[self.filled.trailing_zeros() as usize].clear();
            self.filled &= self.filled - 1;
        }
        (self.len, self.horizon) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(due: u64, number: u64) -> Entry {
        Entry { due, number, index: 0 }
    }

    #[test]
    fn entries_come_out_in_order_however_far_apart_they_are_and_also_if_they_come_before_the_horizon()
     {
        let mut queue = Queue::new();
        let mut sorted = Vec::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut now = 0;
        for number in 0..100_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            if random.is_multiple_of(3) {
                assert_eq!(queue.first(), sorted.first().copied());
                queue.pop();
                now = if sorted.is_empty() { now } else { sorted.remove(0).due };
            } else {
                // As many below a microsecond as between one hour and two.
                let entry = entry(now.saturating_add(random >> 2 >> (random % 61)), number);
                queue.push(entry);
                sorted.insert(sorted.partition_point(|other| *other < entry), entry);
            }
            assert_eq!(queue.len(), sorted.len());
            if number % 10_000 == 0 {
                queue.retain(|entry| entry.number % 2 == 0);
                sorted.retain(|entry| entry.number % 2 == 0);
            }
            if sorted.len() > 1000 {
                queue.clear();
                sorted.clear();
            }
        }
    }

    #[test]
    fn a_crowd_that_is_gone_leaves_no_memory_behind() {
        let mut queue = Queue::new();
        (0..100_000).for_each(|n| queue.push(entry(n << TICK_BITS, n)));
        (0..100_000).for_each(|_| queue.pop());
        assert_eq!(queue.first(), None);
        assert!(queue.piles.iter().map(Vec::capacity).sum::<usize>() <= PILES * KEPT);
    }

    #[test]
    fn the_last_moment_there_is_has_a_place() {
        let mut queue = Queue::new();
        [u64::MAX, 0, u64::MAX - 1].into_iter().for_each(|due| queue.push(entry(due, due)));
        for due in [0, u64::MAX - 1, u64::MAX] {
            assert_eq!(queue.first(), Some(entry(due, due)));
            queue.pop();
        }
    }
}
