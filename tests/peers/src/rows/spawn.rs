//! What does a task cost from its spawn to its join? A thousand at a time, and one at a time.
//!
//! Fair because each task is as small as can be and its output is asked for through the runtime's own handle.

use std::hint::black_box;

use super::floor;
use crate::clients::FLOOR;
use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio};

const TASKS: usize = 100_000;
const BATCH: usize = 1000;

const SPAWN_JOIN: &str = "A task is one allocation for its future and its output, an entry in the table of tasks, a place in the ready \
     queue, one poll, and the reading of its output. In batches of a thousand the memory of the tasks is what is \
     touched most.";

const SPAWN_ONE: &str = "The same as `spawn_join`, but each task is joined before the next is spawned: what counts is the way through the \
     loop and the waker of whoever joins, while the memory stays in the cache.";

pub(crate) fn batches() -> Row {
    Row::new("spawn_join", "ns", SPAWN_JOIN)
        .with("ours", in_batches::<Onethread>)
        .with("tokio", in_batches::<Tokio>)
        .with("smol", in_batches::<Smol>)
        .with("futures", in_batches::<Futures>)
        .with("monoio", in_batches::<Monoio<Epoll>>)
        .with("compio", in_batches::<Compio>)
        .with(FLOOR, |scale| {
            floor::batches(scale.of(TASKS), BATCH, |n| async move { black_box(n) })
        })
}

pub(crate) fn one_at_a_time() -> Row {
    Row::new("spawn_one", "ns", SPAWN_ONE)
        .with("ours", one_by_one::<Onethread>)
        .with("tokio", one_by_one::<Tokio>)
        .with("smol", one_by_one::<Smol>)
        .with("futures", one_by_one::<Futures>)
        .with("monoio", one_by_one::<Monoio<Epoll>>)
        .with("compio", one_by_one::<Compio>)
}

fn in_batches<E: Executor>(scale: Scale) -> f64 {
    let batches = scale.of(TASKS / BATCH);
    E::run(async |executor| {
        let mut handles = Vec::with_capacity(BATCH);
        let start = cpu();
        for _ in 0..batches {
            handles.extend((0..BATCH).map(|n| executor.spawn(async move { black_box(n) })));
            for handle in handles.drain(..) {
                E::join(handle).await;
            }
        }
        nanos_each(start, batches * BATCH)
    })
}

fn one_by_one<E: Executor>(scale: Scale) -> f64 {
    let tasks = scale.of(TASKS);
    E::run(async |executor| {
        let start = cpu();
        for n in 0..tasks {
            E::join(executor.spawn(async move { black_box(n) })).await;
        }
        nanos_each(start, tasks)
    })
}
