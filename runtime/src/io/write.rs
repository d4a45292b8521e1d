//! Writing bytes, one poll at a time. The same shape as `futures-io`'s trait.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Something bytes can be written to.
pub trait AsyncWrite {
    /// Writes from `buf` and says how many bytes were taken.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>>;

    /// Writes from several buffers, as if they were one.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>>;

    /// Waits until everything written has gone on its way.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Flushes, and ends this direction.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}
