use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::observe::{Event, Fact, Observer, Outcome};
use crate::testing::Facts;
use crate::{Runtime, spawn, spawn_named, yield_now};

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

#[test]
fn an_await_on_a_handle_tells_the_line_of_the_await() {
    let (rt, facts) = Facts::runtime();
    let line = rt.block_on(async {
        let handle = spawn(yield_now());
        let line = line!() + 1;
        handle.await.unwrap();
        line
    });
    let told = facts.events().iter().find_map(|event| match event {
        Event::PollPending { wait: Some(wait), .. } if wait.what == "join" => Some(wait.at.line()),
        _ => None,
    });
    assert_eq!(told, Some(line));
}
