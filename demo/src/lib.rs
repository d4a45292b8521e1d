//! The program to step through: it fetches ten slow URLs at once on one thread, and shows how.
//!
//! # The map
//!
//! ```text
//!  who asks for what                  cli
//!                       /      /   /    |    \      \
//!  the commands  record step lint gather   get   serve   compare
//!                   |     |   |  /    |     |       \    /
//!  what they share export |   | lanes |  progress   server
//!                    \    |   |   \   |    |
//!  what happened       scenes  |  recording|
//!                         \    |    |      |
//!                            trace         |
//!                               \          |
//!                     sources   screen   options   stop   descriptors
//! ```
#![forbid(unsafe_code)]

pub mod cli;
pub mod compare;
pub mod descriptors;
pub mod export;
pub mod gather;
pub mod get;
pub mod lanes;
pub mod lint;
pub mod options;
pub mod progress;
pub mod record;
pub mod recording;
pub mod scenes;
pub mod screen;
pub mod serve;
pub mod server;
pub mod sources;
pub mod step;
pub mod stepper;
pub mod stop;
pub mod trace;
