//! What does each thing cost here, and what elsewhere? Rows measured side by side, in one run, on one machine.
//!
//! ```text
//!  command     which rows; one after another
//!  rows/*      one workload each, written once for all runtimes, and the reason why it is fair
//!  runtimes/*  one runtime each, used as its documentation recommends
//!  clients/*   one HTTP client each                python   those that are not in Rust
//!  row, round  what a row is; A B A B, medians     apart    a contender in a process of its own
//!  counted     instructions and system calls       memory   bytes
//!  report      the tables and the JSON             page     the README and the book
//!  clock       the CPU time of the process         server   who is at the other end, in a process of its own
//! ```
#![forbid(unsafe_code)]

mod apart;
mod clients;
mod clock;
mod command;
mod counted;
mod memory;
mod page;
mod python;
mod report;
mod round;
mod row;
mod rows;
mod runtimes;
mod server;

pub use command::main;
pub use memory::memory;
