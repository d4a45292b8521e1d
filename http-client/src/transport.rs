//! A connection's bytes, whether they go as they are or through TLS.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use runtime::io::{AsyncRead, AsyncWrite};

use crate::ending::Ending;
use crate::error::{Fault, Kind, plainly};
use crate::tls::TlsStream;
use crate::wire::Wire;

pub(crate) enum Transport {
    Plain(Wire),
    Tls(Box<TlsStream<Wire>>),
}

/// What reading gave.
pub(crate) enum Arrived {
    Bytes(usize),
    /// The end; whether it is certain that nothing is missing before it.
    End {
        cleanly: bool,
    },
}

impl Arrived {
    /// From how many bytes came, or why none did.
    pub(crate) fn from(read: Result<usize, Fault>) -> Result<Arrived, Fault> {
        match read {
            Ok(0) => Ok(Arrived::End { cleanly: true }),
            Ok(length) => Ok(Arrived::Bytes(length)),
            Err(fault) if fault.kind == Kind::Truncated => Ok(Arrived::End { cleanly: false }),
            Err(fault) => Err(fault),
        }
    }
}

impl Transport {
    /// Waits until it may be worth while to read.
    #[inline]
    pub(crate) fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Transport::Plain(wire) => wire.poll_readable(cx),
            // It may have read more than was asked for.
            Transport::Tls(_) => Poll::Ready(()),
        }
    }

    #[inline]
    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<Result<Arrived, Fault>> {
        let read = match self {
            Transport::Plain(wire) => {
                Pin::new(wire).poll_read(cx, buf).map_err(|error| Fault::io(Kind::Io, error))
            }
            Transport::Tls(stream) => stream.poll_copy(cx, buf),
        };
        read.map(Arrived::from)
    }

    /// Whoever has the bytes that come in memory of its own, where they can be read without a copy.
    pub(crate) fn lender(&mut self) -> Option<&mut TlsStream<Wire>> {
        match self {
            Transport::Plain(_) => None,
            Transport::Tls(stream) => Some(stream),
        }
    }

    /// Whether bytes have come that nobody has read.
    pub(crate) fn has_more(&mut self) -> bool {
        self.lender().is_some_and(|lender| !lender.at_hand().is_empty())
    }

    /// Writes from the first of two pieces that has something left; from both at once where that is one system call.
    #[inline]
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        head: &[u8],
        body: &[u8],
    ) -> Poll<io::Result<usize>> {
        let first = if head.is_empty() { body } else { head };
        match self {
            Transport::Plain(wire) if !head.is_empty() && !body.is_empty() => {
                let both = [IoSlice::new(head), IoSlice::new(body)];
                Pin::new(wire).poll_write_vectored(cx, &both)
            }
            Transport::Plain(wire) => Pin::new(wire).poll_write(cx, first),
            Transport::Tls(stream) => Pin::new(stream).poll_write(cx, first),
        }
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // What a socket has taken is with the system.
            Transport::Plain(_) => Poll::Ready(Ok(())),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    /// Nobody uses it for now.
    pub(crate) fn rest(&mut self) {
        if let Transport::Tls(stream) = self {
            stream.rest();
        }
    }

    /// Whether a byte came or went on the socket since this was last asked.
    pub(crate) fn has_moved(&mut self) -> bool {
        match self {
            Transport::Plain(wire) => wire.has_moved(),
            Transport::Tls(stream) => stream.get_mut().has_moved(),
        }
    }

    /// What has happened on an idle connection: a byte, the end, an error. TLS's own messages do not count.
    #[inline]
    pub(crate) fn spoiled(&mut self, just_used: bool) -> Option<Ending> {
        // Said in a few instructions, for this is on the way of every request.
        match self {
            Transport::Plain(wire) if just_used && wire.is_quiet() => None,
            _ => self.happened(just_used),
        }
    }

    fn happened(&mut self, just_used: bool) -> Option<Ending> {
        let read = |wire: &mut Wire, buf: &mut [u8]| wire.read_unasked(buf, just_used);
        let happened = match self {
            Transport::Plain(wire) => read(wire, &mut [0]),
            Transport::Tls(stream) => stream.read_unasked(read),
        };
        match happened {
            Ok(0) => Some(Ending::SERVER_CLOSED),
            Ok(_) => Some(Ending::UNASKED),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => None,
                // TLS that was not ended properly.
                ErrorKind::UnexpectedEof => Some(Ending::SERVER_CLOSED),
                _ => Some(Ending::Failed(plainly(&error))),
            },
        }
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        if let Transport::Tls(stream) = self {
            // Where nobody can wait any more: as far as it goes.
            stream.say_goodbye(|wire, bytes| wire.write_now(bytes));
        }
    }
}
