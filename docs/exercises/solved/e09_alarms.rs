//! The solution of an exercise of chapter 09: `Reverse` has the earliest on top, and the timeout is rounded up.
//!
//! Rounded up, an alarm may be late by less than a millisecond. Rounded down, it would be early; or, since the loop looks at
//! the clock before it lets one go off, the loop would spin through the rest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// Since the beginning.
type Time = Duration;

#[derive(Default)]
struct Alarms {
    heap: BinaryHeap<Reverse<Time>>,
}

impl Alarms {
    fn set(&mut self, due: Time) {
        self.heap.push(Reverse(due));
    }

    fn first(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(due)| *due)
    }

    /// How long the loop may sleep. The system call counts in milliseconds, as epoll_wait does.
    fn timeout_ms(&self, now: Time) -> Option<u128> {
        Some(self.first()?.saturating_sub(now).as_nanos().div_ceil(1_000_000))
    }

    /// Takes out the first alarm if it is due.
    fn fire(&mut self, now: Time) -> Option<Time> {
        if self.first()? > now {
            return None;
        }
        self.heap.pop();
        Some(now)
    }
}

/// A loop on a clock of its own, of at most 100 turns. When it went off, and how often it slept.
fn run(due: &[Time]) -> (Vec<Time>, u32) {
    let mut alarms = Alarms::default();
    for due in due {
        alarms.set(*due);
    }
    let (mut now, mut fired, mut turns) = (Time::ZERO, Vec::new(), 0);
    while let Some(timeout) = alarms.timeout_ms(now) {
        turns += 1;
        if turns > 100 {
            break;
        }
        // Going round takes a little, too.
        now += Duration::from_millis(timeout as u64) + Duration::from_nanos(100);
        while let Some(at) = alarms.fire(now) {
            fired.push(at);
        }
    }
    (fired, turns)
}

fn late(fired: &[Time], due: &[Time]) -> Vec<Duration> {
    let mut due = due.to_vec();
    due.sort();
    assert_eq!(fired.len(), due.len(), "some alarms never went off, in a hundred turns");
    fired.iter().zip(due).map(|(at, due)| at.checked_sub(due).expect("never early")).collect()
}

#[test]
fn e09_whichever_is_due_first_goes_off_first() {
    let due = [30, 10, 20].map(Duration::from_millis);
    let (fired, turns) = run(&due);
    for late in late(&fired, &due) {
        assert!(
            late < Duration::from_millis(2),
            "one was late by {late:?}: the loop has slept past it"
        );
    }
    assert_eq!(turns, 3, "one sleep for each");
}

#[test]
fn e09_half_a_millisecond_is_slept_through_too() {
    let due = [Duration::from_micros(10_500)];
    let (fired, turns) = run(&due);
    assert!(
        turns <= 2,
        "for one alarm the loop went round {turns} times: it wakes too early, and sleeps for 0 ms"
    );
    assert!(
        late(&fired, &due)[0] < Duration::from_millis(1),
        "it is late by less than a millisecond"
    );
}
