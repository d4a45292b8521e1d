use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use super::{Probe, run};
use crate::observe::{Event, WakeEffect};
use crate::testing::{Facts, until};
use crate::{Runtime, spawn, yield_now};

#[test]
fn a_thousand_wakes_before_a_poll_are_one_poll() {
    run(async {
        let probe = Probe::default();
        let handle = spawn(probe.clone());
        yield_now().await;
        assert_eq!(probe.polls(), 1);
        for _ in 0..1000 {
            probe.waker().wake();
        }
        yield_now().await;
        yield_now().await;
        assert_eq!(probe.polls(), 2);
        drop(handle);
    });
}

#[test]
fn a_wake_during_the_poll_is_one_more_poll() {
    run(async {
        let polls = Rc::new(Cell::new(0));
        let counted = polls.clone();
        let handle = spawn(poll_fn(move |cx| {
            counted.set(counted.get() + 1);
            if counted.get() == 1 {
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        }));
        for _ in 0..5 {
            yield_now().await;
        }
        assert_eq!(polls.get(), 2);
        drop(handle);
    });
}

#[test]
fn a_wake_after_completion_does_nothing() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let probe = Probe::default();
        let handle = spawn(probe.clone());
        yield_now().await;
        probe.0.ready.set(true);
        probe.waker().wake();
        handle.await.unwrap();
        probe.waker().wake();
        yield_now().await;
        assert_eq!(probe.polls(), 2);
    });
    assert_eq!(
        facts.count(|event| matches!(event, Event::Woken { effect: WakeEffect::Stale, .. })),
        1
    );
}

#[test]
fn a_task_that_wakes_itself_in_its_last_poll_keeps_its_output() {
    run(async {
        let handle = spawn(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Ready(6)
        }));
        yield_now().await;
        yield_now().await;
        assert_eq!(handle.await.unwrap(), 6);
    });
}

#[test]
fn a_stale_ticket_does_not_wake_the_next_task_in_its_slot() {
    run(async {
        let first = Probe::default();
        first.0.ready.set(true);
        spawn(first.clone()).await.unwrap();
        let second = Probe::default();
        let handle = spawn(second.clone());
        yield_now().await;
        first.waker().wake();
        yield_now().await;
        assert_eq!(second.polls(), 1);
        drop(handle);
    });
}

#[test]
fn the_root_future_is_polled_once_for_two_wakes_and_again_for_one_during_its_poll() {
    let polls = Cell::new(0);
    run(poll_fn(|cx| {
        polls.set(polls.get() + 1);
        cx.waker().wake_by_ref();
        cx.waker().wake_by_ref();
        if polls.get() < 3 { Poll::Pending } else { Poll::Ready(()) }
    }));
    assert_eq!(polls.get(), 3);
}

#[test]
fn a_waker_of_an_earlier_block_on_does_not_wake_a_later_one() {
    let rt = Runtime::new().unwrap();
    let mut old = None;
    rt.block_on(poll_fn(|cx| {
        old = Some(cx.waker().clone());
        Poll::Ready(())
    }));
    let polls = Cell::new(0);
    rt.block_on(async {
        let counted = poll_fn(|_| {
            polls.set(polls.get() + 1);
            old.as_ref().unwrap().wake_by_ref();
            Poll::<()>::Pending
        });
        let _ = crate::time::timeout(Duration::from_millis(5), counted).await;
    });
    assert!(polls.get() <= 2, "once, and once when time is up; not {} times", polls.get());
}

#[test]
fn a_task_is_polled_only_by_its_own_thread_whoever_wakes_it() {
    const WAKES: u32 = 1000;
    run(async {
        let home = thread::current().id();
        let (give, take) = channel();
        let waiting = spawn(poll_fn(move |cx| {
            assert_eq!(thread::current().id(), home);
            let _ = give.send(cx.waker().clone());
            Poll::<()>::Pending
        }));
        yield_now().await;
        let waker = take.recv().unwrap();
        let wakers: Vec<_> = (0..4)
            .map(|_| {
                let waker = waker.clone();
                thread::spawn(move || (0..WAKES).for_each(|_| waker.wake_by_ref()))
            })
            .collect();
        until(|| wakers.iter().all(thread::JoinHandle::is_finished)).await;
        // The mailbox is collected at the end of this turn, and then the task stands behind this one.
        yield_now().await;
        yield_now().await;
        assert!(!waiting.is_finished(), "no poll panicked");
        let polls = take.try_iter().count();
        assert!((1..=4 * WAKES as usize).contains(&polls), "{polls} polls");
    });
}
