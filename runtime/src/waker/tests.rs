use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use super::of;
use crate::observe::{Event, Fact, Observer};
use crate::seat::Seat;
use crate::testing::is_alone;
use crate::ticket::{Generation, ROOT, Ticket};
use crate::{Runtime, spawn, yield_now};

fn numbered(index: usize) -> Waker {
    of(Ticket::new(3, Generation::FIRST, index))
}

/// A task's waker, and the flag that makes it ready.
fn flagged(rt: &Runtime) -> (Waker, Arc<AtomicBool>, crate::JoinHandle<u32>) {
    let ready = Arc::new(AtomicBool::new(false));
    let (give, take) = channel();
    let flag = ready.clone();
    let mut polls = 0;
    let handle = rt.spawn(poll_fn(move |cx| {
        polls += 1;
        let _ = give.send(cx.waker().clone());
        if flag.load(SeqCst) { Poll::Ready(polls) } else { Poll::Pending }
    }));
    rt.block_on(yield_now());
    (take.recv().unwrap(), ready, handle)
}

#[test]
fn will_wake_is_true_for_clones_and_false_across_tasks() {
    let waker = numbered(5);
    assert!(waker.will_wake(&waker.clone()));
    assert!(waker.will_wake(&numbered(5)));
    assert!(!waker.will_wake(&numbered(6)));
}

#[test]
fn a_waker_may_go_to_another_thread() {
    fn needs<T: Send + Sync + 'static>(_: &T) {}
    needs(&numbered(1));
}

#[test]
fn a_wake_from_another_thread_gets_a_parked_loop_out_of_its_sleep() {
    let rt = Runtime::new().unwrap();
    let (waker, ready, handle) = flagged(&rt);
    let other = thread::spawn(move || {
        ready.store(true, SeqCst);
        waker.wake();
    });
    rt.block_on(handle).unwrap();
    other.join().unwrap();
}

#[test]
fn a_hundred_thousand_wakes_between_looking_at_the_queue_and_sleeping_lose_none() {
    const ROUNDS: u32 = 100_000;
    let turn = Arc::new(AtomicU32::new(0));
    let shared: Arc<Mutex<Option<Waker>>> = Arc::default();
    let (theirs, place) = (turn.clone(), shared.clone());
    let other = thread::spawn(move || {
        for round in 0..ROUNDS {
            // Odd numbers are this thread's turn, so the wake comes while the loop is on its way to sleep.
            while theirs.load(SeqCst) != 2 * round + 1 {
                thread::yield_now();
            }
            let waker = place.lock().unwrap().take().unwrap();
            theirs.store(2 * round + 2, SeqCst);
            waker.wake();
        }
    });
    Runtime::new().unwrap().block_on(poll_fn(|cx| {
        let now = turn.load(SeqCst);
        if now == 2 * ROUNDS {
            return Poll::Ready(());
        }
        if now.is_multiple_of(2) {
            *shared.lock().unwrap() = Some(cx.waker().clone());
            turn.store(now + 1, SeqCst);
        }
        Poll::Pending
    }));
    other.join().unwrap();
}

#[test]
fn a_wake_from_another_thread_while_the_task_runs_is_one_more_poll() {
    let rt = Runtime::new().unwrap();
    let mut polls = 0;
    rt.block_on(poll_fn(|cx| {
        polls += 1;
        if polls == 2 {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake()).join().unwrap();
        Poll::Pending
    }));
    assert_eq!(polls, 2);
}

#[test]
fn waking_cloning_and_dropping_on_another_thread_after_the_runtime_is_gone_does_nothing() {
    let rt = Runtime::new().unwrap();
    let (waker, _, handle) = flagged(&rt);
    drop(rt);
    thread::spawn(move || {
        let copy = waker.clone();
        copy.wake_by_ref();
        drop(waker);
        copy.wake();
    })
    .join()
    .unwrap();
    assert!(handle.is_finished());
}

#[test]
fn waking_when_the_threads_own_runtime_is_gone_does_nothing() {
    let rt = Runtime::new().unwrap();
    let (waker, ..) = flagged(&rt);
    drop(rt);
    waker.wake();
}

#[test]
fn waking_in_a_destructor_at_the_end_of_a_thread_does_not_panic() {
    struct WakesLate(Waker);
    impl Drop for WakesLate {
        fn drop(&mut self) {
            self.0.wake_by_ref();
        }
    }
    thread_local! {
        static LATE: std::cell::RefCell<Option<(Runtime, WakesLate)>> = const { std::cell::RefCell::new(None) };
    }
    thread::spawn(|| {
        // Set before the runtime first uses its own thread-locals, so that it is destroyed after them.
        LATE.with(|late| drop(late.borrow_mut().take()));
        let rt = Runtime::new().unwrap();
        let (waker, ..) = flagged(&rt);
        LATE.with(|late| *late.borrow_mut() = Some((rt, WakesLate(waker))));
    })
    .join()
    .unwrap();
}

#[test]
fn a_runtime_on_the_seat_of_a_dropped_one_is_not_woken_by_stale_tickets() {
    let rt = Runtime::new().unwrap();
    let (stale, ..) = flagged(&rt);
    drop(rt);
    // Other tests take seats too, so try until this thread sits where it sat before.
    for _ in 0..10_000 {
        let rt = Runtime::new().unwrap();
        let (fresh, ready, handle) = flagged(&rt);
        let seat = |waker: &Waker| Ticket::from_bits(waker.data().addr()).unwrap().seat();
        if seat(&fresh) == seat(&stale) {
            assert!(!fresh.will_wake(&stale));
            stale.wake_by_ref();
            rt.block_on(yield_now());
            ready.store(true, SeqCst);
            fresh.wake();
            assert_eq!(rt.block_on(handle).unwrap(), 2, "polled at first, and for its own wake");
            return;
        }
    }
    panic!("the seat was never free again");
}

#[test]
fn a_stale_ticket_of_any_age_does_not_hide_a_wake_of_the_next_task_in_its_slot() {
    let rt = Runtime::new().unwrap();
    let (waker, ready, handle) = flagged(&rt);
    ready.store(true, SeqCst);
    let ticket = Ticket::from_bits(waker.data().addr()).unwrap();
    let stale = |generation| {
        of(Ticket::new(ticket.seat(), Generation::from_bits(generation).unwrap(), ticket.index()))
    };
    // Both before the loop looks into its mailbox, and the stale ones so old that they look newer, or as old as can be.
    let own = ticket.generation().bits();
    let ages = [own + 1, own + (1 << 26), (1 << 28) - 1].map(stale);
    thread::spawn(move || {
        waker.wake();
        ages.into_iter().for_each(Waker::wake);
    })
    .join()
    .unwrap();
    rt.block_on(async {
        yield_now().await;
        yield_now().await;
    });
    assert!(handle.is_finished());
}

#[test]
fn two_runtimes_on_two_threads_wake_each_other() {
    const ROUNDS: u32 = 2_000;
    // Each side waits until the ball is on it, and plays it back.
    fn play(side: u32, ball: &AtomicU32, wakers: &[Mutex<Option<Waker>>; 2]) {
        Runtime::new().unwrap().block_on(async {
            for round in 0..ROUNDS {
                poll_fn(|cx| {
                    *wakers[side as usize].lock().unwrap() = Some(cx.waker().clone());
                    if ball.load(SeqCst) == 2 * round + side {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                })
                .await;
                ball.fetch_add(1, SeqCst);
                let other = wakers[1 - side as usize].lock().unwrap().clone();
                if let Some(other) = other {
                    other.wake();
                }
            }
        });
    }
    let shared: Arc<(AtomicU32, [Mutex<Option<Waker>>; 2])> = Arc::default();
    let theirs = shared.clone();
    let other = thread::spawn(move || play(1, &theirs.0, &theirs.1));
    play(0, &shared.0, &shared.1);
    other.join().unwrap();
    assert_eq!(shared.0.load(SeqCst), 2 * ROUNDS);
}

#[test]
fn waking_another_runtimes_task_on_the_same_thread_goes_through_its_mailbox() {
    let sleeping = Runtime::new().unwrap();
    let (waker, ready, handle) = flagged(&sleeping);
    Runtime::new().unwrap().block_on(async {
        ready.store(true, SeqCst);
        waker.wake();
    });
    assert_eq!(sleeping.block_on(handle).unwrap(), 2);
}

#[test]
fn more_runtimes_than_seats_is_a_clear_error_and_a_dropped_one_makes_room() {
    let test =
        "waker::tests::more_runtimes_than_seats_is_a_clear_error_and_a_dropped_one_makes_room";
    if !is_alone(test) {
        return;
    }
    let mut all: Vec<Runtime> = (0..256).map(|_| Runtime::new().unwrap()).collect();
    let error = Runtime::new().unwrap_err().to_string();
    assert!(error.contains("256 seats are taken") && error.contains("chapter 18"), "{error}");
    all.pop();
    Runtime::new().unwrap();
}

#[test]
fn tickets_stay_stale_when_the_generations_of_a_seat_wrap() {
    if !is_alone("waker::tests::tickets_stay_stale_when_the_generations_of_a_seat_wrap") {
        return;
    }
    // As if so many tasks had been spawned here before.
    let last = Generation::from_bits((1 << 28) - 1).unwrap();
    let seat = Seat::take().unwrap();
    let number = seat.number();
    seat.leave(last, last);
    drop(seat);
    let rt = Runtime::new().unwrap();
    // The last generation, and the first again, in the same slot.
    let (old, ready, handle) = flagged(&rt);
    let part = |waker: &Waker| {
        let ticket = Ticket::from_bits(waker.data().addr()).unwrap();
        (ticket.seat(), ticket.generation(), ticket.index())
    };
    let first = ROOT + 1;
    assert_eq!(part(&old), (number, last, first));
    ready.store(true, SeqCst);
    old.wake_by_ref();
    assert_eq!(rt.block_on(handle).unwrap(), 2);
    let (new, ready, handle) = flagged(&rt);
    assert_eq!(part(&new), (number, Generation::FIRST, first));
    // On this thread, from another one, and in the reverse order.
    rt.block_on(async {
        old.wake_by_ref();
        yield_now().await;
        let stale = old.clone();
        thread::spawn(move || stale.wake()).join().unwrap();
        yield_now().await;
        yield_now().await;
    });
    let ids: Vec<u32> = rt.dump().tasks.iter().map(|row| row.id.0).collect();
    assert_eq!(ids, [2], "people go on counting");
    ready.store(true, SeqCst);
    thread::spawn(move || new.wake()).join().unwrap();
    assert_eq!(rt.block_on(handle).unwrap(), 2, "at first, and for its own wake");
}

#[test]
fn runtimes_come_and_go_while_other_threads_wake_their_tasks_and_none_is_lost() {
    const LIVES: u32 = 300;
    // Everybody's latest wakers: most are stale by the time they are woken.
    let shared: Arc<Mutex<Vec<Waker>>> = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let wakers: Vec<_> = (0..2)
        .map(|_| {
            let (shared, done) = (shared.clone(), done.clone());
            thread::spawn(move || {
                while !done.load(SeqCst) {
                    let some = shared.lock().unwrap().clone();
                    some.iter().for_each(Waker::wake_by_ref);
                    thread::yield_now();
                }
            })
        })
        .collect();
    let live = |shared: Arc<Mutex<Vec<Waker>>>| {
        for _ in 0..LIVES {
            let rt = Runtime::new().unwrap();
            for _ in 0..3 {
                // Only the other threads wake it.
                let (mut polls, wakers) = (0, shared.clone());
                let task = rt.spawn(poll_fn(move |cx| {
                    polls += 1;
                    wakers.lock().unwrap().push(cx.waker().clone());
                    if polls < 4 { Poll::Pending } else { Poll::Ready(()) }
                }));
                rt.block_on(task).unwrap();
            }
            let mut shared = shared.lock().unwrap();
            let stale = shared.len().saturating_sub(64);
            shared.drain(..stale);
        }
    };
    let theirs = shared.clone();
    let other = thread::spawn(move || live(theirs));
    live(shared);
    other.join().unwrap();
    done.store(true, SeqCst);
    wakers.into_iter().for_each(|waker| waker.join().unwrap());
}

#[test]
fn a_parked_loop_stays_parked_until_somebody_wakes_it() {
    #[derive(Default)]
    struct Parks(Cell<u32>);
    impl Observer for Parks {
        fn observe(&self, fact: &Fact) {
            self.0.set(self.0.get() + u32::from(matches!(fact.event, Event::Parked { .. })));
        }
    }
    let parks = Rc::new(Parks::default());
    let rt = Runtime::builder().observer(parks.clone()).build().unwrap();
    let (waker, ready, handle) = flagged(&rt);
    rt.block_on(async {
        drop(spawn(pending::<()>()));
        yield_now().await;
    });
    let before = parks.0.get();
    thread::spawn(move || {
        ready.store(true, SeqCst);
        waker.wake();
    });
    rt.block_on(handle).unwrap();
    assert!(parks.0.get() - before <= 2);
}
