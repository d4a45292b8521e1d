//! What if a task does not yield? Everybody else stands still: nobody can interrupt a poll.
//!
//! The clock is the real one, and the poll really sleeps: virtual time moves only between polls.

use std::io;
use std::thread;
use std::time::Duration;

use runtime::time::sleep;
use runtime::{join, spawn_blocking, spawn_named};

use super::{Scene, Text, failed, record_for_real, say};

pub(super) const SCENE: Scene = Scene {
    name: "blocked",
    question: Text {
        en: "What if one task blocks the thread?", zh: "一个任务阻塞了线程会怎样？"
    },
    story: Text {
        en: "The ticker wants to tick every 50 ms. But first another task sleeps for 300 ms the wrong way, with the thread: \
             it stays in one poll, the ticker stands in the ready queue all that time, and its first tick comes 300 ms \
             late. Async does not make blocking code non-blocking. The second time the same work is on a helper thread, \
             and the ticks are on time.",
        zh: "ticker 想每 50 毫秒响一次。可是先有另一个任务用错误的方式睡了 300 毫秒，连线程一起睡：它停在一次 poll 里，\
             ticker 一直排在就绪队列里，第一响迟了 300 毫秒。async 不会把阻塞的代码变成不阻塞的。第二次，同样的活交给辅助线程，每一响都准时。",
    },
    repeats: false,
    source: (file!(), include_str!("blocked.rs")),
    run: || record_for_real(story()),
};

const LONG: Duration = Duration::from_millis(300);

async fn story() -> io::Result<()> {
    let blocker = spawn_named("blocker", async {
        say("the blocker sleeps with the thread");
        thread::sleep(LONG); // wrong: the loop stands still
    });
    let ticker = spawn_named("ticker", tick(1));
    let (blocker, ticker) = join(blocker, ticker).await;
    blocker.and(ticker).map_err(failed)?;

    let helped = spawn_blocking(|| thread::sleep(LONG / 2)); // right: another thread sleeps
    let ticker = spawn_named("ticker", tick(3));
    let (helped, ticker) = join(helped, ticker).await;
    helped.and(ticker).map_err(failed)
}

async fn tick(times: u32) {
    for number in 1..=times {
        sleep(Duration::from_millis(50)).await;
        say(&format!("tick {number}"));
    }
}
