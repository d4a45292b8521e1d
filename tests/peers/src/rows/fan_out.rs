//! What does a crowd cost? A hundred thousand tasks at once, each of which waits a turn, and all of their outputs.
//!
//! Fair because the crowd is larger than the caches, so that what counts is how much memory each runtime touches. The end of
//! the runtime counts too, for one may keep the memory of its tasks until then. Each has a process of its own with the
//! allocator as it comes, for that is how a program would use it; and since there the allocator's habits decide who is first, once
//! more with one that is told to keep everything.

use super::floor;
use crate::clients::FLOOR;
use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio};

const TASKS: usize = 100_000;

const FAN_OUT: &str = "A hundred thousand tasks do not fit in the caches, so each byte of a task is fetched from memory two or three \
     times: once spawned, once for each poll, once joined. Their memory comes from the allocator and goes back to it, and, \
     where they are large enough to be joined into one piece when they are freed, to the kernel, page by page.";

const KEPT: &str = "The same, but what is freed stays with the process: no page goes back to the kernel and is fetched again, for \
     whom it did. What is left is instructions, a third of them the allocator's. Ours has more of them than monoio, for a \
     ticket has to be looked up where monoio follows a pointer.";

/// Words of glibc for "keep everything"; another allocator does not know them.
const KEEP: [(&str, &str); 2] =
    [("MALLOC_TRIM_THRESHOLD_", "1000000000"), ("MALLOC_MMAP_THRESHOLD_", "1000000000")];

pub(crate) fn row() -> Row {
    named("fan_out", FAN_OUT)
}

pub(crate) fn kept() -> Row {
    Row { environment: &KEEP, ..named("fan_out_kept", KEPT) }
}

fn named(name: &'static str, about: &'static str) -> Row {
    Row::new(name, "ns", about)
        .with("ours", fan_out::<Onethread>)
        .with("tokio", fan_out::<Tokio>)
        .with("smol", fan_out::<Smol>)
        .with("futures", fan_out::<Futures>)
        .with("monoio", fan_out::<Monoio<Epoll>>)
        .with("compio", fan_out::<Compio>)
        .with(FLOOR, |scale| {
            let tasks = scale.of(TASKS);
            floor::batches(tasks, tasks, async |n| {
                floor::once().await;
                n
            })
        })
}

fn fan_out<E: Executor>(scale: Scale) -> f64 {
    let tasks = scale.of(TASKS);
    let start = cpu();
    E::run(async |executor| {
        let task = async |n: usize| {
            E::yield_now().await;
            n
        };
        let handles: Vec<_> = (0..tasks).map(|n| executor.spawn(task(n))).collect();
        let mut sum = 0;
        for handle in handles {
            sum += E::join(handle).await;
        }
        assert_eq!(sum, tasks * (tasks - 1) / 2);
    });
    nanos_each(start, tasks)
}
