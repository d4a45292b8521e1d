//! What does a crowd cost? A hundred thousand tasks at once, each of which waits a turn, and all of their outputs.
//!
//! Fair because the crowd is larger than the caches, so that what counts is how much memory each runtime touches. The end of
//! the runtime counts too, for one may keep the memory of its tasks until then. Each has a process of its own with the
//! allocator as it comes, for that is how a program would use it.

use super::floor;
use crate::clients::FLOOR;
use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio};

const TASKS: usize = 100_000;

const FAN_OUT: &str = "A hundred thousand tasks do not fit in the caches, so each byte of a task is fetched from memory two or three \
     times: once spawned, once for each poll, once joined. Their memory comes from the allocator and goes back to it, and, \
     where they are large enough to be joined into one piece when they are freed, to the kernel, page by page.";

pub(crate) fn row() -> Row {
    Row::new("fan_out", "ns", FAN_OUT)
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
