//! The book. Every piece of Rust in it is compiled and run as a test of its own.
//!
//! What a program prints, the code that a chapter quotes, its links and its form are looked after by `tests/book`.
#![forbid(unsafe_code)]

#[doc = include_str!("../../README.md")]
pub mod readme {}

pub mod contract;

include!(concat!(env!("OUT_DIR"), "/chapters.rs"));
