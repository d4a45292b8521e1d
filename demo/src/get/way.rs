//! By which way is a server reached, if not by the usual one? Another address, a Unix socket, a proxy, in less time.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http_client::ClientBuilder;

use crate::options::seconds;
use crate::stop::Stop;

/// What can be said about the way; the names are curl's.
#[derive(Args, Clone, Debug, Default)]
#[group(id = "way")]
pub struct Options {
    /// Ask this proxy, http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.
    #[arg(short = 'x', long, value_name = "URL")]
    pub proxy: Option<String>,

    /// Connect to ADDRESS instead of looking up HOST, for URLs with this port. May be given several times.
    #[arg(long, value_name = "HOST:PORT:ADDRESS", value_parser = Known::parse)]
    pub resolve: Vec<Known>,

    /// Connect to this Unix socket instead of the URL's host.
    #[arg(long, value_name = "PATH")]
    pub unix_socket: Option<PathBuf>,

    /// Give up on connecting after this many seconds [default: 30].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub connect_timeout: Option<Duration>,
}

/// A host whose address is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    host: String,
    address: SocketAddr,
}

impl Known {
    fn parse(text: &str) -> Result<Known, String> {
        let mut parts = text.splitn(3, ':');
        let (host, port, address) = (parts.next(), parts.next(), parts.next());
        let port = port.and_then(|port| port.parse().ok());
        let address = address.map(|address| address.trim_matches(['[', ']']).parse::<IpAddr>());
        match (host, port, address) {
            (Some(host), Some(port), Some(Ok(ip))) if !host.is_empty() => {
                Ok(Known { host: host.into(), address: (ip, port).into() })
            }
            _ => Err("write it as HOST:PORT:ADDRESS, such as example.com:443:127.0.0.1".into()),
        }
    }
}

impl Options {
    /// A client that goes this way.
    ///
    /// # Errors
    /// If the proxy is none.
    pub fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, Stop> {
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy).map_err(|error| Stop::Usage(error.cause().into()))?;
        }
        for Known { host, address } in &self.resolve {
            builder = builder.resolve(host, *address);
        }
        if let Some(path) = &self.unix_socket {
            builder = builder.unix_socket(path);
        }
        if let Some(limit) = self.connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_host_has_a_port_and_an_address_of_either_family() {
        let known = |host: &str, address: &str| {
            Ok(Known { host: host.into(), address: address.parse().unwrap() })
        };
        assert_eq!(Known::parse("h.test:80:127.0.0.1"), known("h.test", "127.0.0.1:80"));
        assert_eq!(Known::parse("h.test:443:::1"), known("h.test", "[::1]:443"));
        assert_eq!(Known::parse("h.test:443:[::1]"), known("h.test", "[::1]:443"));
        for wrong in ["h.test", "h.test:80", "h.test:x:127.0.0.1", ":80:127.0.0.1", "h:80:h"] {
            assert!(Known::parse(wrong).is_err(), "{wrong}");
        }
    }
}
