//! The book. Every piece of Rust in it is compiled and run as a test of its own.
//!
//! What a program prints, and the code that a chapter quotes, are compared with the real thing by `tests/book.rs`.
#![forbid(unsafe_code)]

#[doc = include_str!("../../README.md")]
pub mod readme {}

#[doc = include_str!("../en/00-ten-urls-in-one-second.md")]
pub mod chapter_00 {}

#[doc = include_str!("../en/debugger.md")]
pub mod debugger {}
