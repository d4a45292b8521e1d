//! What does the GIL stop? Computing at the same time. It does not stop waiting at the same time.
//!
//! **A model** of CPython's global interpreter lock: the tasks are threads, the ready queue is the line for the lock, "poll"
//! means that a thread holds it. A thread gives it up when it waits for a socket, and after 5 ms of computing if others
//! want it (`sys.getswitchinterval()`). However many cores there are, the lock is one.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use runtime::observe::{Actor, TaskId};

use super::model::Model;
use super::{Scene, Text};
use crate::trace::Trace;

pub(super) const SCENE: Scene = Scene {
    name: "gil",
    question: Text {
        en: "What does the global interpreter lock stop, and what not?",
        zh: "全局解释器锁（GIL）挡住了什么，没挡住什么？",
    },
    story: Text {
        en: "This is a model of CPython's lock, not our runtime. The reader gives the lock back while it waits for its \
             socket, so waiting is not serial. The two that compute take turns of 5 ms: 15 ms of work each are 30 ms \
             in all, on any number of cores. And when the reader's answer comes, it has to stand in line.",
        zh: "这里模拟的是 CPython 的锁，不是我们的运行时。reader 等套接字时交出了锁，所以等待并不是串行的。\
             两个做计算的线程每 5 毫秒轮换一次：各有 15 毫秒的活，不管有几个核，一共要 30 毫秒。\
             reader 的回音到了，它还得先排队。",
    },
    repeats: true,
    source: (file!(), include_str!("gil.rs")),
    run,
};

const SWITCH: Duration = Duration::from_millis(5);
const WORK: Duration = Duration::from_millis(15);
const ANSWER: Duration = Duration::from_millis(12);

const READER: TaskId = TaskId(1);
const MAIN: TaskId = TaskId::ROOT;

fn run() -> io::Result<Trace> {
    let gil = Model::new();
    gil.runs(MAIN);
    gil.starts(READER, "reader");
    gil.starts(TaskId(2), "sum 1");
    gil.starts(TaskId(3), "sum 2");
    gil.waits(MAIN, "join", true);

    let mut left = [WORK, WORK];
    let mut line = VecDeque::from([READER, TaskId(2), TaskId(3)]);
    let mut reads = false;
    while let Some(thread) = line.pop_front() {
        gil.runs(thread);
        if thread != READER {
            gil.pass(SWITCH);
            let left = &mut left[thread.0 as usize - 2];
            *left -= SWITCH;
            if left.is_zero() {
                gil.ends(thread);
            } else {
                gil.wakes(thread, Actor::Task(thread));
                gil.waits(thread, "the lock", true);
                line.push_back(thread);
            }
        } else if gil.now() < ANSWER {
            reads = true;
            gil.waits(READER, "read", true); // the lock is free meanwhile
        } else {
            gil.say(
                "the answer was there before, but its thread had to stand in line for the lock",
            );
            gil.ends(READER);
        }
        if reads && gil.now() >= ANSWER {
            reads = false;
            gil.wakes(READER, Actor::Outside);
            line.push_back(READER);
        }
    }
    gil.wakes(MAIN, Actor::Task(TaskId(3)));
    gil.runs(MAIN);
    gil.say("two sums of 15 ms took 30 ms: the lock let only one compute");
    gil.ends(MAIN);
    gil.trace()
}
