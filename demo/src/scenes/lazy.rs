//! Does calling an `async fn` start it? No: it makes a future, and a future does nothing until it is polled.

use std::time::Duration;

use runtime::spawn_named;
use runtime::time::sleep;

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "lazy",
    question: Text {
        en: "Does calling an async fn start it?",
        zh: "调用 async fn，它就开始运行了吗？",
    },
    story: Text {
        en: "Three futures are made. Ann's is dropped without ever having been polled: not a line of it runs, and there is \
             no event for it. Ben's runs when it is awaited. Cid's runs when its task is polled for the first time, which is \
             later than it was spawned.",
        zh: "这里造了三个 future。Ann 的从来没有被 poll 就丢掉了：一行也没运行，连一个事件都没有。Ben 的到被 await 时\
             才运行。Cid 的要到它的任务第一次被 poll 才运行，比 spawn 更晚。",
    },
    repeats: true,
    source: (file!(), include_str!("lazy.rs")),
    run: || record(story()),
};

async fn story() {
    let ann = greet("Ann");
    let ben = greet("Ben");
    sleep(Duration::from_millis(10)).await;
    say("two futures are 10 ms old, and nobody has said hello");
    ben.await;
    drop(ann);
    say("Ann's future is dropped: it never ran");
    let cid = spawn_named("Cid", greet("Cid"));
    say("Cid is spawned, and stands in the queue");
    let _ = cid.await;
}

async fn greet(who: &str) {
    say(&format!("hello, says {who}"));
}
