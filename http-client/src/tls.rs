//! How does TLS fit between bytes and a socket that must not block? As a machine that is fed ciphertext and gives plaintext.
//!
//! All of rustls is in this file: the client's side, which `transport` uses, and the server's, for servers of tests and
//! demonstrations. Taught in chapter 13.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use runtime::io::{AsyncRead, AsyncWrite};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Connection, RootCertStore, ServerConfig,
    ServerConnection,
};

use crate::error::{Fault, Kind};

/// Whom to trust, and how to speak.
#[derive(Clone)]
pub(crate) struct Trust {
    config: Arc<ClientConfig>,
}

impl Trust {
    /// The authorities that Mozilla trusts.
    pub(crate) fn usual() -> Result<Trust, String> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Trust::new(roots)
    }

    /// Only the authorities in a PEM file.
    pub(crate) fn file(path: &Path) -> Result<Trust, String> {
        std::fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|pem| Trust::pem(&pem))
            .map_err(|why| format!("cannot use {} as CA file: {why}", path.display()))
    }

    /// Only the authorities in this PEM text.
    pub(crate) fn pem(pem: &[u8]) -> Result<Trust, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(plainly)?;
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
        if roots.is_empty() {
            return Err("it has no certificate (BEGIN CERTIFICATE) in it".into());
        }
        Trust::new(roots)
    }

    fn new(roots: RootCertStore) -> Result<Trust, String> {
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Trust { config: Arc::new(config) })
    }
}

/// Who a server is: its certificate, and the key that proves it.
#[derive(Clone)]
pub struct Identity {
    config: Arc<ServerConfig>,
}

impl Identity {
    /// Reads a certificate, followed by those it stands on, and its private key, both as PEM.
    ///
    /// # Errors
    /// What is wrong with them: not PEM, nothing in it, a key that is not the certificate's.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Identity, String> {
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes());
        let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(plainly)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(plainly)?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Identity { config: Arc::new(config) })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The one protocol that is offered (ALPN).
const HTTP_1_1: &[u8] = b"http/1.1";

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn plainly(error: rustls::pki_types::pem::Error) -> String {
    format!("it is not PEM: {error}")
}

/// A TLS connection over `S`.
pub struct TlsStream<S> {
    stream: S,
    session: Connection,
    /// Ciphertext that came and was not fed yet.
    incoming: Vec<u8>,
    fed: usize,
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
        TlsStream::new(stream, session.into()).shake_hands().await
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

    fn new(stream: S, session: Connection) -> TlsStream<S> {
        TlsStream { stream, session, incoming: Vec::new(), fed: 0, said_goodbye: false }
    }

    async fn shake_hands(mut self) -> Result<TlsStream<S>, Fault> {
        poll_fn(|cx| self.poll_handshake(cx)).await?;
        Ok(self)
    }

    fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        loop {
            ready!(self.poll_send(cx)).map_err(|error| Fault::io(Kind::Tls, error))?;
            if !self.session.is_handshaking() {
                return Poll::Ready(Ok(()));
            }
            if ready!(self.poll_feed(cx))? == 0 {
                let cause = "the connection was closed in the middle of the handshake";
                return Poll::Ready(Err(Fault::new(Kind::Tls, cause)));
            }
        }
    }

    /// Reads plaintext: 0 bytes after a proper close_notify. An end without one is a fault of the kind `Truncated`.
    pub(crate) fn poll_plaintext(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<Result<usize, Fault>> {
        loop {
            match self.session.reader().read(buf) {
                Ok(length) => return Poll::Ready(Ok(length)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(Fault::io(Kind::Truncated, error))),
            }
            // What a session answers by itself (a key update, an alert) goes out when there is room for it.
            if let Poll::Ready(Err(error)) = self.poll_send(cx) {
                return Poll::Ready(Err(Fault::io(Kind::Io, error)));
            }
            ready!(self.poll_feed(cx))?;
        }
    }

    /// Says goodbye, as far as that goes without waiting.
    pub(crate) fn say_goodbye(&mut self) {
        let _ = Pin::new(self).poll_close(&mut Context::from_waker(std::task::Waker::noop()));
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
        if self.fed == self.incoming.len() {
            // A whole record at once; rustls alone would take 4 KiB at a time.
            self.incoming.resize(16 * 1024 + 256, 0);
            let read = Pin::new(&mut self.stream).poll_read(cx, &mut self.incoming);
            self.incoming.truncate(match read {
                Poll::Ready(Ok(length)) => length,
                _ => 0,
            });
            self.fed = 0;
            ready!(read).map_err(|error| Fault::io(Kind::Io, error))?;
        }
        let fed = self
            .session
            .read_tls(&mut &self.incoming[self.fed..])
            .map_err(|error| Fault::io(Kind::Tls, error))?;
        self.fed += fed;
        if let Err(error) = self.session.process_new_packets() {
            // The alert tells the server why; whether it arrives does not matter any more.
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
        self.poll_plaintext(cx, buf).map_err(Fault::into_io)
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
        if let Poll::Ready(Err(error)) = self.poll_send(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_send(cx)
    }

    /// Says goodbye with a close_notify, then closes the stream's own writing side.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.said_goodbye {
            self.said_goodbye = true;
            self.session.send_close_notify();
        }
        ready!(self.poll_send(cx))?;
        Pin::new(&mut self.stream).poll_close(cx)
    }
}

impl<S> fmt::Debug for TlsStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream").finish_non_exhaustive()
    }
}

/// A stream as rustls wants to write to it: one that says `WouldBlock`.
struct Blocking<'a, 'b, S> {
    stream: &'a mut S,
    cx: &'a mut Context<'b>,
}

impl<S: AsyncWrite + Unpin> Write for Blocking<'_, '_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match Pin::new(&mut *self.stream).poll_write(self.cx, bytes) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn write_vectored(&mut self, bytes: &[io::IoSlice<'_>]) -> io::Result<usize> {
        match Pin::new(&mut *self.stream).poll_write_vectored(self.cx, bytes) {
            Poll::Ready(written) => written,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What rustls says, in the words of somebody who has to do something about it.
fn fault(error: rustls::Error) -> Fault {
    let cause = match &error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => {
                "the server's certificate is not trusted: unknown issuer (give its CA to trust it)"
                    .into()
            }
            CertificateError::NotValidForName => {
                "the server's certificate is for another host: name mismatch".into()
            }
            CertificateError::NotValidForNameContext { expected, presented } => format!(
                "the server's certificate is for another host: name mismatch, {} is not among {}",
                expected.to_str(),
                presented.join(", ")
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate expired".into()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet".into()
            }
            other => format!("the server's certificate is not valid: {other}"),
        },
        rustls::Error::InvalidMessage(_) => {
            format!("the server does not speak TLS on this port: invalid message ({error})")
        }
        other => other.to_string(),
    };
    Fault::new(Kind::Tls, cause)
}
