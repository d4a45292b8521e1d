//! Which timer is due first? The near ones stand in a heap; the far ones lie in piles, and are sorted when they come near.
//!
//! Only `timers` uses it. Each step down a heap of a million entries waits for memory, and a new entry or one that is taken
//! out makes twenty. So the heap has only what is due up to the *horizon*, and the piles double: one for what is a tick behind
//! the horizon, one for two or three ticks, for four to seven, and so on. When the heap is empty, the horizon moves to the
//! earliest entry of the nearest pile, and that pile is spread over the heap and the smaller piles: an entry is moved a few
//! times before it is due, and always beside its neighbours. The price is that a large pile is spread in one go, a million
//! entries in ten milliseconds or so. Known as a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990), but for its top, which is a
//! heap so that a new entry may come before the horizon.
//!
//! ```text
//!             horizon
//!    near        |  pile 0   pile 1    pile 2              pile 3
//!    in a heap   |  1 tick   2 or 3    4 to 7              8 to 15 ticks behind it
//! ```
//!
//! As long as there are few, there is no horizon and all of them are near.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::mem;
use std::time::Instant;

/// As many stand in the heap before there is a horizon: they fit into the nearest cache.
const FEW: usize = 256;

/// The horizon when there is none.
const NOWHERE: u64 = u64::MAX;

/// Entries of the same tick are near at the same time: a quarter of a millisecond, in nanoseconds as a power of two.
const TICK_BITS: u32 = 18;
const PILES: usize = (u64::BITS - TICK_BITS) as usize;

/// The buffer of a pile that is spread is kept if it has room for so many. What a crowd has left behind is given back.
const KEPT: usize = 1024;

/// The earlier comes first, and at the same time the one that was made first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) due: Instant,
    pub(super) number: u64,
    pub(super) index: u32,
}

pub(super) struct Queue {
    /// `Reverse`, for a `BinaryHeap` has the greatest on top. Whatever is here comes before whatever is in a pile.
    near: BinaryHeap<Reverse<Entry>>,
    /// The last tick of which all entries are near.
    horizon: u64,
    /// With each entry its tick. In pile `n` are those whose ticks differ from the horizon in bit `n` and in none above it.
    piles: [Vec<(u64, Entry)>; PILES],
    /// One bit for each pile in which there is something.
    filled: u64,
    len: usize,
    /// Ticks count from here.
    start: Instant,
}

impl Queue {
    pub(super) fn new(start: Instant) -> Queue {
        Queue {
            near: BinaryHeap::new(),
            horizon: NOWHERE,
            piles: [const { Vec::new() }; PILES],
            filled: 0,
            len: 0,
            start,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry) {
        self.len += 1;
        if self.horizon != NOWHERE {
            self.place(self.tick(&entry), entry);
        } else {
            self.near.push(Reverse(entry));
            if self.near.len() > FEW {
                self.spread();
            }
        }
    }

    /// A `u64` of nanoseconds is enough for five centuries; what is due later is in the last tick of them.
    fn tick(&self, entry: &Entry) -> u64 {
        let nanos = entry.due.saturating_duration_since(self.start).as_nanos();
        u64::try_from(nanos).unwrap_or(u64::MAX) >> TICK_BITS
    }

    fn place(&mut self, tick: u64, entry: Entry) {
        if tick <= self.horizon {
            self.near.push(Reverse(entry));
        } else {
            let pile = (tick ^ self.horizon).ilog2();
            self.piles[pile as usize].push((tick, entry));
            self.filled |= 1 << pile;
        }
    }

    /// They are no longer few: the horizon comes to the earliest entry.
    #[cold]
    fn spread(&mut self) {
        let Some(Reverse(first)) = self.near.peek() else { return };
        self.horizon = self.tick(first);
        for Reverse(entry) in mem::take(&mut self.near) {
            self.place(self.tick(&entry), entry);
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

    /// Takes out the entry that was `first`.
    #[inline]
    pub(super) fn pop(&mut self) {
        self.len -= usize::from(self.near.pop().is_some());
    }

    /// Moves the horizon to the earliest entry of the nearest pile.
    #[inline(never)]
    fn approach(&mut self) {
        if self.filled == 0 {
            self.horizon = NOWHERE;
            return;
        }
        let nearest = self.filled.trailing_zeros();
        self.filled &= !(1 << nearest);
        let mut pile = mem::take(&mut self.piles[nearest as usize]);
        self.horizon = pile.iter().map(|(tick, _)| *tick).min().unwrap_or(self.horizon);
        // None comes back to this pile, for in this bit they are all like the horizon now.
        pile.drain(..).for_each(|(tick, entry)| self.place(tick, entry));
        if pile.capacity() <= KEPT {
            self.piles[nearest as usize] = pile;
        }
    }

    /// Takes out whatever `stays` says no to.
    pub(super) fn retain(&mut self, stays: impl Fn(&Entry) -> bool) {
        self.near.retain(|Reverse(entry)| stays(entry));
        self.piles.iter_mut().for_each(|pile| pile.retain(|(_, entry)| stays(entry)));
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
        (self.len, self.horizon) = (0, NOWHERE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn queue() -> Queue {
        Queue::new(Instant::now())
    }

    /// So many nanoseconds after the start.
    fn entry(queue: &Queue, due: u64, number: u64) -> Entry {
        Entry { due: queue.start + Duration::from_nanos(due), number, index: 0 }
    }

    #[test]
    fn entries_come_out_in_order_however_far_apart_they_are_and_also_if_they_come_before_the_horizon()
     {
        let mut queue = queue();
        let mut sorted = Vec::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let (mut now, mut spread) = (queue.start, 0);
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
                let due = now + Duration::from_nanos(random >> 22 >> (random % 41));
                let entry = Entry { due, number, index: 0 };
                queue.push(entry);
                sorted.insert(sorted.partition_point(|other| *other < entry), entry);
            }
            assert_eq!(queue.len(), sorted.len());
            spread += usize::from(queue.filled != 0);
            if number % 10_000 == 0 {
                queue.retain(|entry| entry.number % 2 == 0);
                sorted.retain(|entry| entry.number % 2 == 0);
            }
            if sorted.len() > 8 * FEW {
                queue.clear();
                sorted.clear();
            }
        }
        assert!(spread > 10_000, "there were piles {spread} times");
    }

    fn take(queue: &mut Queue) -> Option<Entry> {
        let first = queue.first();
        queue.pop();
        first
    }

    #[test]
    fn few_are_all_near_and_so_they_are_again_after_a_crowd() {
        let mut queue = queue();
        for _ in 0..2 {
            for n in 0..=FEW as u64 {
                assert_eq!(queue.filled, 0);
                queue.push(entry(&queue, n << TICK_BITS, n));
            }
            assert_ne!(queue.filled, 0);
            (0..=FEW).for_each(|_| _ = take(&mut queue));
            assert_eq!(queue.first(), None);
        }
    }

    #[test]
    fn a_crowd_that_is_gone_leaves_no_pile_behind() {
        let mut queue = queue();
        (0..100_000).for_each(|n| queue.push(entry(&queue, n << TICK_BITS, n)));
        (0..100_000).for_each(|_| _ = take(&mut queue));
        assert_eq!(queue.first(), None);
        assert!(queue.piles.iter().map(Vec::capacity).sum::<usize>() <= PILES * KEPT);
    }

    #[test]
    fn the_last_moment_there_is_has_a_place() {
        let mut queue = queue();
        // Some thirty thousand years, which is more nanoseconds than a `u64` can hold.
        let last = queue.start + Duration::from_secs(1_000_000_000_000);
        for number in 0..1000 {
            let due = if number % 2 == 0 { last } else { queue.start };
            queue.push(Entry { due, number, index: 0 });
        }
        let numbers: Vec<u64> = (0..1000)
            .map(|_| {
                let first = queue.first().unwrap().number;
                queue.pop();
                first
            })
            .collect();
        let expected: Vec<u64> = (1..1000).step_by(2).chain((0..1000).step_by(2)).collect();
        assert_eq!(numbers, expected);
    }
}
