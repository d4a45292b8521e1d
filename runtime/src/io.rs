//! Streams of bytes: what a socket, a TLS session and a pipe in memory have in common.
//!
//! [`AsyncRead`] and [`AsyncWrite`] are for those who make streams: one poll at a time, in the shape of the `futures-io`
//! crate. [`AsyncReadExt`] and [`AsyncWriteExt`] are for those who use them: methods whose futures can be awaited. asyncio's
//! names are `StreamReader` and `StreamWriter`; there `write` only fills a buffer, here awaiting it is what `drain` does
//! there.
//!
//! The futures tell the runtime which line of the program waits; the polls below them do not. Taught in chapter 11.

mod copy;
mod duplex;
mod read;
mod read_ext;
mod write;
mod write_ext;

pub use copy::{Copying, copy};
pub use duplex::{Duplex, duplex};
pub use read::AsyncRead;
pub use read_ext::{AsyncReadExt, ReadExact, ReadSome, ReadToEnd, ReadToString};
pub use write::AsyncWrite;
pub use write_ext::{AsyncWriteExt, Close, Flush, WriteAll, WriteSome, WriteVectored};

use std::task::Poll;

use crate::wait::WaitPoint;

/// Passes the result of a poll on; if it is pending, `wait` is what the task waits for.
fn waits_at<T>(wait: &WaitPoint, polled: Poll<T>) -> Poll<T> {
    if polled.is_pending() {
        wait.pending();
    }
    polled
}
