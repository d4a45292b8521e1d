use std::cell::{Cell, RefCell};
use std::future::{Future, pending, ready};
use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::{
    MissedTickBehavior, interval, interval_at, now, sleep, sleep_until, timeout, timeout_at,
};
use crate::io::AsyncReadExt;
use crate::net::TcpStream;
use crate::observe::{Event, Fact, Observer};
use crate::testing::{CountingWaker, Facts, panic_of};
use crate::{Runtime, dump, join, join_all, spawn, yield_now};

const HOUR: Duration = Duration::from_secs(3600);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

/// On a clock that jumps.
fn paused<T>(future: impl Future<Output = T>) -> T {
    Runtime::builder().paused_clock().build().unwrap().block_on(future)
}

// ---- sleep

#[test]
fn the_longest_sleep_and_timeout_never_end_and_arm_nothing() {
    run(async {
        let waker = CountingWaker::new();
        assert!(waker.poll(&mut sleep(Duration::MAX)).is_pending());
        assert!(waker.poll(&mut Box::pin(timeout(Duration::MAX, pending::<()>()))).is_pending());
        assert_eq!(dump().timers, 0);
        assert_eq!(timeout(Duration::MAX, ready(7)).await, Ok(7));
    });
}

#[test]
fn a_deadline_far_away_is_waited_for_without_an_overflow() {
    run(async {
        let far = ms(u64::MAX / 2_000_000);
        let mut sleeping = sleep(far);
        assert!(CountingWaker::new().poll(&mut sleeping).is_pending());
        // The system's own limit is 24 days: the loop is to stay usable, and it parks here.
        sleep(ms(1)).await;
        assert_eq!(dump().timers, 1);
    });
    paused(async {
        let start = now();
        sleep(Duration::from_secs(100 * 365 * 86_400)).await;
        assert_eq!(now() - start, Duration::from_secs(100 * 365 * 86_400));
    });
}

#[test]
fn a_sleep_of_nothing_and_a_deadline_that_is_past_end_in_the_first_poll() {
    run(async {
        let waker = CountingWaker::new();
        assert!(waker.poll(&mut sleep(Duration::ZERO)).is_ready());
        assert!(waker.poll(&mut sleep_until(Instant::now())).is_ready());
        let past = Instant::now().checked_sub(ms(1)).expect("the clock runs for longer");
        assert!(waker.poll(&mut sleep_until(past)).is_ready());
        assert_eq!((dump().timers, waker.wakes()), (0, 0));
    });
}

#[test]
fn no_sleep_ends_early() {
    run(async {
        let sleeps = (0..200u64).map(|n| async move {
            let wanted = Duration::from_micros(n * 97);
            let start = Instant::now();
            sleep(wanted).await;
            assert!(start.elapsed() >= wanted);
        });
        join_all(sleeps.collect::<Vec<_>>()).await;
    });
}

#[test]
fn equal_deadlines_fire_in_the_order_in_which_they_were_first_waited_for() {
    paused(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let deadline = now() + HOUR;
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let order = order.clone();
                spawn(async move {
                    sleep_until(deadline).await;
                    order.borrow_mut().push(n);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.borrow(), (0..20).collect::<Vec<_>>());
    });
}

#[test]
fn a_dropped_sleep_leaves_nothing_behind() {
    run(async {
        let waker = CountingWaker::new();
        let mut sleeping = sleep(HOUR);
        assert!(waker.poll(&mut sleeping).is_pending());
        assert_eq!((dump().timers, waker.clones()), (1, 1));
        drop(sleeping);
        assert_eq!((dump().timers, waker.clones()), (0, 0));
    });
}

#[test]
fn the_latest_waker_of_a_sleep_is_woken() {
    paused(async {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let mut sleeping = sleep(HOUR);
        assert!(first.poll(&mut sleeping).is_pending());
        assert!(second.poll(&mut sleeping).is_pending());
        assert_eq!((dump().timers, first.clones()), (1, 0));
        sleep(2 * HOUR).await;
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
        assert!(first.poll(&mut sleeping).is_ready());
    });
}

#[test]
fn a_sleep_can_be_set_to_another_time_before_and_after_its_end() {
    paused(async {
        let start = now();
        let mut sleeping = sleep(HOUR);
        assert!(CountingWaker::new().poll(&mut sleeping).is_pending());
        sleeping.reset(start + 3 * HOUR);
        assert_eq!(dump().timers, 0);
        (&mut sleeping).await;
        assert_eq!((now() - start, sleeping.is_elapsed()), (3 * HOUR, true));
        sleeping.reset(start + 5 * HOUR);
        assert!(!sleeping.is_elapsed());
        sleeping.await;
        assert_eq!(now() - start, 5 * HOUR);
    });
}

#[test]
fn a_sleep_that_moves_to_another_runtime_touches_no_timer_there() {
    let mine = Runtime::new().unwrap();
    let other = Runtime::builder().paused_clock().build().unwrap();
    let moving = CountingWaker::new();
    let mut sleeping = sleep(HOUR);
    mine.block_on(async { assert!(moving.poll(&mut sleeping).is_pending()) });
    other.block_on(async {
        let resident = CountingWaker::new();
        let mut stays = sleep(ms(1));
        assert!(resident.poll(&mut stays).is_pending());
        assert!(moving.poll(&mut sleeping).is_pending());
        assert_eq!((dump().timers, resident.clones()), (2, 1));
        sleep(ms(2)).await;
        assert_eq!((resident.wakes(), moving.wakes()), (1, 0));
    });
    assert_eq!(mine.dump().timers, 0);
}

#[test]
fn a_timer_polled_outside_a_runtime_panics_and_names_the_rule() {
    let said = panic_of(|| CountingWaker::new().poll(&mut sleep(HOUR)));
    assert!(said.contains("outside a runtime") && said.contains("(the book, chapter "), "{said}");
}

// ---- timeout

#[test]
fn a_timeout_around_a_future_that_is_ready_arms_no_timer() {
    let (rt, facts) = Facts::runtime();
    assert_eq!(rt.block_on(timeout(HOUR, ready(7))), Ok(7));
    assert_eq!(rt.block_on(timeout(Duration::ZERO, ready(7))), Ok(7), "the future is asked first");
    assert_eq!(facts.count(|event| matches!(event, Event::TimerArmed { .. })), 0);
}

#[test]
fn a_hundred_thousand_timeouts_that_do_not_come_leave_no_timers() {
    run(async {
        for n in 0..100_000 {
            // Pending once, so that the timer is armed.
            let quick = async {
                yield_now().await;
                n
            };
            assert_eq!(timeout(HOUR, quick).await, Ok(n));
        }
        assert_eq!(dump().timers, 0);
    });
}

#[test]
fn when_time_is_up_the_future_is_dropped() {
    paused(async {
        let inside = Rc::new(());
        let held = inside.clone();
        let start = now();
        let endless = async move {
            pending::<()>().await;
            drop(held);
        };
        let error = timeout(HOUR, endless).await.unwrap_err();
        assert_eq!((now() - start, Rc::strong_count(&inside), dump().timers), (HOUR, 1, 0));
        assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::TimedOut);
    });
}

#[test]
fn a_timeout_that_is_due_still_gives_what_is_ready_by_then() {
    paused(async {
        let deadline = now() + HOUR;
        assert_eq!(timeout_at(deadline, sleep_until(deadline)).await, Ok(()));
        assert!(timeout_at(deadline, pending::<()>()).await.is_err());
    });
}

// ---- interval

/// When ticks were due and when they came, in seconds, with 25 s of work after the second.
fn ticks(missed: MissedTickBehavior) -> Vec<(u64, u64)> {
    paused(async move {
        let start = now();
        let mut every = interval(Duration::from_secs(10));
        every.set_missed_tick_behavior(missed);
        let mut seen = Vec::new();
        for n in 0..6 {
            let due = every.tick().await;
            seen.push(((due - start).as_secs(), (now() - start).as_secs()));
            if n == 1 {
                sleep(Duration::from_secs(25)).await;
            }
        }
        seen
    })
}

#[test]
fn burst_gives_the_missed_ticks_at_once() {
    let seen = ticks(MissedTickBehavior::Burst);
    assert_eq!(seen, [(0, 0), (10, 10), (20, 35), (30, 35), (40, 40), (50, 50)]);
    assert_eq!(seen, ticks(MissedTickBehavior::default()));
}

#[test]
fn delay_counts_anew_from_the_late_tick() {
    let seen = ticks(MissedTickBehavior::Delay);
    assert_eq!(seen, [(0, 0), (10, 10), (20, 35), (45, 45), (55, 55), (65, 65)]);
}

#[test]
fn skip_leaves_the_missed_ticks_out_and_keeps_the_phase() {
    let seen = ticks(MissedTickBehavior::Skip);
    assert_eq!(seen, [(0, 0), (10, 10), (20, 35), (40, 40), (50, 50), (60, 60)]);
}

#[test]
fn a_dropped_tick_is_not_lost() {
    paused(async {
        let start = now();
        let mut every = interval_at(start + HOUR, HOUR);
        assert!(CountingWaker::new().poll(&mut every.tick()).is_pending());
        assert!(timeout(ms(1), every.tick()).await.is_err());
        assert_eq!(every.tick().await - start, HOUR);
        assert_eq!(every.tick().await - start, 2 * HOUR);
    });
}

#[test]
fn an_interval_of_the_longest_period_ticks_once() {
    run(async {
        let mut every = interval(Duration::MAX);
        every.tick().await;
        assert!(CountingWaker::new().poll(&mut every.tick()).is_pending());
    });
}

#[test]
fn an_interval_of_zero_panics_and_names_the_rule() {
    let said = panic_of(|| interval(Duration::ZERO));
    assert!(said.contains("(the book, chapter 09)"), "{said}");
}

// ---- the loop and its clock

/// Writes a byte when the loop has gone to sleep for as long as it takes.
struct WritesWhenParked(RefCell<std::net::TcpStream>);

impl Observer for WritesWhenParked {
    fn observe(&self, fact: &Fact) {
        if let Event::Parked { timeout: None } = fact.event {
            self.0.borrow_mut().write_all(b"x").unwrap();
        }
    }
}

#[test]
fn virtual_time_stands_still_while_a_socket_is_waited_for() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let far = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (near, _) = listener.accept().unwrap();
    let observer = Rc::new(WritesWhenParked(RefCell::new(far)));
    let rt = Runtime::builder().paused_clock().observer(observer).build().unwrap();
    rt.block_on(async {
        let mut near = TcpStream::from_std(near).unwrap();
        let start = now();
        let heard = timeout(HOUR, near.read(&mut [0; 1])).await.expect("no time passes");
        assert_eq!((heard.unwrap(), now()), (1, start));
        sleep(HOUR).await;
        assert_eq!(now(), start + HOUR);
    });
}

#[test]
fn where_virtual_time_passes_the_loop_is_told_to_have_slept() {
    let facts = Rc::new(Facts::default());
    let rt = Runtime::builder().paused_clock().observer(facts.clone()).build().unwrap();
    rt.block_on(async {
        sleep(HOUR).await;
        yield_now().await;
        sleep(Duration::ZERO).await;
        sleep(ms(1)).await;
    });
    let slept = |timeout: Duration| {
        facts.count(
            |event| matches!(event, Event::Parked { timeout: Some(slept) } if *slept == timeout),
        )
    };
    assert_eq!((slept(HOUR), slept(ms(1))), (1, 1));
    assert_eq!(facts.count(|event| matches!(event, Event::Parked { .. })), 2);
    assert_eq!(facts.count(|event| matches!(event, Event::Unparked { events: 0 })), 2);
}

#[test]
fn virtual_time_passes_only_when_no_task_is_ready() {
    paused(async {
        let start = now();
        let polls = Rc::new(Cell::new(0));
        let counting = polls.clone();
        let busy = async {
            for _ in 0..1000 {
                yield_now().await;
                counting.set(counting.get() + 1);
                assert_eq!(now(), start);
            }
        };
        join(busy, sleep(ms(1))).await;
        assert_eq!((polls.get(), now() - start), (1000, ms(1)));
    });
}

#[test]
fn waiting_for_one_timer_takes_at_most_three_turns() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(sleep(ms(50)));
    let parked = facts.count(|event| matches!(event, Event::Parked { .. }));
    assert!(parked <= 3, "{parked} turns");
    assert!(facts.count(|event| matches!(event, Event::PollStarted { .. })) <= 3);
}

#[test]
fn a_thousand_timers_that_are_due_together_all_fire_in_one_turn() {
    let facts = Rc::new(Facts::default());
    let rt = Runtime::builder().paused_clock().observer(facts.clone()).build().unwrap();
    rt.block_on(async {
        let deadline = now() + HOUR;
        join_all((0..1000).map(|_| sleep_until(deadline)).collect::<Vec<_>>()).await;
    });
    assert_eq!(facts.count(|event| matches!(event, Event::TimerFired { .. })), 1000);
    assert_eq!(facts.count(|event| matches!(event, Event::PollStarted { .. })), 2);
}

#[test]
fn a_timer_dropped_before_it_is_due_wakes_nobody() {
    paused(async {
        let waker = CountingWaker::new();
        let mut victim = sleep(HOUR);
        assert!(waker.poll(&mut victim).is_pending());
        sleep(HOUR / 2).await;
        drop(victim);
        sleep(HOUR).await;
        assert_eq!((waker.wakes(), waker.clones()), (0, 0));
    });
}

/// All that happens in two tasks with timers and a channel between them, with the virtual time at which it does.
fn told_on_the_paused_clock() -> String {
    let facts = Rc::new(Facts::default());
    let rt = Runtime::builder().paused_clock().observer(facts.clone()).build().unwrap();
    let start = rt.block_on(async {
        let start = now();
        let (sender, mut receiver) = crate::sync::mpsc::channel(1);
        let ticking = spawn(async move {
            let mut every = interval(ms(30));
            for _ in 0..3 {
                sender.send(every.tick().await - start).await.unwrap();
            }
        });
        while timeout(ms(20), receiver.recv()).await != Ok(None) {}
        ticking.await.unwrap();
        start
    });
    let tell = |fact: Fact| {
        let Fact { time, runtime_line, user_line, event } = fact;
        let what = match event {
            Event::TimerArmed { timer, deadline } => format!("{timer:?} {:?}", deadline - start),
            event => format!("{event:?}"),
        };
        format!("{:?} {what} {runtime_line:?} {user_line:?}\n", time - start)
    };
    facts.facts().into_iter().map(tell).collect()
}

#[test]
fn two_runs_on_the_paused_clock_tell_the_same() {
    let told = told_on_the_paused_clock();
    assert_eq!(told, told_on_the_paused_clock());
    assert!(told.contains("60ms"), "{told}");
}
