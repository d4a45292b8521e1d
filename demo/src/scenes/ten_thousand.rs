//! What do ten thousand waiting tasks cost? A place in a queue and a few hundred bytes each: no thread, and no CPU.
//!
//! All ten thousand are real tasks on the paused clock. The recording keeps every thousandth of them, with the root and the
//! loop; the rest run in the same way, and would make a trace of a hundred thousand steps.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use runtime::observe::{Event, Fact, Observer, TaskId, TimerId};
use runtime::time::sleep;
use runtime::{Runtime, dump, spawn_named};

use super::{Scene, Text, record_through, say};

pub(super) const SCENE: Scene = Scene {
    name: "ten-thousand",
    question: Text {
        en: "What do ten thousand waiting tasks cost?",
        zh: "一万个等待中的任务要花多少代价？",
    },
    story: Text {
        en: "Ten thousand tasks sleep for a second, and ten of them are shown: each lane stands for a thousand. While they \
             wait, the ready queue is empty and the thread sleeps once for all. Ten thousand threads would take as many \
             stacks; a task takes what its future remembers.",
        zh: "一万个任务睡一秒，这里画出其中十个，每条线代表一千个。它们等待的时候，就绪队列是空的，线程替所有人只睡一觉。\
             一万个线程要一万个栈；一个任务只占它的 future 要记住的那点东西。",
    },
    repeats: true,
    source: (file!(), include_str!("ten_thousand.rs")),
    run: || {
        let builder = Runtime::builder().paused_clock();
        record_through(builder, story(), |recorder| Rc::new(Sample::new(recorder)))?.0
    },
};

const TASKS: u32 = 10_000;
const EVERY: u32 = 1_000;

async fn story() {
    let done = Rc::new(Cell::new(0));
    for number in 1..=TASKS {
        let done = done.clone();
        drop(spawn_named(format!("sleeper {number}"), async move {
            sleep(Duration::from_secs(1)).await;
            done.set(done.get() + 1);
        }));
    }
    say(&format!("{TASKS} tasks stand in the ready queue"));
    sleep(Duration::from_millis(500)).await;
    say(&format!("half a second later they all sleep: {} timers, one thread", dump().timers));
    sleep(Duration::from_secs(1)).await;
    say(&format!("{} are done", done.get()));
}

/// Leaves out the tasks that are not shown, and their timers.
struct Sample<O> {
    to: Rc<O>,
    /// Whether what happens now happens in a task that is left out.
    inside: Cell<bool>,
    timers: RefCell<HashSet<TimerId>>,
}

impl<O> Sample<O> {
    fn new(to: Rc<O>) -> Sample<O> {
        Sample { to, inside: Cell::new(false), timers: RefCell::default() }
    }

    fn leaves_out(&self, event: &Event) -> bool {
        let hidden = |task: &TaskId| !task.0.is_multiple_of(EVERY);
        match event {
            Event::PollStarted { task } => {
                self.inside.set(hidden(task));
                hidden(task)
            }
            Event::PollPending { task, .. } | Event::PollReady { task, .. } => {
                self.inside.set(false);
                hidden(task)
            }
            Event::TaskSpawned { task, .. } | Event::TaskDropped { task, .. } => hidden(task),
            Event::Woken { task: Some(task), .. } => hidden(task),
            Event::TimerArmed { timer, .. } if self.inside.get() => {
                self.timers.borrow_mut().insert(*timer)
            }
            Event::TimerFired { timer } => self.timers.borrow_mut().remove(timer),
            _ => self.inside.get(),
        }
    }
}

impl<O: Observer> Observer for Sample<O> {
    fn observe(&self, fact: &Fact) {
        if !self.leaves_out(&fact.event) {
            self.to.observe(fact);
        }
    }
}
