//! The demo.
#![forbid(unsafe_code)]

pub mod server;
