//! What does a connection need of the system? The calls that mio's TCP and Unix sockets have in common.

use std::io::{self, IoSlice, Read, Write};
use std::net::Shutdown;

/// What mio's two kinds of connection have in common.
pub trait Socket: mio::event::Source + Sized + 'static {
    /// What to call it in traces.
    #[doc(hidden)]
    const WHAT: &'static str;
    /// read(2)
    #[doc(hidden)]
    fn receive(&self, buf: &mut [u8]) -> io::Result<usize>;
    /// write(2)
    #[doc(hidden)]
    fn send(&self, buf: &[u8]) -> io::Result<usize>;
    /// writev(2)
    #[doc(hidden)]
    fn send_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize>;
    /// shutdown(2)
    #[doc(hidden)]
    fn shut_down(&self, how: Shutdown) -> io::Result<()>;
    /// The error of a connection that could not be made, or that it is made.
    #[doc(hidden)]
    fn connected(&self) -> io::Result<()>;
}

/// `read` and `write` are methods of `&mio::net::TcpStream` and the like, which takes a `mut` of its own.
pub(super) fn read_from(mut io: impl Read, buf: &mut [u8]) -> io::Result<usize> {
    io.read(buf)
}

pub(super) fn write_to(mut io: impl Write, buf: &[u8]) -> io::Result<usize> {
    io.write(buf)
}

pub(super) fn write_vectored_to(mut io: impl Write, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
    io.write_vectored(bufs)
}
