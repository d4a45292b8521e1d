use std::future::pending;

use super::*;
use crate::task;

fn roster() -> Roster {
    Roster::new(0, Generation::FIRST, Generation::FIRST)
}

fn add(roster: &mut Roster) -> Ticket {
    roster.add(task::new(pending::<()>()), Location::caller())
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
    let mut expected: Vec<_> = (0..100).map(|_| Some(add(&mut roster))).collect();
    let root = roster.begin_root();
    expected.push(None);
    expected.extend((0..100).map(|_| Some(add(&mut roster))));
    assert_eq!(roster.queued(), 201);
    assert_eq!((0..201).map(|_| turn(&mut roster)).collect::<Vec<_>>(), expected);
    assert!(matches!(roster.next(), Turn::Nobody));

    for ticket in expected.iter().rev().map(|ticket| ticket.unwrap_or(root)) {
        assert_eq!(roster.wake(ticket), WakeEffect::Queued);
        assert_eq!(roster.wake(ticket), WakeEffect::AlreadyQueued);
    }
    expected.reverse();
    assert_eq!((0..201).map(|_| turn(&mut roster)).collect::<Vec<_>>(), expected);
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
    assert!(matches!(roster.claim(first), Claim::Finished(Some(_))));
    assert!(matches!(roster.claim(first), Claim::Gone));
    let third = add(&mut roster);
    assert_eq!(third.index(), second.index() + 1);

    assert!(matches!(roster.next(), Turn::Nobody), "the first has ended");
    assert_eq!(add(&mut roster).index(), first.index());
    assert_eq!((turn(&mut roster), turn(&mut roster)), (Some(second), Some(third)));
}
