//! How can another thread wake a task? It leaves the task's ticket in the runtime's mailbox and rings the bell.

use std::future::poll_fn;
use std::io;
use std::sync::mpsc::channel;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use runtime::spawn_named;

use super::{Scene, Text, failed, record_for_real, say};

pub(super) const SCENE: Scene = Scene {
    name: "remote",
    question: Text {
        en: "How does another thread wake a task, without a lock?",
        zh: "别的线程怎样唤醒任务，又不用锁？",
    },
    story: Text {
        en: "A plain thread computes something, and the task waits. The waker is a number, so it can go to any thread. The wake \
             puts that number into the mailbox and writes to an eventfd, which gets the loop out of its sleep; the loop \
             collects the mailbox and queues the task. Your own thread's wakes touch none of this. Before, the loop says \
             that nothing on this thread can wake the task: it cannot know of the other thread.",
        zh: "一个普通线程在计算，任务在等。waker 只是一个编号，所以可以交给任何线程。唤醒就是把编号放进信箱，再写一下 \
             eventfd，把循环从睡眠中叫出来；循环收信，让任务排队。本线程的唤醒一概不碰这些。在此之前，循环说这个线程上\
             没有什么能唤醒任务：它不可能知道别的线程在做什么。",
    },
    repeats: false,
    source: (file!(), include_str!("remote.rs")),
    run: || record_for_real(story()),
};

async fn story() -> io::Result<()> {
    let (ask, question) = channel();
    let (give, answer) = channel();
    let calculator = thread::Builder::new().name("calculator".into()).spawn(move || {
        if let Ok(waker) = question.recv() {
            thread::sleep(Duration::from_millis(30));
            let _ = give.send(6 * 7);
            Waker::wake(waker);
        }
    })?;
    let waiter = spawn_named("waiter", async move {
        let answer = poll_fn(|cx| {
            if let Ok(answer) = answer.try_recv() {
                return Poll::Ready(answer);
            }
            let _ = ask.send(cx.waker().clone());
            runtime::waits_for("the calculator");
            Poll::Pending
        });
        say(&format!("the answer is {}", answer.await));
    });
    waiter.await.map_err(failed)?;
    calculator.join().map_err(|_| failed("the other thread panicked"))
}
