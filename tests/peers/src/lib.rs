//! What does each thing cost here, and what elsewhere? Rows measured side by side, in one run, on one machine.
//!
//! ```text
//!  command     which rows; one after another
//!  rows/*      one workload each, written once for all runtimes, and the reason why it is fair
//!  runtimes/*  one runtime each, used as its documentation recommends
//!  clients/*   one HTTP client each
//!  row, round  what a row is; A B A B, medians         clock    the CPU time of the process
//!  report      the table and the JSON                  server   who is at the other end, in a process of its own
//! ```
#![forbid(unsafe_code)]

mod clients;
mod clock;
mod command;
mod report;
mod round;
mod row;
mod rows;
mod runtimes;
mod server;

pub use command::main;
pub use rows::idle_task::bytes_per_task;
