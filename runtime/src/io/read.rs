//! Reading bytes, one poll at a time. The same shape as `futures-io`'s trait.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Something bytes can be read from.
pub trait AsyncRead {
    /// Reads into `buf` and says how many bytes; 0 is the end, unless `buf` is empty.
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>>;
}
