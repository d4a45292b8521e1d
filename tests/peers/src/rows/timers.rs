//! What does a timer cost? A million tasks asleep at once, and a timeout around a future that is ready at the next poll.
//!
//! Fair because both are what programs do: most sleeps end, most timeouts do not. The sleeps end at different times, spread
//! over half a second. futures' `LocalPool` has no timers.

use std::time::Duration;

use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Monoio, Onethread, Smol, Timers, Tokio, Uring};

const SLEEPS: usize = 1_000_000;
const TIMEOUTS: usize = 200_000;

const TIMERS: &str = "Each sleep is a task, an entry among the timers, and a wake; what is spent in finding the next of a million \
     deadlines differs between a heap, whose depth grows with their number, and a wheel.";

const TIMEOUT_READY: &str = "A timer is armed, the future is ready at its second poll, and the timer is taken out: what becomes of nearly all \
     time limits. No system call is made.";

pub(crate) fn sleeps() -> Row {
    Row::new("timers", "ns", TIMERS)
        .with("ours", sleeping::<Onethread>)
        .with("tokio", sleeping::<Tokio>)
        .with("smol", sleeping::<Smol>)
        .with("monoio", sleeping::<Monoio<Epoll>>)
        .with("uring", sleeping::<Monoio<Uring>>)
        .with("compio", sleeping::<Compio>)
}

pub(crate) fn timeouts() -> Row {
    Row::new("timeout_ready", "ns", TIMEOUT_READY)
        .with("ours", in_time::<Onethread>)
        .with("tokio", in_time::<Tokio>)
        .with("smol", in_time::<Smol>)
        .with("monoio", in_time::<Monoio<Epoll>>)
        .with("uring", in_time::<Monoio<Uring>>)
        .with("compio", in_time::<Compio>)
}

fn sleeping<E: Timers>(scale: Scale) -> f64 {
    let sleeps = scale.of(SLEEPS);
    E::run(async |executor| {
        // In no order, as a hash scatters numbers.
        let task = |n: usize| {
            let millis = n.wrapping_mul(2_654_435_761) % 500;
            async move { E::sleep(Duration::from_millis(1 + millis as u64)).await }
        };
        let start = cpu();
        let handles: Vec<_> = (0..sleeps).map(|n| executor.spawn(task(n))).collect();
        for handle in handles {
            E::join(handle).await;
        }
        nanos_each(start, sleeps)
    })
}

fn in_time<E: Timers>(scale: Scale) -> f64 {
    let timeouts = scale.of(TIMEOUTS);
    E::run(async |executor| {
        let task = executor.spawn(async move {
            let start = cpu();
            for _ in 0..timeouts {
                let ended = E::timeout(Duration::from_secs(3600), E::yield_now()).await;
                assert!(ended.is_some());
            }
            nanos_each(start, timeouts)
        });
        E::join(task).await
    })
}
