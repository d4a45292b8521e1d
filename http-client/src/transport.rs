//! A connection's bytes, whether they go as they are or through TLS.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use runtime::io::AsyncWrite;
use runtime::net::TcpStream;

use crate::error::{Fault, Kind};
use crate::tls::TlsStream;

pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What reading gave.
pub(crate) enum Arrived {
    Bytes(usize),
    /// The end; whether it is certain that nothing is missing before it.
    End {
        cleanly: bool,
    },
}

impl Transport {
    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<Result<Arrived, Fault>> {
        let read = match self {
            Transport::Plain(stream) => {
                runtime::io::AsyncRead::poll_read(Pin::new(stream), cx, buf)
                    .map_err(|error| Fault::io(Kind::Io, error))
            }
            Transport::Tls(stream) => stream.poll_plaintext(cx, buf),
        };
        read.map(|read| match read {
            Ok(0) => Ok(Arrived::End { cleanly: true }),
            Ok(length) => Ok(Arrived::Bytes(length)),
            Err(fault) if fault.kind == Kind::Truncated => Ok(Arrived::End { cleanly: false }),
            Err(fault) => Err(fault),
        })
    }

    /// Writes from the first of two pieces that has something left; from both at once where that is one system call.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        head: &[u8],
        body: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Transport::Plain(stream) if !head.is_empty() && !body.is_empty() => {
                let both = [IoSlice::new(head), IoSlice::new(body)];
                Pin::new(stream).poll_write_vectored(cx, &both)
            }
            Transport::Plain(stream) => {
                Pin::new(stream).poll_write(cx, if head.is_empty() { body } else { head })
            }
            Transport::Tls(stream) => {
                Pin::new(stream).poll_write(cx, if head.is_empty() { body } else { head })
            }
        }
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Transport::Plain(_) => Poll::Ready(Ok(())),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        if let Transport::Tls(stream) = self {
            stream.say_goodbye();
        }
    }
}
