//! What do the smallest things cost? One of them, as often as is asked for.
//!
//! `.ci/instructions` counts the instructions: `cargo run --release --package runtime --example small yield 1000`.

use std::env;
use std::error::Error;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use runtime::sync::Notify;
use runtime::time::timeout;
use runtime::{Runtime, spawn, yield_now};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [what, times] = &arguments[..] else {
        return Err("give spawn, poll, yield, wake or timer, and how often".into());
    };
    let times = times.parse()?;
    let runtime = Runtime::new()?;
    match &**what {
        "spawn" => runtime.block_on(spawn_and_join(times)),
        "poll" => runtime.block_on(polls(times)),
        "yield" => runtime.block_on(yields(times)),
        "wake" => runtime.block_on(wakes(times)),
        "timer" => runtime.block_on(timers(times)),
        other => {
            return Err(format!("{other} is none of spawn, poll, yield, wake and timer").into());
        }
    }
    Ok(())
}

async fn spawn_and_join(times: u64) {
    for n in 0..times {
        assert_eq!(spawn(async move { n }).await.ok(), Some(n));
    }
}

/// A task that is ready again at once: what the loop itself does for each poll.
async fn polls(times: u64) {
    let mut left = times;
    let task = spawn(poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    assert!(task.await.is_ok());
}

async fn yields(times: u64) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// Each of two tasks wakes the other and waits for it.
async fn wakes(times: u64) {
    let (ours, theirs) = (Rc::new(Notify::new()), Rc::new(Notify::new()));
    let (answers, questions) = (ours.clone(), theirs.clone());
    let answering = spawn(async move {
        for _ in 0..times {
            questions.notified().await;
            answers.notify_one();
        }
    });
    for _ in 0..times {
        theirs.notify_one();
        ours.notified().await;
    }
    assert!(answering.await.is_ok());
}

/// Armed, and taken out before it is due: what becomes of most timers.
async fn timers(times: u64) {
    for _ in 0..times {
        assert!(timeout(Duration::from_secs(3600), yield_now()).await.is_ok());
    }
}
