//! TCP: connecting, listening, and the options of a connection.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::{Shutdown, SocketAddr};
use std::panic::Location;

use crate::net::addrs::{ToAddrs, resolve};
use crate::net::listener::{Accept, Listener};
use crate::net::socket::{Socket, read_from, write_to, write_vectored_to};
use crate::net::stream::Stream;
use crate::wait::WaitPoint;

/// A TCP connection. asyncio's name for one that is made with `connect` is `open_connection`.
///
/// ```
/// use runtime::io::{AsyncReadExt, AsyncWriteExt};
/// use runtime::net::{TcpListener, TcpStream};
///
/// # runtime::Runtime::new()?.block_on(async {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let mut near = TcpStream::connect(listener.local_addr()?).await?;
/// let (mut far, _) = listener.accept().await?;
/// near.write_all(b"hello").await?;
/// let mut said = [0; 5];
/// far.read_exact(&mut said).await?;
/// assert_eq!(&said, b"hello");
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub type TcpStream = Stream<mio::net::TcpStream>;

/// A socket that accepts TCP connections. asyncio's name is `start_server`.
///
/// ```
/// use runtime::io::copy;
/// use runtime::net::TcpListener;
/// use runtime::spawn;
///
/// # runtime::Runtime::new()?.block_on(async {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let server = spawn(async move {
///     while let Ok((connection, _)) = listener.accept().await {
///         // An echo for each client, beside the others.
///         drop(spawn(async move { copy(&mut &connection, &mut &connection).await }));
///     }
/// });
/// # server.abort();
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub type TcpListener = Listener<mio::net::TcpListener>;

impl TcpStream {
    /// Connects to the first of the target's addresses that answers, trying one after another.
    ///
    /// Cancel safe in that dropping it closes what it has begun. It has no time limit of its own: see
    /// [`timeout`](crate::time::timeout).
    ///
    /// # Errors
    /// The lookup's, or, if no address answers, the last one's, which tells of the others too.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn connect(target: impl ToAddrs) -> impl Future<Output = io::Result<TcpStream>> {
        connect_in_turn(target.to_addrs(), Location::caller())
    }

    /// Takes over a connection of the standard library.
    ///
    /// # Errors
    /// If it cannot be made non-blocking or registered.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn from_std(stream: std::net::TcpStream) -> io::Result<TcpStream> {
        stream.set_nonblocking(true)?;
        Stream::established(mio::net::TcpStream::from_std(stream))
    }

    /// The address of the other side.
    ///
    /// # Errors
    /// If the connection is not there any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().peer_addr()
    }

    /// The address of this side.
    ///
    /// # Errors
    /// If the system says so: getsockname(2).
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().local_addr()
    }

    /// Whether small writes are sent at once (`TCP_NODELAY`).
    ///
    /// # Errors
    /// If the system says so: tcp(7).
    pub fn nodelay(&self) -> io::Result<bool> {
        self.source.get().nodelay()
    }

    /// Sends small writes at once, rather than waiting for more to send along (`TCP_NODELAY`).
    ///
    /// # Errors
    /// If the system says so: tcp(7).
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.source.get().set_nodelay(nodelay)
    }
}

async fn connect_in_turn(
    target: crate::net::addrs::Addrs,
    at: &'static Location<'static>,
) -> io::Result<TcpStream> {
    let mut failures: Vec<(SocketAddr, io::Error)> = Vec::new();
    for address in resolve(target, at).await? {
        let connecting = mio::net::TcpStream::connect(address);
        match Stream::connecting(connecting, WaitPoint { what: "connect", at }).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failures.push((address, error)),
        }
    }
    match failures.pop() {
        None => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no address to connect to"))
        }
        Some((_, error)) if failures.is_empty() => Err(error),
        Some((address, error)) => {
            let kind = error.kind();
            failures.push((address, error));
            let each: Vec<String> =
                failures.iter().map(|(address, error)| format!("{address}: {error}")).collect();
            Err(io::Error::new(kind, each.join("; ")))
        }
    }
}

impl TcpListener {
    /// Listens on the first of the target's addresses that is free. Port 0 lets the system choose one.
    ///
    /// # Errors
    /// The lookup's, or the last address's, for instance that it is in use.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn bind(target: impl ToAddrs) -> impl Future<Output = io::Result<TcpListener>> {
        let (target, at) = (target.to_addrs(), Location::caller());
        async move {
            let mut last = None;
            for address in resolve(target, at).await? {
                match mio::net::TcpListener::bind(address) {
                    Ok(listener) => return Listener::listening(listener, "tcp listener"),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidInput, "there is no address to listen on")
            }))
        }
    }

    /// Takes over a listener of the standard library: for options that cannot be set here.
    ///
    /// # Errors
    /// If it cannot be made non-blocking or registered.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<TcpListener> {
        listener.set_nonblocking(true)?;
        Listener::listening(mio::net::TcpListener::from_std(listener), "tcp listener")
    }

    /// The address it listens on.
    ///
    /// # Errors
    /// If the system says so: getsockname(2).
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().local_addr()
    }
}

impl Socket for mio::net::TcpStream {
    const WHAT: &'static str = "tcp stream";

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

impl Accept for mio::net::TcpListener {
    type Socket = mio::net::TcpStream;
    type Address = SocketAddr;

    fn accept_one(&self) -> io::Result<(mio::net::TcpStream, SocketAddr)> {
        self.accept()
    }
}
