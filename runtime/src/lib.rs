//! Onethread: a single-threaded async runtime made to be read and stepped through.
//!
//! One thread runs all tasks. No task's path takes a lock or an atomic read-modify-write. Every step can be seen: the
//! runtime tells an [`observe::Observer`] what it does, and [`dump()`] shows what everybody waits for.
//!
//! ```
//! use runtime::{Runtime, join_all, time::sleep};
//! use std::time::{Duration, Instant};
//!
//! let start = Instant::now();
//! Runtime::new()?.block_on(async {
//!     join_all((0..10).map(|_| sleep(Duration::from_millis(20)))).await;
//! });
//! assert!(start.elapsed() < Duration::from_millis(200), "ten waits at once take as long as one");
//! # std::io::Result::Ok(())
//! ```
//!
//! # The map
//!
//! Read from the bottom up; each file imports only from files below it.
//!
//! ```text
//!  what programs use      Runtime  spawn  JoinSet  join  select  time  net  io  sync  spawn_blocking  dump
//!                              \      |       |                /     |                     /
//!  which one runs here          context ------+---------------+   source                  /
//!                                  |                                 |                   /
//!  who calls poll               executor (turn, park, tasks, shutdown) -----------------+
//!                               /      |       \          \
//!  who wakes         counted - waker    reactor   timers    helpers
//!                          /     \
//!  who is next      schedule    seat
//!                      |          |
//!  what there is    roster     mailbox
//!                   pages - head    |
//!           prefetch task   lines  ticket    clock
//!                          \     |          /
//!  what is told             trace - observe - record
//! ```

mod blocking;
mod builder;
mod clock;
mod context;
mod coop;
mod counted;
mod discard;
mod dump;
mod executor;
mod head;
mod helpers;
mod join;
mod join_error;
mod join_handle;
mod join_set;
mod lines;
mod mailbox;
mod note;
mod pages;
mod place;
mod prefetch;
mod reactor;
mod roster;
mod runtime;
mod schedule;
mod seat;
mod select;
mod source;
mod task;
#[cfg(test)]
mod testing;
mod ticket;
mod timers;
mod trace;
mod wait;
mod waker;
mod yield_now;

pub mod io;
pub mod net;
pub mod observe;
pub mod record;
pub mod sync;
pub mod time;

pub use blocking::spawn_blocking;
pub use builder::Builder;
pub use dump::{Dump, Row, State, dump};
pub use join::{JoinAll, TryJoinAll, join, join_all, try_join_all};
pub use join_error::JoinError;
pub use join_handle::{JoinHandle, spawn, spawn_named};
pub use join_set::{JoinNext, JoinSet};
pub use note::note;
pub use runtime::Runtime;
pub use select::{Either, race, select};
pub use wait::waits_for;
pub use yield_now::{YieldNow, yield_now};
