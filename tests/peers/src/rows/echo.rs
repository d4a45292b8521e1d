//! What does a message there and back over TCP cost? With one connection, with 64 and with a thousand at once.
//!
//! Fair because the server is a process of its own, the same for all, and only this process's CPU time counts: the client's
//! share of each round trip, with its system calls. Messages have 64 bytes; each connection has a task.

use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Monoio, Net, Onethread, Smol, Tokio, Uring};
use crate::server::{Kind, Server};

const ROUND_TRIPS: usize = 20_000;

pub(crate) fn row(name: &'static str, connections: usize) -> Row {
    Row::new(name, "ns")
        .with("ours", move |scale| echo::<Onethread>(scale, connections))
        .with("tokio", move |scale| echo::<Tokio>(scale, connections))
        .with("smol", move |scale| echo::<Smol>(scale, connections))
        .with("monoio", move |scale| echo::<Monoio<Epoll>>(scale, connections))
        .with("uring", move |scale| echo::<Monoio<Uring>>(scale, connections))
        .with("compio", move |scale| echo::<Compio>(scale, connections))
}

fn echo<E: Net>(scale: Scale, connections: usize) -> f64 {
    let server = Server::start(Kind::Echo);
    let address = server.address;
    let each = scale.of(ROUND_TRIPS).div_ceil(connections);
    E::run(async |executor| {
        let mut streams = Vec::new();
        for _ in 0..connections {
            let mut stream = E::connect(address).await;
            // The server has accepted it.
            E::round_trips(&mut stream, 1).await;
            streams.push(stream);
        }
        let start = cpu();
        let task = |mut stream| async move { E::round_trips(&mut stream, each).await };
        let tasks: Vec<_> =
            streams.into_iter().map(|stream| executor.spawn(task(stream))).collect();
        for task in tasks {
            E::join(task).await;
        }
        nanos_each(start, each * connections)
    })
}
