//! How does one give up waiting? Whichever is done first wins, and the loser is dropped.

use std::time::Duration;

use runtime::spawn_named;
use runtime::time::{sleep, timeout};

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "timeout",
    question: Text {
        en: "What does a timeout do to what it gives up on?",
        zh: "超时之后，被放弃的那件事怎么样了？",
    },
    story: Text {
        en: "A timeout is a race between a future and a timer in one task: both leave the same task's waker, and whoever is \
             first wakes it. The quick answer wins, and its timer is cancelled. The slow one loses and is dropped \
             where it stands: what it had not done by then is never done.",
        zh: "超时是同一个任务里一个 future 和一个定时器的赛跑：两边留下的是同一个 waker，谁先到谁唤醒。快的赢了，定时器被取消。\
             慢的输了，就地被丢弃：那时还没做的，永远不会做了。",
    },
    repeats: true,
    source: (file!(), include_str!("timeout.rs")),
    run: || record(story()),
};

async fn story() {
    for (name, millis) in [("quick", 20), ("slow", 80)] {
        let ask = spawn_named(name, async move {
            match timeout(Duration::from_millis(50), answer(millis)).await {
                Ok(()) => say("the answer came in time, and the timer is cancelled"),
                Err(_) => say("50 ms are over, and the question is dropped"),
            }
        });
        let _ = ask.await;
    }
}

/// What is asked for.
async fn answer(millis: u64) {
    let _cleanup = Cleanup;
    sleep(Duration::from_millis(millis)).await;
    say("the last line of the answer");
}

struct Cleanup;

impl Drop for Cleanup {
    fn drop(&mut self) {
        say("the answer's destructor runs in any case");
    }
}
