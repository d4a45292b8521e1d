//! Streams of bytes: what a socket, a TLS session and a pipe in memory have in common.

mod read;
mod write;

pub use read::AsyncRead;
pub use write::AsyncWrite;
