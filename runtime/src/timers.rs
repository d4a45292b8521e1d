//! How do many timers share one timeout? They stand in a heap with the earliest on top, and the loop sleeps until that.
//!
//! `time::Sleep` puts one in when it is first pending and takes it out when it is dropped; `executor` asks for the next
//! deadline and fires what is due. Taught in chapter 09.
//!
//! The heap has four children a node (fewer levels and fewer cache misses than two) and knows where each timer stands, so
//! that a cancelled one leaves at once. An hour-long `timeout` around something quick leaves nothing behind.

use std::task::Waker;
use std::time::Instant;

use slab::Slab;

const CHILDREN: usize = 4;

/// Deadline first, then the order in which the timers were made: equal deadlines fire in that order.
type Due = (Instant, u64);

#[derive(Default)]
pub(crate) struct Timers {
    heap: Vec<(Due, u32)>,
    slots: Slab<Slot>,
    made: u64,
}

struct Slot {
    number: u64,
    place: u32,
    waker: Waker,
}

/// Names an armed timer; stale once that has fired or was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    slot: u32,
    number: u64,
}

impl TimerKey {
    pub(crate) fn number(self) -> u64 {
        self.number
    }
}

impl Timers {
    /// A number for a timer to be armed later.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    pub(crate) fn arm(&mut self, deadline: Instant, number: u64, waker: Waker) -> TimerKey {
        let place = self.heap.len();
        let slot = self.slots.insert(Slot { number, place: place as u32, waker }) as u32;
        self.heap.push(((deadline, number), slot));
        self.rise(place);
        TimerKey { slot, number }
    }

    /// Leaves `waker` with an armed timer and gives out the one it had. `Err` if it has fired meanwhile.
    pub(crate) fn replace_waker(&mut self, key: TimerKey, waker: Waker) -> Result<Waker, Waker> {
        match self.slots.get_mut(key.slot as usize) {
            Some(slot) if slot.number == key.number => {
                Ok(std::mem::replace(&mut slot.waker, waker))
            }
            _ => Err(waker),
        }
    }

    /// Takes a timer out before it is due. `None` if it has fired.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<Waker> {
        let slot = self.slots.get(key.slot as usize).filter(|slot| slot.number == key.number)?;
        let place = slot.place as usize;
        self.take(place).map(|(_, waker)| waker)
    }

    /// The deadline of the earliest timer.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.heap.first().map(|((deadline, _), _)| *deadline)
    }

    /// Takes out the earliest timer if it is due, with its number.
    pub(crate) fn fire(&mut self, now: Instant) -> Option<(u64, Waker)> {
        if self.next_deadline()? <= now { self.take(0) } else { None }
    }

    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }

    pub(crate) fn clear(&mut self) -> Vec<Waker> {
        self.heap.clear();
        std::mem::take(&mut self.slots).into_iter().map(|(_, slot)| slot.waker).collect()
    }

    fn take(&mut self, place: usize) -> Option<(u64, Waker)> {
        let ((_, number), slot) = self.heap.swap_remove(place);
        if place < self.heap.len() {
            // The last timer stands here now, which may be earlier than its new parent or later than its new children.
            self.settle(place);
            let place = self.rise(place);
            self.sink(place);
        }
        self.slots.try_remove(slot as usize).map(|slot| (number, slot.waker))
    }

    fn rise(&mut self, mut place: usize) -> usize {
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.heap[parent].0 <= self.heap[place].0 {
                break;
            }
            self.swap(place, parent);
            place = parent;
        }
        place
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let first = place * CHILDREN + 1;
            let last = (first + CHILDREN).min(self.heap.len());
            let Some(least) = (first..last).min_by_key(|child| self.heap[*child].0) else { break };
            if self.heap[place].0 <= self.heap[least].0 {
                break;
            }
            self.swap(place, least);
            place = least;
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.settle(a);
        self.settle(b);
    }

    fn settle(&mut self, place: usize) {
        let slot = self.heap[place].1 as usize;
        self.slots[slot].place = place as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn arm(timers: &mut Timers, at: Instant) -> TimerKey {
        let number = timers.next_number();
        timers.arm(at, number, Waker::noop().clone())
    }

    fn fired(timers: &mut Timers, now: Instant) -> Vec<u64> {
        std::iter::from_fn(|| timers.fire(now).map(|(number, _)| number)).collect()
    }

    #[test]
    fn timers_fire_by_deadline_and_equal_ones_in_the_order_they_were_made() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut timers = Timers::default();
        for ms in [30, 10, 20, 10, 30, 10] {
            arm(&mut timers, after(ms));
        }
        assert_eq!(fired(&mut timers, after(9)), []);
        assert_eq!(fired(&mut timers, after(20)), [2, 4, 6, 3]);
        assert_eq!(timers.next_deadline(), Some(after(30)));
        assert_eq!(fired(&mut timers, after(99)), [1, 5]);
    }

    #[test]
    fn a_cancelled_timer_leaves_nothing_behind_and_its_key_is_stale_for_the_next_tenant() {
        let now = Instant::now();
        let mut timers = Timers::default();
        let first = arm(&mut timers, now);
        assert!(timers.cancel(first).is_some());
        assert_eq!((timers.len(), timers.slots.len()), (0, 0));
        arm(&mut timers, now);
        assert!(timers.cancel(first).is_none());
        assert!(timers.replace_waker(first, Waker::noop().clone()).is_err());
        assert_eq!(timers.len(), 1);
    }

    #[test]
    fn the_heap_agrees_with_a_sorted_list_through_arming_cancelling_and_firing() {
        let start = Instant::now();
        let mut timers = Timers::default();
        let mut model: Vec<(Due, TimerKey)> = Vec::new();
        let mut random = 0x9e37_79b9_u32;
        let mut roll = |below: u32| {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            random % below
        };
        for _ in 0..20_000 {
            match roll(8) {
                0..4 => {
                    let at = start + Duration::from_millis(u64::from(roll(1000)));
                    let key = arm(&mut timers, at);
                    model.push(((at, key.number), key));
                }
                4..6 if !model.is_empty() => {
                    let (_, key) = model.swap_remove(roll(model.len() as u32) as usize);
                    assert!(timers.cancel(key).is_some());
                }
                _ => {
                    model.sort_by_key(|(due, _)| *due);
                    let due = timers.next_deadline();
                    assert_eq!(due, model.first().map(|((at, _), _)| *at));
                    if let Some(due) = due {
                        assert_eq!(timers.fire(due).unwrap().0, model.remove(0).1.number);
                    }
                }
            }
            assert_eq!((timers.len(), timers.slots.len()), (model.len(), model.len()));
        }
    }
}
