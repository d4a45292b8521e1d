//! How does TLS fit between bytes and a socket that must not block? As a machine that is fed ciphertext and gives plaintext.
//!
//! All of rustls is in this file. `transport` uses it. Taught in chapter 13.

use std::io::{self, Read, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use runtime::io::{AsyncRead, AsyncWrite};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};

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
        let wrong = |why: String| format!("cannot use {} as CA file: {why}", path.display());
        let mut roots = RootCertStore::empty();
        let certificates =
            CertificateDer::pem_file_iter(path).map_err(|error| wrong(plainly(error)))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| wrong(plainly(error)))?;
            roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(wrong("it has no certificate (BEGIN CERTIFICATE) in it".into()));
        }
        Trust::new(roots)
    }

    fn new(roots: RootCertStore) -> Result<Trust, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Trust { config: Arc::new(config) })
    }
}

fn plainly(error: rustls::pki_types::pem::Error) -> String {
    match error {
        rustls::pki_types::pem::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// A TLS connection over `S`.
pub(crate) struct TlsStream<S> {
    stream: S,
    session: ClientConnection,
    /// Ciphertext that came and was not fed yet.
    incoming: Vec<u8>,
    fed: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream<S> {
    /// Begins a session with `host`; `poll_handshake` completes it.
    pub(crate) fn new(stream: S, host: &str, trust: &Trust) -> Result<TlsStream<S>, Fault> {
        let name = ServerName::try_from(host.to_string()).map_err(|_| {
            Fault::new(Kind::Tls, format!("{host:?} cannot be the name on a certificate"))
        })?;
        let session = ClientConnection::new(trust.config.clone(), name).map_err(fault)?;
        Ok(TlsStream { stream, session, incoming: Vec::new(), fed: 0 })
    }

    pub(crate) fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        loop {
            ready!(self.poll_send(cx)).map_err(|error| Fault::io(Kind::Tls, error))?;
            if !self.session.is_handshaking() {
                return Poll::Ready(Ok(()));
            }
            if ready!(self.poll_feed(cx))? == 0 {
                let cause = "the server closed the connection in the middle of the handshake";
                return Poll::Ready(Err(Fault::new(Kind::Tls, cause)));
            }
        }
    }

    /// Reads plaintext: 0 bytes after a proper close_notify. A connection that ended without is `UnexpectedEof`.
    pub(crate) fn poll_read(
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

    /// Takes plaintext, as far as there is room for its ciphertext.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_send(cx))?;
        let taken = self.session.writer().write(bytes)?;
        // It may take some, or none, for now: `poll_flush` sends the rest.
        if let Poll::Ready(Err(error)) = self.poll_send(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(taken))
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_send(cx)
    }

    /// Says goodbye, as far as that goes without waiting.
    pub(crate) fn say_goodbye(&mut self) {
        self.session.send_close_notify();
        let _ = self.poll_send(&mut Context::from_waker(std::task::Waker::noop()));
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
