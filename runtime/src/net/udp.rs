//! UDP: single messages, whole or not at all.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::panic::Location;

use crate::net::addrs::{ToAddrs, resolve};
use crate::observe::Direction;
use crate::source::{Done, Source};
use crate::wait::WaitPoint;

/// A UDP socket. asyncio's name is `create_datagram_endpoint`.
///
/// All its futures are cancel safe: a message was sent or taken, or it was not. If several tasks wait for a message, the one
/// polled last is woken.
///
/// ```
/// use runtime::net::UdpSocket;
/// # runtime::Runtime::new()?.block_on(async {
/// let (here, there) = (UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?);
/// here.send_to(b"ping", there.local_addr()?).await?;
/// let mut buf = [0; 16];
/// let (length, from) = there.recv_from(&mut buf).await?;
/// assert_eq!((&buf[..length], from), (&b"ping"[..], here.local_addr()?));
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub struct UdpSocket {
    source: Source<mio::net::UdpSocket>,
}

/// A message says nothing about whether there is another, unlike a short read of a stream.
fn whole<T>(value: T, amount: usize) -> Done<T> {
    Done { value, amount, drained: false }
}

impl UdpSocket {
    /// Makes a socket with the first of the target's addresses that is free. Port 0 lets the system choose one.
    ///
    /// # Errors
    /// The lookup's, or the last address's, for instance that it is in use.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub fn bind(target: impl ToAddrs) -> impl Future<Output = io::Result<UdpSocket>> {
        let (target, at) = (target.to_addrs(), Location::caller());
        async move {
            let mut last = None;
            for address in resolve(target, at).await? {
                match mio::net::UdpSocket::bind(address) {
                    Ok(io) => {
                        let source = Source::new(io, "udp socket", &[Direction::Write])?;
                        return Ok(UdpSocket { source });
                    }
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidInput, "there is no address to bind")
            }))
        }
    }

    /// Sets where `send` sends to, and from where alone messages are taken.
    ///
    /// # Errors
    /// The lookup's, or the system's: connect(2).
    #[track_caller]
    pub fn connect(&self, target: impl ToAddrs) -> impl Future<Output = io::Result<()>> {
        let (target, at) = (target.to_addrs(), Location::caller());
        async move {
            let mut last = None;
            for address in resolve(target, at).await? {
                match self.source.get().connect(address) {
                    Ok(()) => return Ok(()),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidInput, "there is no address to connect to")
            }))
        }
    }

    /// Sends a message to the connected address.
    ///
    /// # Errors
    /// If none is set, or the system refuses the message: send(2).
    #[track_caller]
    pub fn send<'a>(&'a self, message: &'a [u8]) -> impl Future<Output = io::Result<usize>> + 'a {
        self.source.when(Direction::Write, WaitPoint::here("udp send"), move |io| {
            io.send(message).map(|sent| whole(sent, sent))
        })
    }

    /// Sends a message to `to`.
    ///
    /// # Errors
    /// If the system refuses the message: sendto(2).
    #[track_caller]
    pub fn send_to<'a>(
        &'a self,
        message: &'a [u8],
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<usize>> + 'a {
        self.source.when(Direction::Write, WaitPoint::here("udp send_to"), move |io| {
            io.send_to(message, to).map(|sent| whole(sent, sent))
        })
    }

    /// Waits for a message from the connected address. What does not fit into `buf` is lost.
    ///
    /// # Errors
    /// Also that an earlier message was refused: udp(7).
    #[track_caller]
    pub fn recv<'a>(&'a self, buf: &'a mut [u8]) -> impl Future<Output = io::Result<usize>> + 'a {
        self.source.when(Direction::Read, WaitPoint::here("udp recv"), move |io| {
            io.recv(buf).map(|length| whole(length, length))
        })
    }

    /// Waits for a message, and gives its length and where it comes from. What does not fit into `buf` is lost.
    ///
    /// # Errors
    /// Also that an earlier message was refused: udp(7).
    #[track_caller]
    pub fn recv_from<'a>(
        &'a self,
        buf: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + 'a {
        self.source.when(Direction::Read, WaitPoint::here("udp recv_from"), move |io| {
            io.recv_from(buf).map(|(length, from)| whole((length, from), length))
        })
    }

    /// The address of this side.
    ///
    /// # Errors
    /// If the system says so: getsockname(2).
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().local_addr()
    }

    /// The address set with `connect`.
    ///
    /// # Errors
    /// If none is set.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.get().peer_addr()
    }
}

impl std::fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UdpSocket").field(self.source.get()).finish()
    }
}
