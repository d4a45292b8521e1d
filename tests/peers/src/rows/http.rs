//! What does a request cost on a connection that is kept alive? With one, with fifty and with five hundred at once, with a
//! body of 100 MB, and the same over TLS; and on a TLS connection that is made for it.
//!
//! Fair because all get the same bytes from the same server, a process of its own whose CPU time does not count; because each
//! has connected before the clock is read; and because all who speak TLS do so with rustls and ring, and trust the same
//! authority. In `resume` the server closes each connection after its answer, and all resume the TLS session they had
//! before, as is their default. Nobody decompresses, follows a redirect, or keeps cookies; timeouts are each client's own
//! defaults.

use crate::clients::{Bare, Client, FLOOR, Hyper, HyperUtil, Ours, Reqwest, ureq};
use crate::clock::{cpu, nanos_each};
use crate::row::{Row, Scale};
use crate::runtimes::Executor;
use crate::server::{BIG, CLOSING, Kind, SMALL, Server};

const REQUESTS: usize = 10_000;
const BIG_BODIES: usize = 3;
const RESUMPTIONS: usize = 1000;

/// What is asked for, and how.
#[derive(Clone, Copy)]
struct Load {
    kind: Kind,
    path: &'static str,
    length: usize,
    lanes: usize,
    requests: usize,
}

pub(crate) fn small(name: &'static str, lanes: usize) -> Row {
    plain(name, small_load(Kind::Http, lanes))
}

pub(crate) fn big() -> Row {
    plain("http_body_100mb", big_load(Kind::Http))
}

pub(crate) fn small_over_tls(name: &'static str, lanes: usize) -> Row {
    all(name, small_load(Kind::Https, lanes))
}

pub(crate) fn big_over_tls() -> Row {
    all("https_body_100mb", big_load(Kind::Https))
}

pub(crate) fn resumed() -> Row {
    let (path, length) = CLOSING;
    all("resume", Load { kind: Kind::Https, path, length, lanes: 1, requests: RESUMPTIONS })
}

fn small_load(kind: Kind, lanes: usize) -> Load {
    Load { kind, path: SMALL.0, length: SMALL.1, lanes, requests: REQUESTS }
}

fn big_load(kind: Kind) -> Load {
    Load { kind, path: BIG.0, length: BIG.1, lanes: 1, requests: BIG_BODIES }
}

/// All clients, and those that know nothing of TLS.
fn plain(name: &'static str, load: Load) -> Row {
    all(name, load)
        .with("hyper", move |scale| requests::<Hyper>(scale, load))
        .with(FLOOR, move |scale| requests::<Bare>(scale, load))
}

fn all(name: &'static str, load: Load) -> Row {
    Row::new(name, "µs")
        .with("ours", move |scale| requests::<Ours>(scale, load))
        .with("reqwest", move |scale| requests::<Reqwest>(scale, load))
        .with("ureq", move |scale| {
            let server = Server::start(load.kind);
            let each = scale.of(load.requests).div_ceil(load.lanes);
            ureq::measure(&server, load.path, load.lanes, each) / 1000.0
        })
        .with("hyper-util", move |scale| requests::<HyperUtil>(scale, load))
}

fn requests<C: Client>(scale: Scale, load: Load) -> f64 {
    let server = Server::start(load.kind);
    let each = scale.of(load.requests).div_ceil(load.lanes);
    C::Runtime::run(async |executor| {
        let client = C::new(&server);
        let mut lanes = Vec::new();
        for _ in 0..load.lanes {
            lanes.push(client.lane().await);
        }
        // Once at the same time, so that each lane has a connection.
        let lanes = all_lanes::<C>(&executor, lanes, load, 1).await;
        let start = cpu();
        all_lanes::<C>(&executor, lanes, load, each).await;
        nanos_each(start, each * load.lanes) / 1000.0
    })
}

async fn all_lanes<C: Client>(
    executor: &C::Runtime,
    lanes: Vec<C::Lane>,
    load: Load,
    each: usize,
) -> Vec<C::Lane> {
    let task = |mut lane| async move {
        for _ in 0..each {
            assert_eq!(C::get(&mut lane, load.path).await, load.length);
        }
        lane
    };
    let tasks: Vec<_> = lanes.into_iter().map(|lane| executor.spawn(task(lane))).collect();
    let mut lanes = Vec::new();
    for task in tasks {
        lanes.push(C::Runtime::join(task).await);
    }
    lanes
}
