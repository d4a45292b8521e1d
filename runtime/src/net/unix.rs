//! Unix sockets: connections and messages between processes of one machine, by a path.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::path::Path;

use crate::net::listener::{Accept, Listener};
use crate::net::socket::{Socket, read_from, write_to, write_vectored_to};
use crate::net::stream::Stream;
use crate::observe::Direction;
use crate::source::{Done, Source};
use crate::wait::WaitPoint;

/// A connection over a Unix socket. asyncio's name is `open_unix_connection`.
///
/// ```
/// use runtime::io::{AsyncReadExt, AsyncWriteExt};
/// use runtime::net::UnixStream;
/// # runtime::Runtime::new()?.block_on(async {
/// let (mut near, mut far) = UnixStream::pair()?;
/// near.write_all(b"hello").await?;
/// let mut said = [0; 5];
/// far.read_exact(&mut said).await?;
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub type UnixStream = Stream<mio::net::UnixStream>;

/// A socket that accepts connections on a path. asyncio's name is `start_unix_server`.
pub type UnixListener = Listener<mio::net::UnixListener>;

impl UnixStream {
    /// Connects to whoever listens on `path`.
    ///
    /// # Errors
    /// If nobody does, or may be asked: unix(7). `WouldBlock` if too many wait for that already; there is nothing to wait
    /// for, so try again later.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn connect(path: impl AsRef<Path>) -> impl Future<Output = io::Result<UnixStream>> {
        Stream::connecting(mio::net::UnixStream::connect(path), WaitPoint::here("connect"))
    }

    /// Takes over a connection of the standard library.
    ///
    /// # Errors
    /// If it cannot be made non-blocking or registered.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn from_std(stream: std::os::unix::net::UnixStream) -> io::Result<UnixStream> {
        stream.set_nonblocking(true)?;
        Stream::established(mio::net::UnixStream::from_std(stream))
    }

    /// Two ends of one connection.
    ///
    /// # Errors
    /// If the process has no descriptors left: socketpair(2).
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (one, other) = mio::net::UnixStream::pair()?;
        Ok((Stream::established(one)?, Stream::established(other)?))
    }
}

impl UnixListener {
    /// Listens on `path`, which is made, and must not be there yet.
    ///
    /// # Errors
    /// If it is, or cannot be made: unix(7).
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixListener> {
        Listener::listening(mio::net::UnixListener::bind(path)?, "unix listener")
    }
}

impl Socket for mio::net::UnixStream {
    const WHAT: &'static str = "unix stream";

    fn receive(&self, buf: &mut [u8]) -> io::Result<usize> {
        read_from(self, buf)
    }

    fn send(&self, buf: &[u8]) -> io::Result<usize> {
        write_to(self, buf)
    }

    fn send_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        write_vectored_to(self, bufs)
    }

    fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }

    fn connected(&self) -> io::Result<()> {
        if let Some(error) = self.take_error()? {
            return Err(error);
        }
        match self.peer_addr() {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                Err(io::ErrorKind::WouldBlock.into())
            }
            done => done.map(drop),
        }
    }
}

impl Accept for mio::net::UnixListener {
    type Socket = mio::net::UnixStream;
    type Address = std::os::unix::net::SocketAddr;

    fn accept_one(&self) -> io::Result<(Self::Socket, Self::Address)> {
        self.accept()
    }
}

/// A Unix socket for single messages. Its futures are cancel safe: a message was sent or taken, or it was not.
///
/// ```
/// use runtime::net::UnixDatagram;
/// # runtime::Runtime::new()?.block_on(async {
/// let (here, there) = UnixDatagram::pair()?;
/// here.send(b"ping").await?;
/// let mut buf = [0; 16];
/// let length = there.recv(&mut buf).await?;
/// assert_eq!(&buf[..length], b"ping");
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub struct UnixDatagram {
    source: Source<mio::net::UnixDatagram>,
}

impl UnixDatagram {
    /// Makes a socket that takes messages on `path`, which is made, and must not be there yet.
    ///
    /// # Errors
    /// If it is, or cannot be made: unix(7).
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixDatagram> {
        UnixDatagram::registered(mio::net::UnixDatagram::bind(path)?)
    }

    /// Makes a socket that takes no messages; connected, it sends them.
    ///
    /// # Errors
    /// If the process has no descriptors left: socket(2).
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn unbound() -> io::Result<UnixDatagram> {
        UnixDatagram::registered(mio::net::UnixDatagram::unbound()?)
    }

    /// Sets where `send` sends to: whoever takes messages on `path` now.
    ///
    /// There is no `send_to`. If the receiver is full, the system wakes only those who are connected to it; others it tells
    /// that they can send, and then that they cannot.
    ///
    /// # Errors
    /// If nobody does, or may be asked: unix(7).
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.source.get().connect(path)
    }

    /// Two sockets that send to each other.
    ///
    /// # Errors
    /// If the process has no descriptors left: socketpair(2).
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let (one, other) = mio::net::UnixDatagram::pair()?;
        Ok((UnixDatagram::registered(one)?, UnixDatagram::registered(other)?))
    }

    #[track_caller]
    fn registered(io: mio::net::UnixDatagram) -> io::Result<UnixDatagram> {
        Ok(UnixDatagram { source: Source::new(io, "unix datagram", &[Direction::Write])? })
    }

    /// Sends a message to the other end of a pair, or to where it is connected, as soon as there is room for it there.
    ///
    /// # Errors
    /// If there is nobody any more, or the message is too long: send(2).
    #[track_caller]
    pub fn send<'a>(&'a self, message: &'a [u8]) -> impl Future<Output = io::Result<usize>> + 'a {
        self.source.when(Direction::Write, WaitPoint::here("datagram send"), move |io| {
            io.send(message).map(|value| Done { value, amount: value, drained: false })
        })
    }

    /// Waits for a message and gives its length. What does not fit into `buf` is lost.
    ///
    /// # Errors
    /// If the system says so: recv(2).
    #[track_caller]
    pub fn recv<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + 'a {
        self.source.when(Direction::Read, WaitPoint::here("datagram recv"), move |io| {
            io.recv(buf).map(|value| Done { value, amount: value, drained: false })
        })
    }
}

impl std::fmt::Debug for UnixDatagram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UnixDatagram").field(self.source.get()).finish()
    }
}
