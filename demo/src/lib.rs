//! The demo.
#![forbid(unsafe_code)]
