use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::TURN;
use crate::observe::{Event, Fact, Observer, Outcome, WakeEffect};
use crate::testing::{CountingWaker, panic_of};
use crate::time::sleep;
use crate::{JoinHandle, JoinSet, Runtime, dump, spawn, spawn_named, yield_now};

type Log = Rc<RefCell<Vec<&'static str>>>;

fn run<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

/// Says `text` when it is dropped.
struct Says(Log, &'static str);

impl Drop for Says {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Counts its polls, leaves its waker outside, and is ready when told.
#[derive(Clone, Default)]
struct Probe(Rc<Inside>);

#[derive(Default)]
struct Inside {
    polls: Cell<u32>,
    ready: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Probe {
    fn polls(&self) -> u32 {
        self.0.polls.get()
    }

    fn waker(&self) -> Waker {
        self.0.waker.borrow().clone().expect("polled before")
    }
}

impl Future for Probe {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.polls.set(self.0.polls.get() + 1);
        self.0.waker.replace(Some(cx.waker().clone()));
        if self.0.ready.get() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Keeps every event.
#[derive(Default)]
struct Events(RefCell<Vec<Event>>);

impl Observer for Events {
    fn observe(&self, fact: &Fact) {
        self.0.borrow_mut().push(fact.event.clone());
    }
}

impl Events {
    fn count(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.0.borrow().iter().filter(|event| wanted(event)).count()
    }
}

fn observed() -> (Runtime, Rc<Events>) {
    let events = Rc::new(Events::default());
    (Runtime::builder().observer(events.clone()).build().unwrap(), events)
}

// ---- wakes

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
    let (rt, events) = observed();
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
        events.count(|event| matches!(event, Event::Woken { effect: WakeEffect::Stale, .. })),
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

// ---- order and fairness

#[test]
fn ready_tasks_are_polled_first_in_first_out() {
    run(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let handles: Vec<JoinHandle<()>> = (0..200)
            .map(|number| {
                let order = order.clone();
                spawn(async move {
                    order.borrow_mut().push(number);
                    yield_now().await;
                    order.borrow_mut().push(number + 1000);
                })
            })
            .collect();
        for handle in handles {
            handle.await.unwrap();
        }
        let expected: Vec<i32> = (0..200).chain(1000..1200).collect();
        assert_eq!(*order.borrow(), expected);
    });
}

#[test]
fn a_task_that_wakes_itself_for_ever_does_not_starve_a_timer_or_the_mailbox() {
    run(async {
        let _busy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        sleep(Duration::from_millis(2)).await;
        crate::spawn_blocking(|| ()).await.unwrap();
    });
}

#[test]
fn yielding_asks_the_reactor_once_in_so_many_polls() {
    let (rt, events) = observed();
    rt.block_on(async {
        for _ in 0..TURN * 10 {
            yield_now().await;
        }
    });
    assert_eq!(events.count(|event| matches!(event, Event::Parked { .. })), 0);
}

// ---- handles

#[test]
fn dropping_a_handle_detaches_the_task_and_its_output_is_dropped() {
    let log = Log::default();
    run(async {
        let output = Says(log.clone(), "output dropped");
        drop(spawn(async move { output }));
        yield_now().await;
        assert_eq!(*log.borrow(), ["output dropped"]);
        assert_eq!(dump().tasks.len(), 1, "only the root is left");
    });
}

#[test]
fn dropping_the_handle_of_a_finished_task_drops_its_output() {
    let log = Log::default();
    run(async {
        let output = Says(log.clone(), "output dropped");
        let handle = spawn(async move { output });
        yield_now().await;
        assert!(handle.is_finished() && log.borrow().is_empty());
        drop(handle);
        assert_eq!(*log.borrow(), ["output dropped"]);
    });
}

#[test]
fn abort_drops_the_future_before_the_join_returns() {
    let log = Log::default();
    run(async {
        let held = Says(log.clone(), "future dropped");
        let handle = spawn(async move {
            let _held = held;
            pending::<()>().await
        });
        yield_now().await;
        handle.abort();
        let error = handle.await.unwrap_err();
        log.borrow_mut().push("joined");
        assert!(error.is_cancelled() && !error.is_panic());
        assert_eq!(error.to_string(), "task 1 was cancelled");
    });
    assert_eq!(*log.borrow(), ["future dropped", "joined"]);
}

#[test]
fn a_task_aborted_before_its_first_poll_never_runs() {
    run(async {
        let probe = Probe::default();
        let handle = spawn(probe.clone());
        handle.abort();
        handle.abort();
        assert!(handle.await.unwrap_err().is_cancelled());
        assert_eq!(probe.polls(), 0);
    });
}

#[test]
fn aborting_a_finished_task_changes_nothing() {
    run(async {
        let handle = spawn(async { 5 });
        yield_now().await;
        handle.abort();
        assert_eq!(handle.await.unwrap(), 5);
    });
}

#[test]
fn the_latest_waker_of_two_that_await_a_handle_is_woken() {
    run(async {
        let mut handle = spawn(async {
            yield_now().await;
            9
        });
        let stale = Probe::default();
        let holder = spawn(stale.clone());
        yield_now().await;
        let polled = Pin::new(&mut handle).poll(&mut Context::from_waker(&stale.waker()));
        assert!(polled.is_pending());
        assert_eq!(handle.await.unwrap(), 9);
        assert_eq!(stale.polls(), 1, "the waker that was replaced is not woken");
        drop(holder);
    });
}

#[test]
fn a_handle_polled_after_it_was_ready_panics_and_names_the_rule() {
    run(async {
        let mut handle = spawn(async { 1 });
        assert_eq!((&mut handle).await.unwrap(), 1);
        let said = panic_of(|| CountingWaker::new().poll(&mut handle).is_ready());
        assert!(said.contains("after it was ready") && said.contains("chapter 14"), "{said}");
    });
}

// ---- re-entrancy

#[test]
fn a_task_may_spawn_wake_and_abort_in_its_poll() {
    run(async {
        let victim = spawn(pending::<()>());
        let probe = Probe::default();
        let sleeper = spawn(probe.clone());
        yield_now().await;
        let woken = probe.clone();
        let inner = spawn(async move {
            woken.waker().wake();
            victim.abort();
            (spawn(async { 1 }).await.unwrap(), victim.await.is_err())
        });
        assert_eq!(inner.await.unwrap(), (1, true));
        assert_eq!(probe.polls(), 2);
        drop(sleeper);
    });
}

#[test]
fn the_drop_of_a_future_and_of_an_output_may_spawn_wake_and_abort() {
    let spawned = Rc::new(Cell::new(0));
    run(async {
        let act = |victim: JoinHandle<()>, waker: Waker| {
            let spawned = spawned.clone();
            OnDrop(move || {
                let spawned = spawned.clone();
                victim.abort();
                waker.wake_by_ref();
                drop(spawn(async move { spawned.set(spawned.get() + 1) }));
            })
        };
        let probe = Probe::default();
        let sleeper = spawn(probe.clone());
        yield_now().await;
        let in_future = act(spawn(pending()), probe.waker());
        spawn(async move { drop(in_future) }).await.unwrap();
        let in_output = act(spawn(pending()), probe.waker());
        drop(spawn(async move { in_output }));
        let in_aborted = act(spawn(pending()), probe.waker());
        let aborted = spawn(async move {
            let _held = in_aborted;
            pending::<()>().await
        });
        aborted.abort();
        assert!(aborted.await.is_err());
        for _ in 0..4 {
            yield_now().await;
        }
        assert_eq!(dump().tasks.len(), 2, "the root and the sleeper:\n{}", dump());
        drop(sleeper);
    });
    assert_eq!(spawned.get(), 3);
}

#[test]
fn a_task_may_drop_its_own_handle() {
    run(async {
        let own = Rc::new(RefCell::new(None));
        let mine = own.clone();
        let handle = spawn(async move {
            drop(mine.borrow_mut().take());
            yield_now().await;
        });
        *own.borrow_mut() = Some(handle);
        for _ in 0..4 {
            yield_now().await;
        }
        assert_eq!(dump().tasks.len(), 1);
    });
}

#[test]
fn a_task_that_aborts_itself_is_dropped_when_it_is_pending_and_keeps_its_output_if_it_is_ready() {
    run(async {
        for waits in [true, false] {
            let own: Rc<RefCell<Option<JoinHandle<i32>>>> = Rc::default();
            let mine = own.clone();
            let handle = spawn(async move {
                mine.borrow().as_ref().unwrap().abort();
                if waits {
                    yield_now().await;
                }
                3
            });
            *own.borrow_mut() = Some(handle);
            yield_now().await;
            yield_now().await;
            let handle = own.borrow_mut().take().unwrap();
            assert_eq!(handle.await.ok(), (!waits).then_some(3));
        }
    });
}

/// A waker of somebody else's executor: cloned, woken or dropped, it does something with this one.
struct Meddler;

impl Meddler {
    fn meddle(&self) {
        drop(spawn(async {}));
        drop(dump());
    }
}

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        self.meddle();
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.meddle();
    }
}

#[test]
fn a_foreign_waker_may_spawn_and_look_round_when_it_is_woken_and_when_it_is_dropped() {
    run(async {
        let meddler = || Waker::from(Arc::new(Meddler));
        let mut waits = spawn(yield_now());
        for _ in 0..2 {
            // The second takes the place of the first.
            let waker = meddler();
            assert!(Pin::new(&mut waits).poll(&mut Context::from_waker(&waker)).is_pending());
        }
        while !waits.is_finished() {
            yield_now().await;
        }
        assert!(Pin::new(&mut waits).poll(&mut Context::from_waker(&meddler())).is_ready());
        let mut detached = spawn(pending::<()>());
        assert!(Pin::new(&mut detached).poll(&mut Context::from_waker(&meddler())).is_pending());
        drop(detached);
    });
}

#[test]
fn block_on_inside_block_on_panics_and_names_the_rule() {
    let rt = Runtime::new().unwrap();
    let payload = catch_unwind(AssertUnwindSafe(|| {
        rt.block_on(async { Runtime::new().unwrap().block_on(async {}) })
    }))
    .unwrap_err();
    let message = payload.downcast_ref::<&str>().copied().map(str::to_string);
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap();
    assert!(message.contains("inside block_on") && message.contains("chapter 05"), "{message}");
    assert_eq!(rt.block_on(async { 1 }), 1, "the outer runtime is usable afterwards");
}

#[test]
fn spawning_outside_a_runtime_panics_and_names_the_rule() {
    let payload = catch_unwind(|| drop(spawn(async {}))).unwrap_err();
    let message = payload.downcast_ref::<String>().unwrap();
    assert!(message.contains("outside a runtime") && message.contains("chapter"), "{message}");
}

// ---- panics

#[test]
fn a_panic_in_a_poll_is_a_join_error_and_the_others_go_on() {
    run(async {
        let other = spawn(async {
            yield_now().await;
            2
        });
        let error = spawn(async { panic!("on purpose") as () }).await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.to_string(), "task 2 panicked: on purpose");
        assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&"on purpose"));
        assert_eq!(other.await.unwrap(), 2);
    });
}

#[test]
fn a_panic_in_the_drop_of_a_future_stays_inside_its_task() {
    run(async {
        let bomb = || OnDrop(|| panic!("on purpose, in a drop"));
        let at_end = bomb();
        let ended = spawn(async move {
            let _bomb = at_end;
        });
        assert!(ended.await.unwrap_err().is_panic());
        let at_abort = bomb();
        let aborted = spawn(async move {
            let _bomb = at_abort;
            pending::<()>().await
        });
        yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
        let output = bomb();
        drop(spawn(async move { output }));
        yield_now().await;
        assert_eq!(dump().tasks.len(), 1);
        let at_shutdown = bomb();
        drop(spawn(async move {
            let _bomb = at_shutdown;
            pending::<()>().await
        }));
        yield_now().await;
    });
}

#[test]
fn a_panic_of_the_root_future_leaves_the_runtime_usable() {
    let rt = Runtime::new().unwrap();
    let task = rt.spawn(async {
        yield_now().await;
        yield_now().await;
        4
    });
    let root = async {
        yield_now().await;
        panic!("on purpose, in the root") as ()
    };
    assert!(catch_unwind(AssertUnwindSafe(|| rt.block_on(root))).is_err());
    assert_eq!(rt.block_on(task).unwrap(), 4);
}

// ---- the end

#[test]
fn dropping_the_runtime_drops_every_task_exactly_once() {
    let dropped = Rc::new(Cell::new(0));
    let counter = || {
        let dropped = dropped.clone();
        OnDrop(move || dropped.set(dropped.get() + 1))
    };
    let rt = Runtime::new().unwrap();
    let (waiting, unpolled, finished) = (counter(), counter(), counter());
    let mut handles = Vec::new();
    rt.block_on(async {
        handles.push(spawn(async move {
            let _waiting = waiting;
            pending::<()>().await
        }));
        drop(spawn(async move { finished }));
        yield_now().await;
    });
    handles.push(rt.spawn(async move { drop(unpolled) }));
    drop(rt);
    assert_eq!(dropped.get(), 3);
    assert!(handles.iter().all(JoinHandle::is_finished));
}

#[test]
fn tasks_that_spawn_in_their_drop_end_with_the_runtime() {
    let log = Log::default();
    let rt = Runtime::new().unwrap();
    let says = log.clone();
    drop(rt.spawn(async move {
        let _spawner = OnDrop(move || {
            let late = Says(says.clone(), "late future dropped");
            let handle = spawn(async move { drop(late) });
            assert!(handle.is_finished());
        });
        pending::<()>().await
    }));
    rt.block_on(yield_now());
    drop(rt);
    assert_eq!(*log.borrow(), ["late future dropped"]);
}

#[test]
fn a_handle_awaited_after_its_runtime_is_gone_is_an_error() {
    let rt = Runtime::new().unwrap();
    let handle = rt.spawn(pending::<()>());
    drop(rt);
    let error = run(handle).unwrap_err();
    assert_eq!(error.to_string(), "the task is gone: its runtime was dropped");
}

#[test]
fn whoever_awaits_a_task_of_a_runtime_that_is_dropped_meanwhile_gets_an_error() {
    let inner = Runtime::new().unwrap();
    let handle = inner.spawn(pending::<()>());
    run(async {
        let joining = spawn(handle);
        yield_now().await;
        drop(inner);
        assert!(joining.await.unwrap().is_err());
    });
}

// ---- sets and names

#[test]
fn a_set_gives_results_in_the_order_of_their_end_with_panics_and_aborts_among_them() {
    run(async {
        let mut set = JoinSet::new();
        set.spawn(async {
            yield_now().await;
            1
        });
        set.spawn(async { 2 });
        set.spawn(async { panic!("on purpose") });
        assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
        assert!(set.join_next().await.unwrap().unwrap_err().is_panic());
        assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
        set.spawn(pending());
        set.abort_all();
        assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        assert!(set.join_next().await.is_none());
    });
}

#[test]
fn dropping_a_set_aborts_its_tasks() {
    let log = Log::default();
    run(async {
        let held = Says(log.clone(), "dropped");
        let mut set = JoinSet::new();
        set.spawn(async move {
            let _held = held;
            pending::<()>().await
        });
        yield_now().await;
        drop(set);
        yield_now().await;
        assert_eq!(*log.borrow(), ["dropped"]);
    });
}

#[test]
fn an_observer_hears_the_whole_life_of_a_task_in_order() {
    let (rt, events) = observed();
    rt.block_on(async { spawn_named("worker", yield_now()).await.unwrap() });
    let life: Vec<String> = events
        .0
        .borrow()
        .iter()
        .filter_map(|event| match event {
            Event::TaskSpawned { task, name, .. } => Some(format!("spawned {task} {name:?}")),
            Event::PollStarted { task } => Some(format!("poll {task}")),
            Event::PollPending { task, wait, .. } => {
                Some(format!("pending {task} on {}", wait.map_or("-", |wait| wait.what)))
            }
            Event::PollReady { task, outcome } => Some(format!("ready {task} {outcome:?}")),
            Event::Woken { task, effect, .. } => Some(format!("wake {} {effect:?}", task.unwrap())),
            Event::TaskDropped { task, outcome: Outcome::Completed } => {
                Some(format!("dropped {task}"))
            }
            Event::TaskJoined { task, .. } => Some(format!("joined {task}")),
            _ => None,
        })
        .collect();
    assert_eq!(
        life,
        [
            "poll root",
            "spawned 1 Some(\"worker\")",
            "pending root on join",
            "poll 1",
            "wake 1 QueuedWhileRunning",
            "pending 1 on its turn",
            "poll 1",
            "ready 1 Completed",
            "dropped 1",
            "wake root Queued",
            "poll root",
            "joined 1",
            "ready root Completed",
        ]
    );
}

/// Wakes a task when the loop is about to go to sleep.
#[derive(Default)]
struct WakesWhenParked(RefCell<Option<Waker>>);

impl Observer for WakesWhenParked {
    fn observe(&self, fact: &Fact) {
        if let Event::Parked { .. } = fact.event
            && let Some(waker) = self.0.take()
        {
            waker.wake();
        }
    }
}

#[test]
fn a_wake_by_the_observer_on_the_way_to_sleep_is_not_slept_over() {
    let observer = Rc::new(WakesWhenParked::default());
    let rt = Runtime::builder().observer(observer.clone()).build().unwrap();
    let mut polls = 0;
    rt.block_on(poll_fn(|cx| {
        polls += 1;
        observer.0.replace(Some(cx.waker().clone()));
        if polls < 3 { Poll::Pending } else { Poll::Ready(()) }
    }));
}

#[test]
fn an_await_on_a_handle_tells_the_line_of_the_await() {
    let (rt, events) = observed();
    let line = rt.block_on(async {
        let handle = spawn(yield_now());
        let line = line!() + 1;
        handle.await.unwrap();
        line
    });
    let told = events.0.borrow().iter().find_map(|event| match event {
        Event::PollPending { wait: Some(wait), .. } if wait.what == "join" => Some(wait.at.line()),
        _ => None,
    });
    assert_eq!(told, Some(line));
}
