//! How do two tasks share one thread? They hand it over wherever they wait.

use std::time::Duration;

use runtime::time::sleep;
use runtime::{join, spawn_named};

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "interleave",
    question: Text {
        en: "How do two tasks share one thread?", zh: "两个任务怎样共用一个线程？"
    },
    story: Text {
        en: "Ann counts slowly and Ben counts fast. Neither is ever interrupted: each runs until it waits, and the thread \
             is the other's. Look at the ready queue, which is empty nearly all the time.",
        zh: "Ann 数得慢，Ben 数得快。谁也不会被打断：每个任务一直运行到要等待的地方，线程就让给另一个。\
             看看就绪队列，它几乎总是空的。",
    },
    repeats: true,
    source: (file!(), include_str!("interleave.rs")),
    run: || record(story()),
};

async fn story() {
    let ann = spawn_named("Ann", count("Ann", Duration::from_millis(30)));
    let ben = spawn_named("Ben", count("Ben", Duration::from_millis(20)));
    let _ = join(ann, ben).await;
}

async fn count(who: &'static str, pause: Duration) {
    for number in 1..=3 {
        say(&format!("{who} says {number}"));
        sleep(pause).await;
    }
}
