//! What if nobody waits any more? A future that is dropped stops at the await where it stands, and never goes on.

use std::time::Duration;

use runtime::time::sleep;
use runtime::{select, spawn_named};

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "cancel",
    question: Text { en: "How is a task cancelled?", zh: "任务是怎样取消的？" },
    story: Text {
        en: "To cancel is to drop. The loser of a select is dropped at once. An aborted task is put into the ready queue, and \
             when its turn comes its future is dropped instead of polled. Both had transferred half of the money: drop can \
             clean up, but it cannot go on. The one that is left alone goes through.",
        zh: "取消就是丢弃。select 里输掉的一方当场被丢弃。被 abort 的任务排进就绪队列，轮到它时不是被 poll，而是丢弃它的 \
             future。它们都只转了一半的钱：析构函数能收拾，却不能往下走。没人打扰的那个则顺利走完。",
    },
    repeats: true,
    source: (file!(), include_str!("cancel.rs")),
    run: || record(story()),
};

async fn story() {
    let moment = Duration::from_millis(10);

    let select =
        spawn_named("select", async move { select(transfer("loser"), sleep(moment)).await });
    let _ = select.await;

    let aborted = spawn_named("aborted", transfer("aborted"));
    sleep(moment).await;
    aborted.abort();
    say("abort has only queued the task");
    let _ = aborted.await;

    let detached = spawn_named("detached", transfer("detached"));
    drop(detached);
    say("dropping a handle cancels nothing: the task goes on, and nobody asks for its result");
    sleep(moment * 5).await;
}

async fn transfer(who: &'static str) {
    let _half_done = HalfDone(who);
    say(&format!("{who}: taken from one account"));
    sleep(Duration::from_millis(30)).await;
    say(&format!("{who}: given to the other account"));
}

struct HalfDone(&'static str);

impl Drop for HalfDone {
    fn drop(&mut self) {
        say(&format!("{}: the future is dropped", self.0));
    }
}
