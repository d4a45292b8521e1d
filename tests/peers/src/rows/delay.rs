//! How long do requests take that wait a second each, all at once? Ten of them and ten thousand, and the memory of the latter.
//!
//! Fair because each client starts from nothing, with no connection yet, and all requests at the same moment; how many
//! connects are under way at once is left to it. The value is time on the wall, from the first request to the end of the last
//! body. The server is a process of its own, for the descriptors, and lets 4096 wait to be accepted, as many as Linux does. The
//! Python peers are measured in their own process, from a started interpreter on; ten thousand threads are not asked of it. The memory
//! is what the client and its runtime ask the allocator for in another program, whose allocator counts, whatever it is for.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::clients::{Client, HyperUtil, Load, Ours, Reqwest, all_lanes};
use crate::memory;
use crate::python;
use crate::row::Row;
use crate::runtimes::Executor;
use crate::server::{Kind, SLOW, Server};

const MANY: usize = 10_000;

const DELAY_10: &str = "A second of waiting, and what it takes to make ten connections and ten requests. Who is done in little more than a second \
     waits for all ten at once.";

const DELAY_10000: &str = "A second of waiting, and the making of ten thousand connections, tasks, timers and requests on one thread, with a server on \
     the next core that accepts them. The kernel's share of a connection is the largest part.";

const DELAY_10000_BYTES: &str = "The most memory that was in use at one moment of `delay_10000`, for each request: its task with the future of the whole \
     request in it, the connection's buffers, the entries of the pool, the reactor and the timers.";

/// How long so many requests take at once.
type Seconds = fn(&Server, usize) -> f64;

const ALL: [(&str, Seconds); 3] = [
    ("ours", seconds::<Ours>),
    ("reqwest", seconds::<Reqwest>),
    ("hyper-util", seconds::<HyperUtil>),
];

pub(crate) fn rows() -> Vec<Row> {
    let ten = ALL.into_iter().fold(Row::new("delay_10", "s", DELAY_10), |row, (name, seconds)| {
        row.with(name, move |_| seconds(&Server::start(Kind::Http), 10))
    });
    let ten = python::ALL
        .into_iter()
        .fold(ten, |row, name| row.with(name, move |_| python::delay(name, 10)));
    let many =
        ALL.into_iter().fold(Row::new("delay_10000", "s", DELAY_10000), |row, (name, seconds)| {
            row.with(name, move |scale| seconds(&Server::start(Kind::Http), scale.of(MANY)))
        });
    let many = python::LOOPS
        .into_iter()
        .fold(many, |row, name| row.with(name, move |scale| python::delay(name, scale.of(MANY))));
    let bytes = ALL.into_iter().fold(
        Row::new("delay_10000_bytes", "bytes", DELAY_10000_BYTES),
        |row, (name, _)| {
            row.with(name, move |scale| {
                let server = Server::start(Kind::Http);
                let count = scale.of(MANY).to_string();
                memory::ask(&["requests", name, &server.address.to_string(), &count])
            })
        },
    );
    vec![ten, many, Row { once: true, ..bytes }]
}

fn seconds<C: Client>(server: &Server, count: usize) -> f64 {
    C::Runtime::run(async |executor| {
        let client = C::new(server);
        let mut lanes = Vec::new();
        for _ in 0..count {
            lanes.push(client.lane().await);
        }
        let start = Instant::now();
        let (path, length) = SLOW;
        all_lanes::<C>(&executor, lanes, Load { path, length, lanes: count, each: 1 }).await;
        start.elapsed().as_secs_f64()
    })
}

/// The bytes that each of so many requests of `client` takes at the worst moment; `allocated` says how many are in use now.
///
/// # Panics
/// If there is no client of that name.
pub(crate) fn bytes_per_request(
    client: &str,
    server: &Server,
    count: usize,
    allocated: impl Fn() -> usize + Sync,
) -> f64 {
    let (_, seconds) = ALL.into_iter().find(|(name, _)| *name == client).expect("a client's name");
    let before = allocated();
    let most = AtomicUsize::new(before);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        // It looks a thousand times while they wait.
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                most.fetch_max(allocated(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(1));
            }
        });
        seconds(server, count);
        done.store(true, Ordering::Relaxed);
    });
    (most.into_inner() - before) as f64 / count as f64
}
