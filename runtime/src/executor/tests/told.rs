use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::context;
use crate::net::UdpSocket;
use crate::observe::{Actor, Event, Fact, Observer, Outcome, TaskId};
use crate::testing::Facts;
use crate::time::{sleep, timeout};
use crate::{Runtime, dump, join, note, spawn, spawn_blocking, spawn_named, yield_now};

#[test]
fn an_observer_hears_the_whole_life_of_a_task_in_order() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async { spawn_named("worker", yield_now()).await.unwrap() });
    let life: Vec<String> = facts
        .events()
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

/// The line at which the root future was told to wait for a task.
fn joined_at(facts: &Facts) -> Option<u32> {
    facts.events().iter().find_map(|event| match event {
        Event::PollPending { wait: Some(wait), .. } if wait.what == "join" => Some(wait.at.line()),
        _ => None,
    })
}

#[test]
fn an_await_on_a_handle_tells_the_line_of_the_await() {
    let (rt, facts) = Facts::runtime();
    let line = rt.block_on(async {
        let handle = spawn(yield_now());
        let line = line!() + 1;
        handle.await.unwrap();
        line
    });
    assert_eq!(joined_at(&facts), Some(line));
}

#[test]
fn an_await_on_a_borrowed_handle_tells_the_line_of_the_spawn_and_not_one_of_the_standard_library() {
    let (rt, facts) = Facts::runtime();
    let line = rt.block_on(async {
        let (line, mut handle) = (line!(), spawn(yield_now()));
        (&mut handle).await.unwrap();
        line
    });
    assert_eq!(joined_at(&facts), Some(line));
}

/// Looks round whenever it is told something.
#[derive(Default)]
struct LooksRound(Cell<usize>);

impl Observer for LooksRound {
    fn observe(&self, _: &Fact) {
        if context::current().is_some() {
            self.0.set(self.0.get() + dump().to_string().len().min(1));
        }
    }
}

#[test]
fn an_observer_may_look_round_at_every_event() {
    let looks = Rc::new(LooksRound::default());
    let rt = Runtime::builder().observer(looks.clone()).build().unwrap();
    rt.block_on(async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let own = socket.local_addr().unwrap();
        let mut buf = [0];
        let receiving = async { socket.recv(&mut buf).await.unwrap() };
        let sending = async {
            sleep(Duration::from_millis(1)).await;
            socket.send_to(b"x", own).await.unwrap()
        };
        join(receiving, sending).await;
        drop(socket);
        assert!(timeout(Duration::from_millis(1), pending::<()>()).await.is_err());
        spawn_blocking(|| ()).await.unwrap();
        assert!(spawn_named("panics", async { panic!("on purpose") as () }).await.is_err());
        let aborted = spawn(sleep(Duration::from_secs(3600)));
        yield_now().await;
        aborted.abort();
        assert!(aborted.await.is_err());
        drop(spawn(sleep(Duration::from_secs(3600))));
        yield_now().await;
        note("say", || "the end".to_string());
    });
    drop(rt);
    assert!(looks.0.get() > 50, "it was told {} things", looks.0.get());
}

#[test]
fn a_poll_that_takes_too_long_is_told_with_its_task_and_a_quick_one_is_not() {
    let facts = Rc::new(Facts::default());
    let limit = Duration::from_millis(20);
    let rt = Runtime::builder().slow_poll(limit).observer(facts.clone()).build().unwrap();
    rt.block_on(async {
        spawn_named("blocks", async move { std::thread::sleep(2 * limit) }).await.unwrap();
    });
    let slow: Vec<Event> = facts
        .events()
        .into_iter()
        .filter(|event| matches!(event, Event::SlowPoll { task: TaskId(1), took } if *took >= 2 * limit))
        .collect();
    assert_eq!(slow.len(), 1);
    facts.clear();
    let rt = Runtime::builder().slow_poll(Duration::MAX).observer(facts.clone()).build().unwrap();
    rt.block_on(async { std::thread::sleep(2 * limit) });
    assert_eq!(facts.count(|event| matches!(event, Event::SlowPoll { .. })), 0);
}

/// Counts how often the loop says that it is stalled, and has it woken by another thread then.
#[derive(Default)]
struct Rescues(Cell<u32>, RefCell<Option<Waker>>);

impl Observer for Rescues {
    fn observe(&self, fact: &Fact) {
        if matches!(fact.event, Event::Stalled) {
            self.0.set(self.0.get() + 1);
            let waker = self.1.take().expect("there is something to wait for");
            std::thread::spawn(move || waker.wake());
        }
    }
}

#[test]
fn a_loop_that_nothing_can_wake_but_another_thread_tells_that_it_is_stalled() {
    let rescues = Rc::new(Rescues::default());
    let rt = Runtime::builder().observer(rescues.clone()).build().unwrap();
    rt.block_on(async {
        sleep(Duration::from_millis(1)).await;
        spawn_blocking(|| ()).await.unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (own, mut buf) = (socket.local_addr().unwrap(), [0]);
        let receiving = socket.recv(&mut buf);
        std::thread::spawn(move || std::net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"x", own));
        receiving.await.unwrap();
    });
    assert_eq!(rescues.0.get(), 0);
    let mut polls = 0;
    rt.block_on(poll_fn(|cx| {
        polls += 1;
        rescues.1.replace(Some(cx.waker().clone()));
        if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
    }));
    assert_eq!(rescues.0.get(), 1);
}

#[test]
fn a_wake_is_told_with_who_did_it() {
    let facts = Rc::new(Facts::default());
    // On the paused clock a sleep is never over before it is waited for.
    let rt = Runtime::builder().paused_clock().observer(facts.clone()).build().unwrap();
    let by = |wanted: Actor| {
        facts.count(|event| matches!(event, Event::Woken { by, task: Some(TaskId::ROOT), .. } if *by == wanted))
    };
    rt.block_on(async {
        sleep(Duration::from_millis(1)).await;
        assert_eq!((by(Actor::Timers), facts.count(woken)), (1, 1));
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.send_to(b"x", socket.local_addr().unwrap()).await.unwrap();
        socket.recv(&mut [0]).await.unwrap();
        assert_eq!((by(Actor::Reactor), facts.count(woken)), (1, 2));
        spawn(async {}).await.unwrap();
        assert_eq!((by(Actor::Task(TaskId(1))), facts.count(woken)), (1, 3));
        yield_now().await;
        assert_eq!((by(Actor::Task(TaskId::ROOT)), facts.count(woken)), (1, 4));
        let mut woken_elsewhere = false;
        poll_fn(|cx| {
            if woken_elsewhere {
                return Poll::Ready(());
            }
            woken_elsewhere = true;
            let waker = cx.waker().clone();
            std::thread::spawn(move || waker.wake()).join().unwrap();
            Poll::Pending
        })
        .await;
        assert_eq!((by(Actor::Mailbox), facts.count(woken)), (1, 5));
    });
    assert_eq!(by(Actor::Outside), 0);
    drop(rt.spawn(async {}));
    let outside = |event: &Event| matches!(event, Event::TaskSpawned { by: Actor::Outside, .. });
    assert_eq!(facts.count(outside), 1);
}

fn woken(event: &Event) -> bool {
    matches!(event, Event::Woken { .. })
}
