//! What does it cost to hand a value to another task and get it back? Two tasks and two channels with room for one.
//!
//! Fair because each runtime uses the channel that its documentation points to. A unit is a round trip: two messages, two
//! wakes, two polls.

use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Channels, Compio, Epoll, Futures, Monoio, Onethread, Smol, Tokio};

const ROUND_TRIPS: usize = 100_000;

const PING_PONG: &str = "Two sends, two wakes and two polls. Where a channel is made for threads it pays for atomics and a lock that \
     nobody else wants; ours counts permits in a cell.";

pub(crate) fn row() -> Row {
    Row::new("ping_pong", "ns", PING_PONG)
        .with("ours", ping_pong::<Onethread>)
        .with("tokio", ping_pong::<Tokio>)
        .with("smol", ping_pong::<Smol>)
        .with("futures", ping_pong::<Futures>)
        .with("monoio", ping_pong::<Monoio<Epoll>>)
        .with("compio", ping_pong::<Compio>)
}

fn ping_pong<E: Channels>(scale: Scale) -> f64 {
    let round_trips = scale.of(ROUND_TRIPS);
    E::run(async |executor| {
        let (mut ping, mut pings) = E::channel(1);
        let (mut pong, mut pongs) = E::channel(1);
        let answering = executor.spawn(async move {
            while let Some(value) = E::recv(&mut pings).await {
                E::send(&mut pong, value).await;
            }
        });
        let asking = executor.spawn(async move {
            let start = cpu();
            for n in 0..round_trips {
                E::send(&mut ping, n).await;
                assert_eq!(E::recv(&mut pongs).await, Some(n));
            }
            nanos_each(start, round_trips)
        });
        let nanos = E::join(asking).await;
        E::join(answering).await;
        nanos
    })
}
