//! HTTP/1.1 without any I/O: bytes in, facts out. Taught in chapter 12.
//!
//! `connection` drives it; so do the tests, byte by byte and at every split.

pub(crate) mod body;
pub(crate) mod chunked;
pub(crate) mod coding;
pub(crate) mod encode;
pub(crate) mod fields;
pub(crate) mod follows;
pub(crate) mod framing;
pub(crate) mod head;
pub(crate) mod reader;
pub(crate) mod redirect;

#[cfg(test)]
mod tests;
