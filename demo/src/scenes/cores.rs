//! And many cores? A loop on each, with its own tasks, and nothing shared.
//!
//! A trace is of one loop. This is the first of three; the other two run the same tasks on threads of their own, and are seen
//! only when their result comes through the mailbox.

use std::io;
use std::time::Duration;

use runtime::time::sleep;
use runtime::{JoinSet, Runtime, spawn_blocking};

use super::{Scene, Text, failed, record_for_real, say};

pub(super) const SCENE: Scene = Scene {
    name: "cores",
    question: Text {
        en: "How does a single-threaded runtime use many cores?",
        zh: "单线程的运行时怎样用上多个核？",
    },
    story: Text {
        en: "Concurrent is not parallel: one loop uses one core. For more, start a loop on each core and give each its share \
             of the work. They have no queue, no table and no lock in common, so none waits for another; what they tell one \
             another goes through the mailbox.",
        zh: "并发不是并行：一个循环只用一个核。要用更多的核，就在每个核上开一个循环，各分一份活。它们没有共用的队列、表和锁，\
             谁也不用等谁；要互相说的话，都走信箱。",
    },
    repeats: false,
    source: (file!(), include_str!("cores.rs")),
    run: || record_for_real(story()),
};

async fn story() -> io::Result<()> {
    let others = [2, 3].map(|core| spawn_blocking(move || core_alone(core)));
    let mut served = serve(1).await;
    for (core, other) in [2, 3].into_iter().zip(others) {
        let requests = other.await.map_err(failed)??;
        say(&format!("loop {core} has served {requests}, and nobody here had to know how"));
        served += requests;
    }
    say(&format!("{served} served by three loops"));
    Ok(())
}

/// Another thread, another loop.
fn core_alone(core: u32) -> io::Result<u32> {
    Ok(Runtime::new()?.block_on(serve(core)))
}

/// One loop's share of the work.
async fn serve(core: u32) -> u32 {
    let mut requests = JoinSet::new();
    for number in 1..=3 {
        requests.spawn_named(format!("loop {core}, request {number}"), async move {
            sleep(Duration::from_millis(10 * number)).await;
        });
    }
    let mut served = 0;
    while requests.join_next().await.is_some() {
        served += 1;
    }
    served
}
