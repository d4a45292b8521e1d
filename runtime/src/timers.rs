//! How do many timers share one timeout? They stand in a queue with the earliest in front, and the loop sleeps until that.
//!
//! `time::Sleep` puts one in when it is first pending and takes it out when it is dropped; `executor` asks for the next
//! deadline and fires what is due. Taught in chapter 09.
//!
//! The queue, in `timers/queue.rs`, finds its earliest entry, but not the one of a timer that is cancelled, and most are. So
//! that entry stays until it is in front, or until there are more such entries than timers: then all of them go. Its waker goes
//! at once.

mod queue;

use std::mem;
use std::task::Waker;
use std::time::Instant;

use slab::Slab;

use crate::observe::TimerId;
use queue::{Entry, Queue};

/// As many entries of cancelled timers are not worth a search, however few others there are.
const REST: usize = 64;

pub(crate) struct Timers {
    queue: Queue,
    armed: Slab<Timer>,
    made: u64,
    /// Whatever was due by then has fired.
    fired: Instant,
}

struct Timer {
    number: u64,
    waker: Waker,
}

/// Names an armed timer; stale once that has fired or was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    index: u32,
    number: u64,
}

impl TimerKey {
    pub(crate) fn number(self) -> u64 {
        self.number
    }
}

impl Timers {
    /// `now` is the time by the clock that the deadlines are of.
    pub(crate) fn new(now: Instant) -> Timers {
        Timers { queue: Queue::new(now), armed: Slab::new(), made: 0, fired: now }
    }

    /// Arms a timer for a deadline that has not passed.
    #[inline]
    pub(crate) fn arm(&mut self, deadline: Instant, waker: Waker) -> TimerKey {
        self.made += 1;
        let number = self.made;
        let index = self.armed.insert(Timer { number, waker }) as u32;
        self.queue.push(Entry { due: deadline, number, index });
        TimerKey { index, number }
    }

    /// Leaves `waker` with an armed timer and gives out the one it had. `Err` if it has fired meanwhile.
    pub(crate) fn replace_waker(&mut self, key: TimerKey, waker: Waker) -> Result<Waker, Waker> {
        match self.armed.get_mut(key.index as usize) {
            Some(timer) if timer.number == key.number => Ok(mem::replace(&mut timer.waker, waker)),
            _ => Err(waker),
        }
    }

    /// Takes out a timer before it is due, which is at `deadline`. `None` if it has fired.
    pub(crate) fn cancel(&mut self, key: TimerKey, deadline: Instant) -> Option<Waker> {
        // Without a look at where it was: for each of a million that have fired it would be fetched from memory once more.
        if self.has_fired(deadline) {
            return None;
        }
        let waker = self.take(key)?;
        self.tidy();
        Some(waker)
    }

    /// Whether all timers that are due at `deadline` have fired.
    pub(crate) fn has_fired(&self, deadline: Instant) -> bool {
        deadline <= self.fired
    }

    /// The deadline of the earliest timer.
    pub(crate) fn next_deadline(&mut self) -> Option<Instant> {
        self.first().map(|first| first.due)
    }

    /// Takes out the earliest timer if it is due, with its number.
    #[inline]
    pub(crate) fn fire(&mut self, now: Instant) -> Option<(TimerId, Waker)> {
        let Some(Entry { number, index, .. }) = self.first().filter(|first| first.due <= now)
        else {
            self.fired = self.fired.max(now);
            return None;
        };
        self.queue.pop();
        let timer = self.armed.remove(index as usize);
        Some((TimerId(number), timer.waker))
    }

    pub(crate) fn len(&self) -> usize {
        self.armed.len()
    }

    pub(crate) fn clear(&mut self) -> Vec<Waker> {
        self.queue.clear();
        mem::take(&mut self.armed).into_iter().map(|(_, timer)| timer.waker).collect()
    }

    fn take(&mut self, key: TimerKey) -> Option<Waker> {
        let index = key.index as usize;
        self.armed.get(index).filter(|timer| timer.number == key.number)?;
        Some(self.armed.remove(index).waker)
    }

    /// The entry of the earliest timer; those of cancelled ones before it are taken out.
    #[inline]
    fn first(&mut self) -> Option<Entry> {
        loop {
            let first = self.queue.first()?;
            if self.queue.len() == self.armed.len() || is_armed(&self.armed, &first) {
                return Some(first);
            }
            self.queue.pop();
        }
    }

    /// Takes out the entries of cancelled timers if they have become too many.
    #[inline]
    fn tidy(&mut self) {
        let Timers { queue, armed, .. } = self;
        if armed.is_empty() {
            queue.clear();
        } else if queue.len() > 2 * armed.len() + REST {
            queue.retain(|entry| is_armed(armed, entry));
        }
    }
}

#[inline]
fn is_armed(armed: &Slab<Timer>, entry: &Entry) -> bool {
    armed.get(entry.index as usize).is_some_and(|timer| timer.number == entry.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn arm(timers: &mut Timers, at: Instant) -> TimerKey {
        timers.arm(at, Waker::noop().clone())
    }

    fn fired(timers: &mut Timers, now: Instant) -> Vec<u64> {
        std::iter::from_fn(|| timers.fire(now).map(|(TimerId(number), _)| number)).collect()
    }

    #[test]
    fn timers_fire_by_deadline_and_equal_ones_in_the_order_they_were_made() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut timers = Timers::new(start);
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
        let at = now + Duration::from_secs(1);
        let mut timers = Timers::new(now);
        let first = arm(&mut timers, at);
        assert!(timers.cancel(first, at).is_some());
        assert_eq!((timers.len(), timers.next_deadline()), (0, None));
        arm(&mut timers, at);
        assert!(timers.cancel(first, at).is_none());
        assert!(timers.replace_waker(first, Waker::noop().clone()).is_err());
        assert_eq!(timers.len(), 1);
    }

    #[test]
    fn a_timer_that_has_fired_is_not_cancelled() {
        let now = Instant::now();
        let mut timers = Timers::new(now);
        let (early, late) = (now + Duration::from_secs(1), now + Duration::from_secs(2));
        let keys = [arm(&mut timers, early), arm(&mut timers, late)];
        assert!(!timers.has_fired(early));
        assert_eq!(fired(&mut timers, early), [1]);
        assert!(timers.has_fired(early) && !timers.has_fired(late));
        assert!(timers.cancel(keys[0], early).is_none());
        assert!(timers.cancel(keys[1], late).is_some());
    }

    #[test]
    fn cancelled_timers_behind_one_that_stays_take_no_more_room_than_a_few() {
        let now = Instant::now();
        let mut timers = Timers::new(now);
        arm(&mut timers, now + Duration::from_secs(1));
        for n in 0..100_000 {
            let at = now + Duration::from_secs(2) + Duration::from_nanos(n);
            let key = arm(&mut timers, at);
            assert!(timers.cancel(key, at).is_some());
            assert!(timers.queue.len() <= 3 + REST);
        }
        assert_eq!(timers.len(), 1);
    }

    #[test]
    fn the_queue_agrees_with_a_sorted_list_through_arming_cancelling_and_firing() {
        let start = Instant::now();
        let mut timers = Timers::new(start);
        let mut model: Vec<((Instant, u64), TimerKey)> = Vec::new();
        let mut now = start;
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
                    let at = now + Duration::from_millis(u64::from(1 + roll(1000)));
                    let key = arm(&mut timers, at);
                    model.push(((at, key.number), key));
                }
                4..6 if !model.is_empty() => {
                    let ((at, _), key) = model.swap_remove(roll(model.len() as u32) as usize);
                    assert!(timers.cancel(key, at).is_some());
                }
                _ => {
                    model.sort_by_key(|(due, _)| *due);
                    let due = timers.next_deadline();
                    assert_eq!(due, model.first().map(|((at, _), _)| *at));
                    if let Some(due) = due {
                        assert!(timers.fire(due - Duration::from_nanos(1)).is_none());
                        assert_eq!(timers.fire(due).unwrap().0, TimerId(model.remove(0).1.number));
                        now = due;
                    }
                }
            }
            assert_eq!(timers.len(), model.len());
            assert!(timers.queue.len() <= 2 * timers.len() + REST + 1);
        }
    }
}
