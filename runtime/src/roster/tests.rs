use std::future::{pending, ready};
use std::task::{Context, Poll};

use super::*;
use crate::place::Place;

fn roster() -> Roster {
    Roster::new(0, Generation::FIRST, Generation::FIRST)
}

fn add(roster: &mut Roster) -> Ticket {
    roster.add(pending::<()>(), Location::caller())
}

/// Takes the one at the front, and puts it back.
fn turn(roster: &mut Roster) -> Option<Ticket> {
    match roster.next() {
        Turn::Poll(ticket, task) => {
            assert!(roster.put_back(ticket, task, || Said::NOTHING).is_none());
            Some(ticket)
        }
        Turn::Root => {
            roster.put_root_back(|| Said::NOTHING);
            None
        }
        _ => panic!("nobody's turn"),
    }
}

#[test]
fn a_stale_ticket_finds_another_generation_also_when_generations_wrap() {
    let last = Generation::from_bits((1 << 28) - 1).unwrap();
    let mut roster = Roster::new(0, last, Generation::FIRST);
    let old = add(&mut roster);
    assert_eq!(old.generation(), last);
    assert!(matches!(roster.next(), Turn::Poll(..)));
    drop(roster.finish(old, None));
    drop(roster.detach(old));
    let new = add(&mut roster);
    assert_eq!((new.index(), new.generation()), (old.index(), Generation::FIRST));
    assert_eq!(roster.wake(old), WakeEffect::Stale);
    assert!(roster.head(old).is_none());
    assert!(matches!(roster.next(), Turn::Poll(ticket, _) if ticket == new));
}

#[test]
fn the_queue_is_first_come_first_served_across_pages_and_with_the_root_in_it() {
    let mut roster = roster();
    let mut expected: Vec<_> = (0..700).map(|_| Some(add(&mut roster))).collect();
    let root = roster.begin_root();
    expected.push(None);
    expected.extend((0..700).map(|_| Some(add(&mut roster))));
    assert_eq!(roster.queued(), 1401);
    assert_eq!((0..1401).map(|_| turn(&mut roster)).collect::<Vec<_>>(), expected);
    assert!(matches!(roster.next(), Turn::Nobody));

    for ticket in expected.iter().rev().map(|ticket| ticket.unwrap_or(root)) {
        assert_eq!(roster.wake(ticket), WakeEffect::Queued);
        assert_eq!(roster.wake(ticket), WakeEffect::AlreadyQueued);
    }
    expected.reverse();
    assert_eq!((0..1401).map(|_| turn(&mut roster)).collect::<Vec<_>>(), expected);
}

#[test]
fn a_root_future_that_ends_while_it_is_queued_leaves_the_queue_whole() {
    for place in 0..3 {
        let mut roster = roster();
        let mut tasks = Vec::new();
        for at in 0..3 {
            if at == place {
                roster.begin_root();
            } else {
                tasks.push(Some(add(&mut roster)));
            }
        }
        roster.end_root();
        tasks.push(Some(add(&mut roster)));
        assert_eq!((0..3).map(|_| turn(&mut roster)).collect::<Vec<_>>(), tasks);
        assert!(matches!(roster.next(), Turn::Nobody));
    }
}

#[test]
fn the_slot_of_a_task_that_is_gone_is_used_again_when_it_has_left_the_queue_and_not_before() {
    let mut roster = roster();
    let first = add(&mut roster);
    let Turn::Poll(_, task) = roster.next() else { panic!() };
    assert_eq!(roster.wake(first), WakeEffect::QueuedWhileRunning);
    let second = add(&mut roster);
    drop(roster.finish(first, Some(task)));
    drop(roster.detach(first));
    assert!(roster.head(first).is_none());
    let third = add(&mut roster);
    assert_eq!(third.index(), second.index() + 1);

    let Turn::Ended(index) = roster.next() else { panic!() };
    assert_eq!((index, roster.pass_over(index).is_none()), (first.index(), true));
    assert_eq!(add(&mut roster).index(), first.index());
    assert_eq!((turn(&mut roster), turn(&mut roster)), (Some(second), Some(third)));
}

/// Lets the one at the front end, with an output, and takes that.
fn end<T: 'static>(roster: &mut Roster) -> Option<T> {
    let Turn::Poll(ticket, mut task) = roster.next() else { panic!() };
    assert_eq!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()));
    drop(roster.finish(ticket, Some(task)));
    let mut output = None;
    assert!(matches!(roster.claim(ticket, Place::new(&mut output)), Claim::Completed));
    assert!(matches!(roster.claim(ticket, Place::new(&mut output)), Claim::Gone));
    output
}

/// Where the memory of the one at the front is; it ends.
fn memory_of_next<T: 'static>(roster: &mut Roster) -> usize {
    let front = roster.front;
    let memory = roster.pages.slot(front).and_then(|mut slot| {
        slot.task().as_ref().map(|task| std::ptr::from_ref(&**task).cast::<()>().addr())
    });
    assert!(end::<T>(roster).is_some());
    memory.unwrap()
}

#[test]
fn a_task_takes_over_the_memory_of_the_spent_one_before_it_if_that_had_the_same_type() {
    let mut roster = roster();
    let here = Location::caller();
    roster.add(ready(1), here);
    let first = memory_of_next::<i32>(&mut roster);
    assert_eq!(roster.spent, size_of::<std::future::Ready<i32>>().next_multiple_of(4) + 4);
    roster.add(ready(2), here);
    assert_eq!(roster.spent, 0);
    assert_eq!(memory_of_next::<i32>(&mut roster), first);
    roster.add(ready("another type"), here);
    assert_eq!(roster.spent, 0);
    assert_eq!(end::<&str>(&mut roster), Some("another type"));
}

#[test]
fn spent_tasks_are_kept_up_to_a_limit() {
    let mut roster = roster();
    const LARGE: usize = 1 << 16;
    for _ in 0..200 {
        roster.add(ready([7_u8; LARGE]), Location::caller());
    }
    for _ in 0..200 {
        assert!(end::<[u8; LARGE]>(&mut roster).is_some());
    }
    assert!((100 * LARGE..=128 * LARGE).contains(&roster.spent), "{}", roster.spent);
}

#[test]
fn a_task_without_an_output_fails_with_what_it_panicked_with_or_was_cancelled() {
    let mut roster = roster();
    let mut output = None::<()>;
    for payload in [Some("why"), None] {
        let ticket = add(&mut roster);
        assert!(matches!(roster.next(), Turn::Poll(..)));
        drop(roster.finish(ticket, payload.map(|payload| task::panicked(Box::new(payload)))));
        assert!(matches!(roster.claim(ticket, Place::new(&mut output)), Claim::Failed));
        let failure = roster.fail(ticket);
        assert_eq!(failure.map(|failure| *failure.downcast::<&str>().unwrap()), payload);
        assert!(matches!(roster.claim(ticket, Place::new(&mut output)), Claim::Gone));
    }
}
