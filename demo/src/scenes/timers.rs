//! How do many timers share one timeout? The loop sleeps until the earliest, whoever armed it.

use std::time::Duration;

use runtime::time::{sleep, timeout};
use runtime::{join_all, spawn_named};

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "timers",
    question: Text {
        en: "How do many timers share one sleep?",
        zh: "很多定时器怎样共用一次睡眠？",
    },
    story: Text {
        en: "Three tasks sleep, armed in the order 30, 10, 20 ms. The earliest of all stands in front, and the loop parks \
             until that one; so they fire as 10, 20, 30. The hour of the patient one is cancelled as soon as it is not needed, \
             and leaves nothing behind.",
        zh: "三个任务去睡，定时的先后是 30、10、20 毫秒。最早的那个总在最前面，循环只睡到它为止，所以到期的先后是 10、20、30。\
             patient 的一小时一旦用不着就被取消，什么也不留下。",
    },
    repeats: true,
    source: (file!(), include_str!("timers.rs")),
    run: || record(story()),
};

async fn story() {
    let sleeper = |name: &'static str, millis| {
        spawn_named(name, async move {
            sleep(Duration::from_millis(millis)).await;
            say(&format!("{name} is awake after {millis} ms"));
        })
    };
    let sleepers = [sleeper("late", 30), sleeper("early", 10), sleeper("middle", 20)];
    let patient = spawn_named("patient", async {
        let hour = Duration::from_secs(3600);
        let _ = timeout(hour, sleep(Duration::from_millis(15))).await;
        say("the hour was not needed");
    });
    join_all(sleepers).await;
    let _ = patient.await;
}
