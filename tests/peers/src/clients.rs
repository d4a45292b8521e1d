//! What do the rows about HTTP ask of a client? To get one path again and again, in lanes: each lane is a task that makes one
//! request after another, and has a connection to itself meanwhile.
//!
//! A body is read piece by piece, as it comes, and only its length is kept. Whoever is asynchronous is a [`Client`]; ureq
//! and isahc block, and each of their lanes is a thread.

mod bare;
mod hyper;
mod hyper_util;
#[cfg(feature = "isahc")]
pub(crate) mod isahc;
mod onethread;
mod reqwest;
pub(crate) mod ureq;

use std::future::Future;
use std::thread;

pub(crate) use bare::{Bare, FLOOR};
pub(crate) use hyper::Hyper;
pub(crate) use hyper_util::HyperUtil;
pub(crate) use onethread::Ours;
pub(crate) use reqwest::Reqwest;

use crate::clock::{cpu, nanos_each};
use crate::runtimes::Executor;
use crate::server::Server;

/// An HTTP client that runs on a runtime.
pub(crate) trait Client: 'static {
    type Runtime: Executor;

    /// What one lane needs.
    type Lane: 'static;

    /// One for all lanes of a round, if this client is made to be shared.
    fn new(server: &Server) -> Self;

    fn lane(&self) -> impl Future<Output = Self::Lane>;

    /// Gets the path, reads the body to its end, and gives its length.
    fn get(lane: &mut Self::Lane, path: &'static str) -> impl Future<Output = usize>;
}

/// How often each of how many lanes asks for what, and how long that is.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) path: &'static str,
    pub(crate) length: usize,
    pub(crate) lanes: usize,
    pub(crate) each: usize,
}

/// The nanoseconds of CPU time for each request, after one in each lane that does not count.
pub(crate) fn requests<C: Client>(server: &Server, load: Load) -> f64 {
    C::Runtime::run(async |executor| {
        let client = C::new(server);
        let mut lanes = Vec::new();
        for _ in 0..load.lanes {
            lanes.push(client.lane().await);
        }
        // Once at the same time, so that each lane has a connection.
        let lanes = all_lanes::<C>(&executor, lanes, Load { each: 1, ..load }).await;
        let start = cpu();
        all_lanes::<C>(&executor, lanes, load).await;
        nanos_each(start, load.each * load.lanes)
    })
}

/// All lanes at once, to the end of the last.
pub(crate) async fn all_lanes<C: Client>(
    executor: &C::Runtime,
    lanes: Vec<C::Lane>,
    load: Load,
) -> Vec<C::Lane> {
    let task = |mut lane| async move {
        for _ in 0..load.each {
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

/// The same with threads; `get` gives the length of the body.
fn requests_on_threads(load: Load, get: impl Fn() -> usize + Sync) -> f64 {
    let get = &get;
    let run = |count: usize| {
        thread::scope(|scope| {
            for _ in 0..load.lanes {
                scope.spawn(move || (0..count).for_each(|_| assert_eq!(get(), load.length)));
            }
        });
    };
    run(1);
    let start = cpu();
    run(load.each);
    nanos_each(start, load.each * load.lanes)
}
