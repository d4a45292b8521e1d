//! What does it cost to let the others run? A ring of a thousand tasks, each of which yields again and again.
//!
//! Fair because nothing else happens: the same future is woken and polled each time. Tokio's `yield_now` also asks the
//! driver for I/O between rounds; ours does so every 64 polls.

use super::floor;
use crate::clients::FLOOR;
use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Executor, Futures, Monoio, Onethread, Smol, Tokio};

const TASKS: usize = 1000;
const YIELDS: usize = 200;

const YIELD: &str = "A wake that puts the task at the end of the ready queue, and a poll that finds it there: the price of one turn \
     of the loop's inner wheel, with the question every so often whether a socket or a timer is due.";

pub(crate) fn row() -> Row {
    Row::new("yield", "ns", YIELD)
        .with("ours", yields::<Onethread>)
        .with("tokio", yields::<Tokio>)
        .with("smol", yields::<Smol>)
        .with("futures", yields::<Futures>)
        .with("monoio", yields::<Monoio<Epoll>>)
        .with("compio", yields::<Compio>)
        .with(FLOOR, |scale| {
            floor::polls(TASKS, scale.of(YIELDS), async || {
                loop {
                    floor::once().await;
                }
            })
        })
}

fn yields<E: Executor>(scale: Scale) -> f64 {
    let yields = scale.of(YIELDS);
    E::run(async |executor| {
        let task = || async move {
            for _ in 0..yields {
                E::yield_now().await;
            }
        };
        let handles: Vec<_> = (0..TASKS).map(|_| executor.spawn(task())).collect();
        let start = cpu();
        for handle in handles {
            E::join(handle).await;
        }
        nanos_each(start, TASKS * yields)
    })
}
