//! What does a wake from another thread cost? One at a time with the loop asleep, and a thousand in a burst.
//!
//! Fair because what the two threads share is the same for all: a flag and futures' `AtomicWaker`. The CPU time of both
//! threads counts, with the system calls that put them to sleep and wake them; the thread's half is the same for all.
//! The rows that count writes do the same work under strace, where an eventfd is an eventfd whoever made it; those who sleep on a
//! futex have no part in them.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use futures::task::AtomicWaker;

use crate::clients::FLOOR;
use crate::clock::{cpu, nanos_each};
use crate::counted::Count;
use crate::row::{Alone, Row};
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio, Uring};
use crate::server::Kind;

const ROUND_TRIPS: usize = 10_000;
const BURSTS: usize = 100;
const TASKS: usize = 1000;

const REMOTE_WAKE: &str = "Nearly all of it is the kernel's: one thread goes to sleep, writes to an eventfd or a futex to wake the other, \
     and the scheduler does the same on the other side.";

const REMOTE_WAKE_BURST: &str = "The first wake of a burst finds the loop asleep and writes to the eventfd; the other 999 are pushed into the \
     mailbox of a loop that is known to be awake. A task that was spawned is part of it.";

const REMOTE_WAKE_WRITES: &str = "Writes to an eventfd for each time that the loop goes to sleep, in `remote_wake`: one at most is needed. Below one is a loop \
     that sleeps although the wake is there already, or is woken by something else. futures' `LocalPool` and smol's `block_on` sleep on a futex.";

const REMOTE_BURST_WRITES: &str = "The same in `remote_wake_burst`: where each of the thousand wakes writes, though the loop is awake by then, it is many.";

pub(crate) fn latency() -> Row {
    row("remote_wake", "ns", REMOTE_WAKE, ROUND_TRIPS, one_at_a_time::<Futures>, &ONE_AT_A_TIME)
        .with(FLOOR, |scale| sleeping(scale.of(ROUND_TRIPS)))
}

pub(crate) fn burst() -> Row {
    row("remote_wake_burst", "ns", REMOTE_WAKE_BURST, BURSTS, bursts::<Futures>, &IN_BURSTS)
}

pub(crate) fn writes() -> Row {
    Row::new("remote_wake_writes", "writes", REMOTE_WAKE_WRITES).counting(
        Count::WritesPerSleep,
        // Nobody speaks to it.
        Kind::Echo,
        500,
        in_the_kernel(ONE_AT_A_TIME).map(|(name, work)| (name, alone(work))),
    )
}

pub(crate) fn burst_writes() -> Row {
    Row::new("remote_burst_writes", "writes", REMOTE_BURST_WRITES).counting(
        Count::WritesPerSleep,
        Kind::Echo,
        10 * TASKS,
        in_the_kernel(IN_BURSTS)
            .map(|(name, work)| (name, alone(move |wakes| work(wakes / TASKS)))),
    )
}

fn alone(work: impl Fn(usize) -> f64 + 'static) -> Alone {
    Box::new(move |_, count| _ = work(count))
}

/// Those whose own thread sleeps in the kernel's poll. smol's `block_on` may leave that to a thread of async-io's.
fn in_the_kernel(all: Sleepers) -> impl Iterator<Item = (&'static str, fn(usize) -> f64)> {
    all.into_iter().filter(|(name, _)| *name != "smol")
}

/// Who has sockets, and the work: so often.
type Sleepers = [(&'static str, fn(usize) -> f64); 6];

const ONE_AT_A_TIME: Sleepers = [
    ("ours", one_at_a_time::<Onethread>),
    ("tokio", one_at_a_time::<Tokio>),
    ("smol", one_at_a_time::<Smol>),
    ("monoio", one_at_a_time::<Monoio<Epoll>>),
    ("uring", one_at_a_time::<Monoio<Uring>>),
    ("compio", one_at_a_time::<Compio>),
];

const IN_BURSTS: Sleepers = [
    ("ours", bursts::<Onethread>),
    ("tokio", bursts::<Tokio>),
    ("smol", bursts::<Smol>),
    ("monoio", bursts::<Monoio<Epoll>>),
    ("uring", bursts::<Monoio<Uring>>),
    ("compio", bursts::<Compio>),
];

/// All of them, and futures.
fn row(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    full: usize,
    futures: fn(usize) -> f64,
    others: &'static Sleepers,
) -> Row {
    let row = others.iter().fold(Row::new(name, unit, about), |row, (name, work)| {
        row.with(name, move |scale| work(scale.of(full)))
    });
    row.with("futures", move |scale| futures(scale.of(full)))
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
fn one_at_a_time<E: Executor>(round_trips: usize) -> f64 {
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

/// The same two threads with no runtime: one sleeps in epoll until the other writes to an eventfd, and nothing is polled.
fn sleeping(round_trips: usize) -> f64 {
    let mut poll = mio::Poll::new().expect("an epoll");
    let bell = mio::Waker::new(poll.registry(), mio::Token(0)).expect("an eventfd");
    let ringing = thread::spawn(move || {
        for _ in 0..round_trips {
            thread::park();
            bell.wake().expect("an eventfd that can be written to");
        }
        bell
    });
    let waker = ringing.thread().clone();
    let mut events = mio::Events::with_capacity(16);
    let start = cpu();
    for _ in 0..round_trips {
        waker.unpark();
        // A machine that was stopped for a moment interrupts it.
        while let Err(error) = poll.poll(&mut events, None) {
            assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
        }
    }
    let nanos = nanos_each(start, round_trips);
    drop(ringing.join().expect("a thread that does not panic"));
    nanos
}

/// The thread raises a thousand flags, each of another task, and sleeps until the last of them is lowered.
fn bursts<E: Executor>(bursts: usize) -> f64 {
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
