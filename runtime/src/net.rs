//! Sockets: TCP, UDP and, on Unix, Unix sockets, as thin futures around mio's. Taught in chapter 11.
//!
//! All belong to the runtime they are made in, and panic when they are used outside one: there would be no reactor to wake
//! whoever waits.
//!
//! With the feature `futures-io`, connections have the traits of that crate as well, and code that was written for other
//! runtimes reads and writes them.

mod addrs;
mod ahead;
#[cfg(feature = "futures-io")]
mod foreign;
mod halves;
mod listener;
mod socket;
mod stream;
mod tcp;
#[cfg(test)]
mod tests;
mod udp;
#[cfg(unix)]
mod unix;

pub use addrs::{ToAddrs, lookup_host};
pub use halves::{ReadHalf, WriteHalf};
pub use listener::Listener;
pub use stream::Stream;
pub use tcp::{TcpListener, TcpStream};
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixDatagram, UnixListener, UnixStream};
