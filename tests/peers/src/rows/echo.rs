//! What does a message there and back over TCP cost? With one connection, with 64 and with a thousand at once.
//!
//! Fair because the server is a process of its own, the same for all, and only this process's CPU time counts: the client's
//! share of each round trip, with its system calls. Messages have 64 bytes; each connection has a task. In `echo_syscalls` the
//! calls of all threads count, and the server answers two milliseconds late: strace makes each call so slow that otherwise the
//! answer is always there already, and nobody ever has to wait.

use crate::clock::{cpu, nanos_each};
use crate::counted::Count;
use crate::row::{Alone, Row};
use crate::runtimes::{Compio, Epoll, Monoio, Net, Onethread, Smol, Tokio, Uring};
use crate::server::{Kind, Server};

const ROUND_TRIPS: usize = 20_000;

const ECHO_1: &str = "Send, wait, receive: three system calls, which are nine tenths of it, and the loop goes to sleep and is woken each time.";

const ECHO_64: &str = "Send and receive for each message, while one wait brings what is ready on many connections; the kernel's TCP is most of it.";

const ECHO_1000: &str = "As with 64, and the thousand sockets and tasks no longer fit in the nearer caches. With io_uring many messages go into the \
     kernel in one call.";

const ECHO_SYSCALLS: &str = "System calls for each round trip of `echo_1`: with epoll a send, a wait and a receive are the fewest there can be; with \
     io_uring one call can submit and wait.";

/// The nanoseconds of each round trip, with so many connections and so many on each.
type Nanos = fn(&Server, usize, usize) -> f64;

const ALL: [(&str, Nanos); 6] = [
    ("ours", echo::<Onethread>),
    ("tokio", echo::<Tokio>),
    ("smol", echo::<Smol>),
    ("monoio", echo::<Monoio<Epoll>>),
    ("uring", echo::<Monoio<Uring>>),
    ("compio", echo::<Compio>),
];

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("echo_1", ECHO_1, 1),
        row("echo_64", ECHO_64, 64),
        row("echo_1000", ECHO_1000, 1000),
        Row::new("echo_syscalls", "calls", ECHO_SYSCALLS).counting(
            Count::Calls,
            Kind::LateEcho,
            200,
            ALL.map(|(name, echo)| {
                let alone: Alone = Box::new(move |server, count| _ = echo(server, 1, count));
                (name, alone)
            }),
        ),
    ]
}

fn row(name: &'static str, about: &'static str, connections: usize) -> Row {
    ALL.into_iter().fold(Row::new(name, "ns", about), |row, (name, echo)| {
        row.with(name, move |scale| {
            let each = scale.of(ROUND_TRIPS).div_ceil(connections);
            echo(&Server::start(Kind::Echo), connections, each)
        })
    })
}

fn echo<E: Net>(server: &Server, connections: usize, each: usize) -> f64 {
    let address = server.address;
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
