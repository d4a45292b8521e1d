//! How much memory does a task take that only waits, beyond its future? A hundred thousand of them.
//!
//! Fair because it counts what the runtime asks the allocator for, whatever it is for, until each task was polled once. How
//! full a table that doubles is by then is luck; here tables of 131,072 places are full by three quarters. It is measured
//! in another program, whose allocator counts.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::memory;
use crate::row::Row;
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio};

const TASKS: usize = 100_000;

const IDLE_TASK_BYTES: &str = "The header of the task's allocation, what the allocator is asked for beyond the future, and the task's entry in \
     the table with the spare places of a table that grows.";

pub(crate) fn row() -> Row {
    let row = ["ours", "tokio", "smol", "futures", "monoio", "compio"]
        .into_iter()
        .fold(Row::new("idle_task_bytes", "bytes", IDLE_TASK_BYTES), |row, name| {
            row.with(name, move |_| memory::ask(&["task", name]))
        });
    Row { once: true, ..row }
}

/// The bytes that an idle task takes in `runtime`, beyond its future; `allocated` says how many bytes are in use now.
///
/// # Panics
/// If there is no runtime of that name.
pub(crate) fn bytes_per_task(runtime: &str, allocated: impl Fn() -> usize) -> f64 {
    match runtime {
        "ours" => bytes::<Onethread>(allocated),
        "tokio" => bytes::<Tokio>(allocated),
        "smol" => bytes::<Smol>(allocated),
        "futures" => bytes::<Futures>(allocated),
        "monoio" => bytes::<Monoio<Epoll>>(allocated),
        "compio" => bytes::<Compio>(allocated),
        other => panic!("there is no runtime {other}"),
    }
}

/// As large as the future of a small task.
struct Idle([u64; 8]);

impl Future for Idle {
    type Output = u64;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        match self.0 {
            [0, ..] => Poll::Pending,
            [first, ..] => Poll::Ready(first),
        }
    }
}

fn bytes<E: Executor>(allocated: impl Fn() -> usize) -> f64 {
    E::run(async |executor| {
        let mut handles = Vec::with_capacity(TASKS);
        let before = allocated();
        handles.extend((0..TASKS).map(|_| executor.spawn(Idle([0; 8]))));
        // Twice, for a runtime may need more than one turn for so many.
        for _ in 0..2 {
            E::yield_now().await;
        }
        (allocated() - before) as f64 / TASKS as f64 - size_of::<Idle>() as f64
    })
}
