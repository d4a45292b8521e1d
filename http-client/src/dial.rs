//! How does a URL become a connection? Its host's addresses, the first of them that answers, and TLS where it is wanted.
//!
//! `builder` says what is special, `sending` dials when no idle connection will do.

mod race;
mod tunnel;

use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;

use runtime::net::lookup_host;

use crate::error::{Fault, Kind, Phase};
use crate::limits::Limits;
use crate::route::{Proxy, Route};
use crate::tls::{TlsStream, Trust};
use crate::transport::Transport;
use crate::url::Url;
use crate::wire::Wire;

/// What all connections of a client have in common while they are made.
pub(crate) struct Dialer {
    /// Whom to trust, or why that cannot be said.
    pub(crate) trust: Result<Trust, String>,
    /// Hosts that are not looked up. A host may be here several times.
    pub(crate) known: Vec<(String, SocketAddr)>,
    /// Where all connections go, whatever their host.
    #[cfg(unix)]
    pub(crate) socket: Option<PathBuf>,
    /// Of what a proxy may say.
    pub(crate) limits: Limits,
}

impl Dialer {
    /// Connects to a URL's host by this way. `phase` is told how far it has come.
    ///
    /// What not every connection goes through has its room on the heap while it lasts: thousands may be on their way at once,
    /// and a TLS session on its way from one future to the next is larger than all else.
    pub(crate) async fn dial(
        &self,
        url: &Url,
        route: Route<'_>,
        phase: impl Fn(Phase),
    ) -> Result<Transport, Fault> {
        let trust = self.trust.as_ref().map_err(|why| Fault::new(Kind::Tls, why.as_str()))?;
        let wire = match route {
            Route::Direct => self.connect(url.host(), url.port(), &phase).await?,
            Route::Forward(proxy) => self.connect_to(proxy, &phase).await?,
            Route::Tunnel(proxy) => {
                let wire = self.connect_to(proxy, &phase).await?;
                phase(Phase::Proxy);
                Box::pin(tunnel::dig(wire, url, proxy, self.limits)).await?
            }
        };
        if !url.is_tls() {
            return Ok(Transport::Plain(wire));
        }
        phase(Phase::Handshake);
        let stream = Box::new(Box::pin(TlsStream::connect(wire, url.host(), trust)).await?);
        runtime::note("tls", || {
            let how = if stream.is_resumed() { "resumed" } else { "up" };
            format!("session with {} is {how}", url.host())
        });
        Ok(Transport::Tls(stream))
    }

    async fn connect_to(&self, proxy: &Proxy, phase: &impl Fn(Phase)) -> Result<Wire, Fault> {
        let connected = self.connect(proxy.host(), proxy.port(), phase).await;
        connected.map_err(|fault| fault.because(|cause| format!("{proxy}: {cause}")))
    }

    async fn connect(&self, host: &str, port: u16, phase: &impl Fn(Phase)) -> Result<Wire, Fault> {
        #[cfg(unix)]
        if let Some(path) = &self.socket {
            phase(Phase::Connect);
            let stream = runtime::net::UnixStream::connect(path).await;
            return stream.map(Wire::from).map_err(|error| Fault::at_path(path, error));
        }
        phase(Phase::Lookup);
        let addresses = self.addresses(host, port).await?;
        phase(Phase::Connect);
        let stream = race::first_of(addresses).await?;
        // A request is written at once, so there is nothing that waiting could put together.
        stream.set_nodelay(true).map_err(Fault::connect)?;
        Ok(Wire::from(stream))
    }

    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Fault> {
        let known = self.known.iter().filter(|(name, _)| name == host);
        let mut known: Vec<SocketAddr> = known.map(|(_, address)| *address).collect();
        for address in known.iter_mut().filter(|address| address.port() == 0) {
            address.set_port(port);
        }
        if !known.is_empty() {
            return Ok(known);
        }
        lookup_host((host, port)).await.map_err(Fault::connect)
    }
}
