//! What does a wake from another thread cost? One at a time with the loop asleep, and a thousand in a burst.
//!
//! Fair because what the two threads share is the same for all: a flag and futures' `AtomicWaker`. The CPU time of both
//! threads counts, with the system calls that put them to sleep and wake them; the thread's half is the same for all.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use futures::task::AtomicWaker;

use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio, Uring};

const ROUND_TRIPS: usize = 10_000;
const BURSTS: usize = 100;
const TASKS: usize = 1000;

pub(crate) fn latency() -> Row {
    Row::new("remote_wake", "ns")
        .with("ours", one_at_a_time::<Onethread>)
        .with("tokio", one_at_a_time::<Tokio>)
        .with("smol", one_at_a_time::<Smol>)
        .with("futures", one_at_a_time::<Futures>)
        .with("monoio", one_at_a_time::<Monoio<Epoll>>)
        .with("uring", one_at_a_time::<Monoio<Uring>>)
        .with("compio", one_at_a_time::<Compio>)
}

pub(crate) fn burst() -> Row {
    Row::new("remote_wake_burst", "ns")
        .with("ours", bursts::<Onethread>)
        .with("tokio", bursts::<Tokio>)
        .with("smol", bursts::<Smol>)
        .with("futures", bursts::<Futures>)
        .with("monoio", bursts::<Monoio<Epoll>>)
        .with("uring", bursts::<Monoio<Uring>>)
        .with("compio", bursts::<Compio>)
}

/// A flag that another thread raises, and a task lowers when it has seen it.
#[derive(Default)]
struct Flag {
    raised: AtomicBool,
    waker: AtomicWaker,
}

impl Flag {
    fn raise(&self) {
        self.raised.store(true, Ordering::Release);
        self.waker.wake();
    }

    async fn lowered(&self) {
        poll_fn(|cx| {
            self.waker.register(cx.waker());
            match self.raised.swap(false, Ordering::AcqRel) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}

/// The thread sleeps until the task has unparked it, and the loop sleeps until the thread has raised the flag.
fn one_at_a_time<E: Executor>(scale: Scale) -> f64 {
    let round_trips = scale.of(ROUND_TRIPS);
    let flag = Arc::new(Flag::default());
    let raising = thread::spawn({
        let flag = flag.clone();
        move || {
            for _ in 0..round_trips {
                thread::park();
                flag.raise();
            }
        }
    });
    let nanos = E::run(async |executor| {
        let waker = raising.thread().clone();
        let start = cpu();
        let task = executor.spawn(async move {
            for _ in 0..round_trips {
                waker.unpark();
                flag.lowered().await;
            }
        });
        E::join(task).await;
        nanos_each(start, round_trips)
    });
    raising.join().expect("a thread that does not panic");
    nanos
}

/// The thread raises a thousand flags, each of another task, and sleeps until the last of them is lowered.
fn bursts<E: Executor>(scale: Scale) -> f64 {
    let bursts = scale.of(BURSTS);
    let flags: Arc<Vec<Flag>> = Arc::new((0..TASKS).map(|_| Flag::default()).collect());
    let raising = thread::spawn({
        let flags = flags.clone();
        move || {
            for _ in 0..bursts {
                thread::park();
                flags.iter().for_each(Flag::raise);
            }
        }
    });
    let nanos = E::run(async |executor| {
        let waker = raising.thread().clone();
        let start = cpu();
        for _ in 0..bursts {
            let task = |n: usize| {
                let flags = flags.clone();
                async move { flags[n].lowered().await }
            };
            let tasks: Vec<_> = (0..TASKS).map(|n| executor.spawn(task(n))).collect();
            E::yield_now().await;
            waker.unpark();
            for task in tasks {
                E::join(task).await;
            }
        }
        nanos_each(start, bursts * TASKS)
    });
    raising.join().expect("a thread that does not panic");
    nanos
}
