//! How does an executor know whom to poll? Somebody calls `wake`, and that puts a ticket into the ready queue.

use runtime::sync::oneshot;
use runtime::{spawn_named, yield_now};

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "wake",
    question: Text {
        en: "Who wakes whom, and what does a wake do?",
        zh: "谁唤醒谁？唤醒到底做了什么？",
    },
    story: Text {
        en: "The waiter is polled once, leaves its waker in a channel and gives the thread back. Nobody polls it again \
             until the giver puts a value into the channel. That wake runs nothing: it queues a ticket.",
        zh: "等待者被 poll 一次，把 waker 留在通道里，让出线程。直到给予者把值放进通道，才会再有人 poll 它。\
             那次唤醒什么也不运行，只是让一张票据排进队列。",
    },
    repeats: true,
    source: (file!(), include_str!("wake.rs")),
    run: || record(story()),
};

async fn story() {
    let (giver, waiter) = oneshot::channel();
    let waiter = spawn_named("waiter", async move {
        let value = waiter.await;
        say(&format!("the waiter has {value:?}"));
    });
    let giver = spawn_named("giver", async move {
        yield_now().await;
        say("the giver gives");
        let _ = giver.send(42);
        say("and still runs: the wake has only queued the waiter");
    });
    let _ = giver.await;
    let _ = waiter.await;
}
