//! How is a wakeup lost? In three ways, each of which hangs for ever; `demo lint lost` names who, and where.
//!
//! The recording ends where the loop finds that nothing on this thread can wake anybody: the program would hang there.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use runtime::{JoinSet, yield_now};

use super::{Scene, Text, record_until_stall, say};

pub(super) const SCENE: Scene = Scene {
    name: "lost",
    question: Text { en: "In which ways can a wakeup be lost?", zh: "唤醒是怎样丢失的？" },
    story: Text {
        en: "A bell is rung, and three tasks that wait for it sleep on. The first returned Pending and kept no waker. The \
             second looked, then waited for its turn, and only then left its waker: the bell rang in between. The third \
             is a future that moved to another task and kept the waker of the task it was polled in first. The rule: leave \
             your waker first and look again afterwards, at every poll, and the latest waker wins.",
        zh: "铃响了，等铃的三个任务却还在睡。第一个返回 Pending，没有留下 waker。第二个先看了一眼，让出一轮，然后才留下\
             waker，铃恰好在这中间响过。第三个 future 换了任务，却还留着最初那个任务的 waker。规矩是：每次 poll 都先留下 \
             waker，再看一眼，并且以最后的 waker 为准。",
    },
    repeats: true,
    source: (file!(), include_str!("lost.rs")),
    run: || record_until_stall(story()),
};

/// A bell that counts how often it has rung, and wakes who has left a waker.
#[derive(Default)]
struct Bell {
    rings: Cell<u32>,
    waker: Cell<Option<Waker>>,
}

impl Bell {
    fn ring(&self) {
        self.rings.set(self.rings.get() + 1);
        self.waker.take().into_iter().for_each(Waker::wake);
    }

    fn keep_waker(&self, cx: &Context<'_>) {
        self.waker.set(Some(cx.waker().clone()));
    }

    /// Ready if it has rung more than so often.
    #[track_caller]
    fn poll_after(&self, rings: u32) -> Poll<()> {
        if self.rings.get() > rings {
            return Poll::Ready(());
        }
        runtime::waits_for("the bell");
        Poll::Pending
    }
}

/// 1. It returns Pending and leaves its waker nowhere.
async fn forgets(bell: Rc<Bell>) {
    poll_fn(|_| bell.poll_after(0)).await;
}

/// 2. It looks first, and leaves its waker afterwards, when the bell has rung already.
async fn looks_first(bell: Rc<Bell>) {
    if bell.rings.get() > 0 {
        return;
    }
    yield_now().await; // here it rings
    let rings = bell.rings.get();
    poll_fn(|cx| {
        bell.keep_waker(cx);
        bell.poll_after(rings)
    })
    .await;
}

/// 3. It keeps the waker of the task that polled it first.
async fn keeps_the_first(bell: Rc<Bell>) {
    let mut is_first = true;
    poll_fn(|cx| {
        if std::mem::take(&mut is_first) {
            bell.keep_waker(cx);
        }
        bell.poll_after(0)
    })
    .await;
}

async fn story() {
    let bells: [Rc<Bell>; 3] = Default::default();
    // The root polls this one once, so what it keeps is the root's waker.
    let mut moved = Box::pin(keeps_the_first(bells[2].clone()));
    let _ = poll_fn(|cx| Poll::Ready(moved.as_mut().poll(cx))).await;
    say("the third future was polled here, in the root, and moves to a task of its own");

    let mut tasks = JoinSet::new();
    tasks.spawn_named("forgets", forgets(bells[0].clone()));
    tasks.spawn_named("looks first", looks_first(bells[1].clone()));
    tasks.spawn_named("keeps the first", moved);
    yield_now().await;
    say("three bells ring");
    bells.iter().for_each(|bell| bell.ring());
    while tasks.join_next().await.is_some() {}
}
