//! A connection as a stream of bytes in both directions; over TCP and over Unix sockets it is the same.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::io::{AsyncRead, AsyncWrite};
use crate::net::ahead::Ahead;
use crate::net::socket::Socket;
use crate::observe::Direction;
use crate::source::{Done, Source};
use crate::wait::WaitPoint;

/// How many buffers one writev(2) looks at (`IOV_MAX`). A call with more is taken in part although the socket is not full,
/// and then there is no event to wait for.
const BUFFERS: usize = 1024;

/// A connection. It is used as [`TcpStream`](super::TcpStream) or [`UnixStream`](super::UnixStream).
///
/// Reading and writing are in [`AsyncReadExt`](crate::io::AsyncReadExt) and
/// [`AsyncWriteExt`](crate::io::AsyncWriteExt). They work on `&Stream`, too, so one task may read while another writes; each
/// direction wakes whoever polled it last. Dropping a stream closes the connection.
pub struct Stream<S: Socket> {
    pub(super) source: Source<S>,
    ahead: Ahead,
}

impl<S: Socket> Stream<S> {
    /// A connection that is made already. Its answer is not there yet, so reading begins with waiting.
    #[track_caller]
    pub(super) fn established(io: S) -> io::Result<Stream<S>> {
        let source = Source::new(io, S::WHAT, &[Direction::Write])?;
        Ok(Stream { source, ahead: Ahead::default() })
    }

    /// A connection that is being made: it becomes writable when it is there, or has failed.
    pub(super) async fn connecting(io: io::Result<S>, wait: WaitPoint) -> io::Result<Stream<S>> {
        let source = Source::new(io?, S::WHAT, &[])?;
        source.when(Direction::Write, wait, |io: &S| io.connected().map(Done::one)).await?;
        Ok(Stream { source, ahead: Ahead::default() })
    }

    /// Ends one or both directions, for all who use this connection. See shutdown(2).
    ///
    /// # Errors
    /// If the connection is not there any more.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.source.get().shut_down(how)
    }

    /// Waits until there is something to read, or the end of the stream, without reading it.
    ///
    /// It may say so when there is nothing, as epoll may. Cancel safe.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        self.source.when(Direction::Read, WaitPoint::here("readable"), |_| Ok(Done::one(())))
    }

    /// Reads what is there already, without waiting; 0 bytes is the end of the stream.
    ///
    /// It asks the system, and may know more than the reactor, which knows what the loop knew when it last asked. For a
    /// look between two tasks' turns: a loop of it would keep everybody else from running.
    ///
    /// # Errors
    /// `WouldBlock` if nothing is there, and the connection's own.
    ///
    /// ```
    /// # use runtime::net::{TcpListener, TcpStream};
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let near = TcpStream::connect(listener.local_addr()?).await?;
    /// let nothing = near.try_read(&mut [0]).unwrap_err();
    /// assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.source.try_now(Direction::Read, |io| self.ahead.receive(io, buf))
    }

    /// Writes what the system takes at once, without waiting.
    ///
    /// # Errors
    /// `WouldBlock` if it takes nothing, and the connection's own.
    pub fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        self.source.try_now(Direction::Write, |io| Ok(Done::bytes(io.send(buf)?, buf.len())))
    }

    /// Whether the reactor has reported something to read that nobody has read yet: bytes, the end, or an error. It is
    /// no system call, and cannot know what has happened since the loop last asked.
    pub fn is_readable(&self) -> bool {
        self.source.is_ready(Direction::Read)
    }

    /// Whether it can be awaited here, which is inside the runtime it was made in and nowhere else.
    pub fn is_at_home(&self) -> bool {
        self.source.is_at_home()
    }

    pub(super) fn poll_receive(
        &self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.source.poll(cx, Direction::Read, |io| self.ahead.receive(io, buf))
    }

    pub(super) fn poll_send(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.source.poll(cx, Direction::Write, |io| Ok(Done::bytes(io.send(buf)?, buf.len())))
    }

    pub(super) fn poll_send_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bufs = &bufs[..bufs.len().min(BUFFERS)];
        let room = bufs.iter().map(|buf| buf.len()).sum();
        self.source.poll(cx, Direction::Write, |io| Ok(Done::bytes(io.send_vectored(bufs)?, room)))
    }

    /// Closing a direction twice, or one that the other side has broken off, is no error.
    pub(super) fn finish(&self) -> io::Result<()> {
        match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            done => done,
        }
    }
}

impl<S: Socket> AsyncRead for &Stream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_receive(cx, buf)
    }
}

impl<S: Socket> AsyncWrite for &Stream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_send_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.finish())
    }
}

impl<S: Socket> AsyncRead for Stream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_receive(cx, buf)
    }
}

impl<S: Socket> AsyncWrite for Stream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_send_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.finish())
    }
}

impl<S: Socket + fmt::Debug> fmt::Debug for Stream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stream").field(self.source.get()).finish()
    }
}
