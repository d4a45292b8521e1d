//! How does rustls get its ciphertext in and out? Through something of the standard library's kind, which must not block.
//!
//! It reads into its own memory, straight from the socket: a room between the two would cost a copy of every byte.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use runtime::io::{AsyncRead, AsyncWrite};

/// A stream as rustls wants it: one that says `WouldBlock`.
pub(super) struct Blocking<'a, 'b, S> {
    pub(super) stream: &'a mut S,
    pub(super) cx: &'a mut Context<'b>,
}

impl<S: AsyncRead + Unpin> Read for Blocking<'_, '_, S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match Pin::new(&mut *self.stream).poll_read(self.cx, room) {
            Poll::Ready(read) => read,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl<S: AsyncWrite + Unpin> Write for Blocking<'_, '_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match Pin::new(&mut *self.stream).poll_write(self.cx, bytes) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn write_vectored(&mut self, bytes: &[io::IoSlice<'_>]) -> io::Result<usize> {
        match Pin::new(&mut *self.stream).poll_write_vectored(self.cx, bytes) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A call that gives or takes bytes, as rustls wants it.
pub(super) struct Direct<F>(pub(super) F);

impl<F: FnMut(&mut [u8]) -> io::Result<usize>> Read for Direct<F> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        (self.0)(room)
    }
}

impl<F: FnMut(&[u8]) -> io::Result<usize>> Write for Direct<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.0)(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
