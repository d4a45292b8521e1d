//! What do the rows about HTTP ask of a client? To get one path again and again, in lanes: each lane is a task that makes one
//! request after another, and has a connection to itself meanwhile.
//!
//! A body is read piece by piece, as it comes, and only its length is kept.

mod bare;
mod hyper;
mod hyper_util;
mod onethread;
mod reqwest;
pub(crate) mod ureq;

use std::future::Future;

pub(crate) use bare::{Bare, FLOOR};
pub(crate) use hyper::Hyper;
pub(crate) use hyper_util::HyperUtil;
pub(crate) use onethread::Ours;
pub(crate) use reqwest::Reqwest;

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
