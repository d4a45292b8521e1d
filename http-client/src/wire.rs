//! What is a connection made of? A socket, of one kind or another, and whether anything has moved on it: under TLS, too, where
//! a byte that came need not be a byte for the program yet.
//!
//! `transport` and `tls` read and write it; `connection` asks whether it stands still, the pool whether it is quiet.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use runtime::io::{AsyncRead, AsyncWrite};
use runtime::net::TcpStream;
#[cfg(unix)]
use runtime::net::UnixStream;

/// A connection's socket.
pub(crate) struct Wire {
    socket: Socket,
    /// Whether a byte came or went since somebody asked.
    moved: bool,
}

enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// What both kinds can do.
trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

impl Socket {
    fn stream(&mut self) -> Pin<&mut dyn Stream> {
        match self {
            Socket::Tcp(stream) => Pin::new(stream),
            #[cfg(unix)]
            Socket::Unix(stream) => Pin::new(stream),
        }
    }

    fn is_at_home(&self) -> bool {
        match self {
            Socket::Tcp(stream) => stream.is_at_home(),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.is_at_home(),
        }
    }

    fn is_readable(&self) -> bool {
        match self {
            Socket::Tcp(stream) => stream.is_readable(),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.is_readable(),
        }
    }

    fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.try_read(buf),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.try_read(buf),
        }
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.try_write(bytes),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.try_write(bytes),
        }
    }
}

impl From<TcpStream> for Wire {
    fn from(stream: TcpStream) -> Wire {
        Wire { socket: Socket::Tcp(stream), moved: false }
    }
}

#[cfg(unix)]
impl From<UnixStream> for Wire {
    fn from(stream: UnixStream) -> Wire {
        Wire { socket: Socket::Unix(stream), moved: false }
    }
}

impl Wire {
    /// Whether a byte came or went since this was last asked.
    pub(crate) fn has_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    /// Waits until something may have come.
    #[inline]
    pub(crate) fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.socket.is_readable() {
            return Poll::Ready(());
        }
        // As long as there is nothing to read, whoever reads waits, however little it is.
        self.socket.stream().poll_read(cx, &mut []).map(|_| ())
    }

    /// Reads what has come while nobody waited for it: `WouldBlock` if nothing did.
    ///
    /// Who has used the connection a moment ago may believe the reactor, which costs nothing. After a longer time the
    /// system is asked, for a program that has kept its thread busy meanwhile has kept the reactor from its work, too.
    pub(crate) fn read_unasked(&self, buf: &mut [u8], just_used: bool) -> io::Result<usize> {
        if !self.socket.is_at_home() {
            return Err(io::Error::other("it belongs to another runtime"));
        }
        if just_used && !self.socket.is_readable() {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.socket.try_read(buf)
    }

    /// Whether nothing has come, as far as the reactor knows.
    pub(crate) fn is_quiet(&self) -> bool {
        self.socket.is_at_home() && !self.socket.is_readable()
    }

    /// Writes what can be written without waiting.
    pub(crate) fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.try_write(bytes)
    }

    fn noting(&mut self, done: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.moved |= matches!(done, Poll::Ready(Ok(length)) if length > 0);
        done
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = self.socket.stream().poll_read(cx, buf);
        self.noting(read)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.socket.stream().poll_write(cx, bytes);
        self.noting(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.socket.stream().poll_write_vectored(cx, bytes);
        self.noting(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.stream().poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.stream().poll_close(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Runtime;
    use runtime::io::{AsyncReadExt, AsyncWriteExt};
    use runtime::net::TcpListener;

    #[test]
    fn bytes_that_come_and_bytes_that_go_are_moves_and_the_end_is_none() {
        let moves = Runtime::new().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let mut near = Wire::from(TcpStream::connect(listener.local_addr()?).await?);
            let (mut far, _) = listener.accept().await?;
            let mut moves = vec![near.has_moved()];
            near.write_all(b"x").await?;
            moves.extend([near.has_moved(), near.has_moved()]);
            far.read(&mut [0]).await?;
            far.write_all(b"x").await?;
            near.read(&mut [0; 2]).await?;
            moves.extend([near.has_moved(), near.has_moved()]);
            drop(far);
            near.read(&mut [0; 2]).await?;
            moves.push(near.has_moved());
            io::Result::Ok(moves)
        });
        assert_eq!(moves.unwrap(), [false, true, false, true, false, false]);
    }
}
