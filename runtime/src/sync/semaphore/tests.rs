//! Permits: who gets them, in which order, and that none is lost.

use proptest::prelude::*;

use super::*;
use crate::sync::waiters::Standing;
use crate::testing::CountingWaker;

/// Polls an acquire that has to be ready with a permit.
fn permit(waker: &CountingWaker, acquire: &mut Acquire) -> Permit {
    match waker.poll(acquire) {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => panic!("it has no permit yet"),
    }
}

#[test]
fn a_permit_dropped_wakes_the_first_in_line_alone() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let semaphore = Semaphore::new(1);
    let held = semaphore.try_acquire().unwrap();
    let (mut a, mut b) = (semaphore.acquire(), semaphore.acquire());
    assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
    drop(held);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    let _permit = permit(&first, &mut a);
    assert!(second.poll(&mut b).is_pending());
}

#[test]
fn a_newcomer_does_not_barge_in_before_a_woken_waiter_runs() {
    let waker = CountingWaker::new();
    let semaphore = Semaphore::new(1);
    let held = semaphore.try_acquire().unwrap();
    let mut waiting = semaphore.acquire();
    assert!(waker.poll(&mut waiting).is_pending());
    drop(held);
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
    assert!(waker.poll(&mut semaphore.acquire()).is_pending());
    let _permit = permit(&waker, &mut waiting);
}

#[test]
fn who_wants_few_does_not_overtake_who_wants_many() {
    let waker = CountingWaker::new();
    let semaphore = Semaphore::new(2);
    let held = semaphore.try_acquire().unwrap();
    let mut many = semaphore.acquire_many(2);
    assert!(waker.poll(&mut many).is_pending());
    assert!(waker.poll(&mut semaphore.acquire()).is_pending(), "one permit is free, but not its");
    drop(held);
    assert_eq!(permit(&waker, &mut many).num_permits(), 2);
}

#[test]
fn a_woken_waiter_that_is_dropped_passes_its_permit_to_the_next() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let semaphore = Semaphore::new(0);
    let (mut a, mut b) = (semaphore.acquire(), semaphore.acquire());
    assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
    semaphore.add_permits(1);
    drop(a);
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
    let _permit = permit(&second, &mut b);
}

#[test]
fn a_large_wish_that_is_dropped_lets_the_small_ones_behind_it_pass() {
    let waker = CountingWaker::new();
    let semaphore = Semaphore::new(1);
    let (mut large, mut small) = (semaphore.acquire_many(5), semaphore.acquire());
    assert!(waker.poll(&mut large).is_pending() && waker.poll(&mut small).is_pending());
    drop(large);
    assert_eq!(waker.wakes(), 1);
    let _permit = permit(&waker, &mut small);
}

#[test]
fn the_latest_waker_wins() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let semaphore = Semaphore::new(0);
    let mut acquire = semaphore.acquire();
    assert!(first.poll(&mut acquire).is_pending() && second.poll(&mut acquire).is_pending());
    semaphore.add_permits(1);
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn closing_refuses_those_who_wait_and_keeps_what_was_granted() {
    let waker = CountingWaker::new();
    let semaphore = Semaphore::new(0);
    let (mut granted, mut waiting) = (semaphore.acquire(), semaphore.acquire());
    assert!(waker.poll(&mut granted).is_pending() && waker.poll(&mut waiting).is_pending());
    semaphore.add_permits(1);
    semaphore.close();
    assert_eq!(waker.wakes(), 2);
    drop(permit(&waker, &mut granted));
    assert!(matches!(waker.poll(&mut waiting), Poll::Ready(Err(AcquireError(())))));
    assert!(matches!(waker.poll(&mut semaphore.acquire()), Poll::Ready(Err(_))));
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::Closed);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn a_forgotten_permit_does_not_come_back() {
    let semaphore = Semaphore::new(3);
    semaphore.try_acquire_many(2).unwrap().forget();
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn too_many_permits_stop_at_the_largest_number() {
    let semaphore = Semaphore::new(1);
    let held = semaphore.try_acquire().unwrap();
    semaphore.add_permits(usize::MAX);
    drop(held);
    assert_eq!(semaphore.available_permits(), usize::MAX);
}

#[derive(Clone, Debug)]
enum Step {
    Ask(usize),
    Poll(usize),
    Cancel(usize),
    GiveBack(usize),
    Add(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4usize).prop_map(Step::Ask),
        any::<usize>().prop_map(Step::Poll),
        any::<usize>().prop_map(Step::Cancel),
        any::<usize>().prop_map(Step::GiveBack),
        (0..3usize).prop_map(Step::Add),
    ]
}

proptest! {
    #[test]
    fn no_permit_is_lost_or_made_and_nobody_waits_for_what_is_free(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let semaphore = Semaphore::new(2);
        let mut total = 2;
        let waker = CountingWaker::new();
        let mut asking: Vec<Acquire> = Vec::new();
        let mut held: Vec<Permit> = Vec::new();
        for step in steps {
            match step {
                Step::Ask(wanted) => {
                    let mut acquire = semaphore.acquire_many(wanted);
                    match waker.poll(&mut acquire) {
                        Poll::Ready(permit) => held.push(permit.unwrap()),
                        Poll::Pending => asking.push(acquire),
                    }
                }
                Step::Poll(n) if !asking.is_empty() => {
                    let n = n % asking.len();
                    if let Poll::Ready(permit) = waker.poll(&mut asking[n]) {
                        held.push(permit.unwrap());
                        drop(asking.remove(n));
                    }
                }
                Step::Cancel(n) if !asking.is_empty() => drop(asking.remove(n % asking.len())),
                Step::GiveBack(n) if !held.is_empty() => drop(held.remove(n % held.len())),
                Step::Add(n) => {
                    semaphore.add_permits(n);
                    total += n;
                }
                Step::Poll(_) | Step::Cancel(_) | Step::GiveBack(_) => {}
            }
            let line = &semaphore.permits.line;
            let is_called = |acquire: &&Acquire| {
                acquire.turn.place.as_ref().is_some_and(|place| {
                    line.poll(place, waker.waker()) == Standing::Called
                })
            };
            let granted: usize = asking.iter().filter(is_called).map(|acquire| acquire.turn.wanted).sum();
            let out: usize = held.iter().map(Permit::num_permits).sum();
            prop_assert_eq!(semaphore.available_permits() + granted + out, total);
            prop_assert!(line.first_wants().is_none_or(|wanted| wanted > semaphore.available_permits()));
        }
        drop((asking, held));
        prop_assert_eq!(semaphore.available_permits(), total);
    }
}
