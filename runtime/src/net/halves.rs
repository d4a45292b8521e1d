//! How can one task read while another writes the same connection? Each owns a half.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::io::{AsyncRead, AsyncWrite};
use crate::net::socket::Socket;
use crate::net::stream::Stream;

/// The half of a connection that reads, from [`Stream::into_split`].
pub struct ReadHalf<S: Socket> {
    stream: Rc<Stream<S>>,
}

/// The half of a connection that writes, from [`Stream::into_split`]. Dropping it ends this direction (shutdown(2)), so
/// that the other side reads the end of the stream.
pub struct WriteHalf<S: Socket> {
    stream: Rc<Stream<S>>,
}

impl<S: Socket> Stream<S> {
    /// Splits it into two halves that different tasks can own.
    pub fn into_split(self) -> (ReadHalf<S>, WriteHalf<S>) {
        let stream = Rc::new(self);
        (ReadHalf { stream: stream.clone() }, WriteHalf { stream })
    }
}

impl<S: Socket> ReadHalf<S> {
    /// The whole connection.
    pub fn stream(&self) -> &Stream<S> {
        &self.stream
    }
}

impl<S: Socket> WriteHalf<S> {
    /// The whole connection.
    pub fn stream(&self) -> &Stream<S> {
        &self.stream
    }
}

impl<S: Socket> Drop for WriteHalf<S> {
    fn drop(&mut self) {
        // A connection that is broken already cannot be told, and need not be.
        let _ = self.stream.finish();
    }
}

impl<S: Socket> AsyncRead for ReadHalf<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_receive(cx, buf)
    }
}

impl<S: Socket> AsyncWrite for WriteHalf<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_send(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_send_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.stream.finish())
    }
}

impl<S: Socket + std::fmt::Debug> std::fmt::Debug for ReadHalf<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ReadHalf").field(&self.stream).finish()
    }
}

impl<S: Socket + std::fmt::Debug> std::fmt::Debug for WriteHalf<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WriteHalf").field(&self.stream).finish()
    }
}
