//! Do ten threads fetch one after another? No: a thread that waits in a system call costs no CPU, and the others run.
//!
//! **A model.** The tasks are threads of the operating system, the loop is its scheduler with one core, "poll" means that
//! a thread runs until it blocks, and a wake that the kernel lets it run again. Starting a thread is set to 50 µs and a
//! switch to 5 µs; `demo compare` measures the real thing.

use std::io;
use std::time::Duration;

use runtime::observe::{Actor, TaskId};

use super::model::Model;
use super::{Scene, Text};
use crate::trace::Trace;

pub(super) const SCENE: Scene = Scene {
    name: "threads",
    question: Text {
        en: "Do ten threads fetch one after another?",
        zh: "十个线程会一个接一个地取数据吗？",
    },
    story: Text {
        en: "This is a model of the operating system's scheduler, not our runtime. Ten threads block in ten system calls at \
             once, and the kernel wakes each when its answer is there: ten requests of a second take a second, in Python, \
             too. It is the same idea as a reactor, only that each wait holds a whole thread with its stack.",
        zh: "这里模拟的是操作系统的调度器，不是我们的运行时。十个线程同时阻塞在十次系统调用里，回音一到，内核就唤醒\
             对应的那个：十个一秒的请求只要一秒，Python 里也一样。这和反应器是同一个想法，只是每一处等待都占着\
             一整个线程和它的栈。",
    },
    repeats: true,
    source: (file!(), include_str!("threads.rs")),
    run,
};

const START: Duration = Duration::from_micros(50);
const SWITCH: Duration = Duration::from_micros(5);
const MAIN: TaskId = TaskId::ROOT;

fn run() -> io::Result<Trace> {
    let kernel = Model::new();
    let threads = || (1..=10).map(TaskId);

    kernel.runs(MAIN);
    for thread in threads() {
        kernel.starts(thread, &format!("thread {thread}"));
        kernel.pass(START);
    }
    kernel.waits(MAIN, "join", true);

    for thread in threads() {
        kernel.runs(thread);
        kernel.pass(SWITCH);
        kernel.waits(thread, "read", true); // blocked in the system call: no Python code runs, no lock is held
    }

    kernel.sleeps(Duration::from_secs(1));
    threads().for_each(|thread| kernel.wakes(thread, Actor::Outside));
    for thread in threads() {
        kernel.runs(thread);
        kernel.pass(SWITCH);
        kernel.ends(thread);
    }
    kernel.wakes(MAIN, Actor::Task(TaskId(10)));
    kernel.runs(MAIN);
    kernel.say("ten answers after one second, and ten stacks that were kept for it");
    kernel.ends(MAIN);
    kernel.trace()
}
