//! How does TLS fit between bytes and a socket that must not block? As a machine that is fed ciphertext and gives plaintext.
//!
//! All of rustls is in this file and its folder: the client's side, which `transport` uses, and the server's, for servers
//! of tests and demonstrations. Taught in chapter 13.

mod bridge;
mod config;
mod words;

use std::fmt;
use std::future::poll_fn;
use std::hint::black_box;
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use runtime::io::{AsyncRead, AsyncWrite};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, HandshakeKind, Reader, ServerConnection};

use crate::error::{Fault, Kind};

use bridge::{Blocking, Direct};
pub use config::Identity;
pub(crate) use config::Trust;
/// For a configuration of one's own: [`ClientBuilder::tls_config`](crate::ClientBuilder::tls_config).
pub use rustls;
use words::fault;

/// How much room rustls has for ciphertext to begin with.
const USUAL_ROOM: usize = 4 * 1024;

/// What is asked of the allocator while rustls opens large records: as much as the plaintext of one, whose place it takes.
///
/// rustls copies each record's plaintext, which begins at byte 5 of its room for ciphertext, into new memory, and the allocator
/// likes to put that right behind the room. The room has 2ⁿ bytes and the allocator's header 16, so the copy goes 11 bytes
/// further in its page than it comes from, and there are processors (AMD's Zen) on which `rep movsb` then takes 25 times
/// as long: a large body took twice the CPU time.
const SPACER: usize = 16 * 1024;

/// A TLS connection over `S`.
pub struct TlsStream<S> {
    stream: S,
    session: Connection,
    /// How much of the plaintext at hand is lent. It goes when more is asked for.
    lent: usize,
    /// Whether rustls may have made more room for ciphertext than it needs for small records.
    grown: bool,
    said_goodbye: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream<S> {
    /// The client's side: a session with `host`, whose certificate must be one that `trust` trusts.
    pub(crate) async fn connect(
        stream: S,
        host: &str,
        trust: &Trust,
    ) -> Result<TlsStream<S>, Fault> {
        let name = ServerName::try_from(host.to_string()).map_err(|_| {
            Fault::new(Kind::Tls, format!("{host:?} cannot be the name on a certificate"))
        })?;
        let session = ClientConnection::new(trust.config.clone(), name).map_err(fault)?;
        let stream = TlsStream::new(stream, session.into()).shake_hands().await?;
        match stream.session.alpn_protocol() {
            Some(other) if other != config::HTTP_1_1 => Err(Fault::new(
                Kind::Tls,
                format!(
                    "the server chose the protocol {}, and this client speaks http/1.1 alone: leave others out of \
                     `alpn_protocols`",
                    other.escape_ascii()
                ),
            )),
            _ => Ok(stream),
        }
    }

    /// The server's side: waits for the handshake with the client at the other end of `stream`.
    ///
    /// Dropping it closes the stream. It has no time limit of its own: see [`timeout`](runtime::time::timeout()).
    ///
    /// # Errors
    /// If the stream breaks, or the client speaks no TLS, does not trust the certificate, or leaves.
    pub async fn accept(stream: S, identity: &Identity) -> io::Result<TlsStream<S>> {
        let session = ServerConnection::new(identity.config.clone()).map_err(io::Error::other)?;
        TlsStream::new(stream, session.into()).shake_hands().await.map_err(Fault::into_io)
    }

    /// Whether the two knew each other from an earlier session, and needed no certificates.
    pub(crate) fn is_resumed(&self) -> bool {
        self.session.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// What is under it.
    pub(crate) fn get_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    /// Gives memory back that only large records needed.
    pub(crate) fn rest(&mut self) {
        if mem::take(&mut self.grown) {
            // rustls looks at how much room it has when it is about to read, and only then.
            let nothing = |_: &mut [u8]| Err(io::ErrorKind::WouldBlock.into());
            let _ = self.session.read_tls(&mut Direct(nothing));
        }
    }

    fn new(stream: S, session: Connection) -> TlsStream<S> {
        TlsStream { stream, session, lent: 0, grown: false, said_goodbye: false }
    }

    async fn shake_hands(mut self) -> Result<TlsStream<S>, Fault> {
        poll_fn(|cx| {
            let polled = self.poll_handshake(cx);
            if polled.is_pending() {
                runtime::waits_for("tls handshake");
            }
            polled
        })
        .await?;
        Ok(self)
    }

    fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        loop {
            let speaks = self.session.wants_write();
            ready!(self.poll_send(cx)).map_err(|error| Fault::io(Kind::Tls, error))?;
            if speaks {
                runtime::note("tls", || "this side has said its next part of the handshake".into());
            }
            if !self.session.is_handshaking() {
                return Poll::Ready(Ok(()));
            }
            let fed = ready!(self.poll_feed(cx)).map_err(|fault| fault.of(Kind::Tls))?;
            if fed == 0 {
                let cause = "the connection was closed in the middle of the handshake";
                return Poll::Ready(Err(Fault::new(Kind::Tls, cause)));
            }
            runtime::note("tls", || format!("{fed} bytes of the other side's part have come"));
        }
    }

    /// Reads plaintext: 0 bytes after a proper close_notify. An end without one is a fault of the kind `Truncated`.
    pub(crate) fn poll_copy(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<Result<usize, Fault>> {
        self.poll_plaintext(cx, |mut reader| reader.read(buf))
    }

    /// The same for whoever needs no copy: waits until there is plaintext `at_hand`, and says how much.
    pub(crate) fn poll_at_hand(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Fault>> {
        self.poll_plaintext(cx, |reader| reader.into_first_chunk().map(<[u8]>::len))
    }

    fn poll_plaintext(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Reader<'_>) -> io::Result<usize>,
    ) -> Poll<Result<usize, Fault>> {
        self.take_back();
        loop {
            match read(self.session.reader()) {
                Ok(length) => return Poll::Ready(Ok(length)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(Fault::io(Kind::Truncated, error))),
            }
            // What a session answers by itself (a key update, an alert) goes out when there is room for it. A connection
            // that takes no more may still have something to give: what the other side said before it closed.
            let _ = self.poll_send(cx);
            ready!(self.poll_feed(cx))?;
        }
    }

    /// The plaintext of the first record that was not read yet, where rustls has it; nothing if there is none.
    pub(crate) fn at_hand(&mut self) -> &[u8] {
        self.take_back();
        self.lent()
    }

    /// Counts so much of what is `at_hand` as read. It stays there, as what is `lent`, until more is asked for.
    pub(crate) fn lend(&mut self, length: usize) {
        self.lent = length;
    }

    /// What was `at_hand`.
    pub(crate) fn lent(&mut self) -> &[u8] {
        self.session.reader().into_first_chunk().unwrap_or_default()
    }

    fn take_back(&mut self) {
        if self.lent > 0 {
            self.session.reader().consume(mem::take(&mut self.lent));
        }
    }

    /// Reads what has come on an idle connection: `WouldBlock` if that is nothing, or nothing but TLS's own messages, such
    /// as tickets for later sessions. `read` gives ciphertext without waiting.
    pub(crate) fn read_unasked(
        &mut self,
        mut read: impl FnMut(&mut S, &mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.take_back();
        loop {
            match self.session.reader().read(&mut [0]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
            let stream = &mut self.stream;
            self.session.read_tls(&mut Direct(|room: &mut [u8]| read(stream, room)))?;
            self.session.process_new_packets().map_err(|error| fault(error).into_io())?;
        }
    }

    /// Says goodbye without waiting, as far as `write` takes it.
    pub(crate) fn say_goodbye(&mut self, write: impl Fn(&S, &[u8]) -> io::Result<usize>) {
        self.queue_goodbye();
        let mut writer = Direct(|bytes: &[u8]| write(&self.stream, bytes));
        while self.session.wants_write()
            && self.session.write_tls(&mut writer).is_ok_and(|length| length > 0)
        {}
    }

    fn queue_goodbye(&mut self) {
        if !self.said_goodbye {
            self.said_goodbye = true;
            self.session.send_close_notify();
        }
    }

    /// Sends all ciphertext that there is.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.session.wants_write() {
            let mut writer = Blocking { stream: &mut self.stream, cx };
            match self.session.write_tls(&mut writer) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Feeds the session what the socket has; 0 is the end of the connection.
    fn poll_feed(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Fault>> {
        let mut socket = Blocking { stream: &mut self.stream, cx };
        let fed = match self.session.read_tls(&mut socket) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
            Err(error) => return Poll::Ready(Err(Fault::io(Kind::Io, error))),
        };
        self.grown |= fed >= USUAL_ROOM;
        let spacer = self.grown.then(|| black_box(Vec::<u8>::with_capacity(SPACER)));
        let processed = self.session.process_new_packets();
        drop(spacer);
        if let Err(error) = processed {
            // The alert tells the other side why; whether it arrives does not matter any more.
            let _ = self.poll_send(cx);
            return Poll::Ready(Err(fault(error)));
        }
        Poll::Ready(Ok(fed))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for TlsStream<S> {
    /// Reads plaintext. An end without a close_notify, where something may be missing, is `UnexpectedEof`.
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_copy(cx, buf).map_err(Fault::into_io)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TlsStream<S> {
    /// Takes plaintext, as far as there is room for its ciphertext; `poll_flush` sends what was not sent yet.
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_send(cx))?;
        let taken = self.session.writer().write(bytes)?;
        // Some of it may be on its way even if this fails, so the bytes count as taken, and the next call fails.
        let _ = self.poll_send(cx);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_send(cx)
    }

    /// Says goodbye with a close_notify, then closes the stream's own writing side.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.queue_goodbye();
        ready!(self.poll_send(cx))?;
        Pin::new(&mut self.stream).poll_close(cx)
    }
}

impl<S> fmt::Debug for TlsStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream").finish_non_exhaustive()
    }
}
