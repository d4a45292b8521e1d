//! How are servers reached, and which of them are trusted? What a builder says about the way to them.

use std::net::SocketAddr;
use std::path::Path;

use super::ClientBuilder;
use crate::error::{Error, Fault, Kind, Phase};
use crate::route::Proxy;
use crate::tls::{Trust, rustls};
use crate::url::without_secrets;

impl ClientBuilder {
    /// Trusts the authorities in this PEM file, and no other, instead of those that Mozilla trusts.
    ///
    /// # Errors
    /// If the file cannot be read, or has no certificate in it.
    pub fn ca_file(mut self, path: impl AsRef<Path>) -> Result<ClientBuilder, Error> {
        self.trust = Some(Trust::file(path.as_ref()).map_err(cannot_trust)?);
        Ok(self)
    }

    /// The same for authorities that the program has in memory, as PEM.
    ///
    /// # Errors
    /// If there is no certificate in it.
    pub fn ca_pem(mut self, pem: &str) -> Result<ClientBuilder, Error> {
        self.trust = Some(Trust::pem(pem.as_bytes()).map_err(cannot_trust)?);
        Ok(self)
    }

    /// Speaks TLS as this configuration of rustls says, with its authorities, in place of `ca_file` and `ca_pem`: for a
    /// certificate of the client's own, other versions of TLS, or a check of one's own.
    ///
    /// The only protocol that is spoken in it is `http/1.1`, which is offered if the configuration offers none.
    ///
    /// ```
    /// use http_client::tls::rustls::{ClientConfig, RootCertStore};
    ///
    /// // Nobody is trusted.
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth();
    /// let client = http_client::Client::builder().tls_config(config).build();
    /// # drop(client);
    /// ```
    pub fn tls_config(mut self, config: rustls::ClientConfig) -> ClientBuilder {
        self.trust = Some(Trust::of(config));
        self
    }

    /// Says where a host is, which is not looked up then: for tests, and for servers that the name service does not know.
    ///
    /// Port 0 stands for the URL's own port. `Host` field and certificate are those of the URL's host, as always. A host may
    /// be given several addresses, one call each: the first that answers is used.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
    /// # let server = url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    /// let client = http_client::Client::builder().resolve("shop.example", server).build();
    /// let mut response = client.get("http://shop.example/").send().await.unwrap();
    /// assert_eq!(response.text().await.unwrap(), "hello");
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn resolve(mut self, host: &str, address: SocketAddr) -> ClientBuilder {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        self.known.push((host, address));
        self
    }

    /// Connects to this Unix socket, whatever a URL's host. aiohttp's name is `UnixConnector`.
    ///
    /// What the server is told and whom its certificate must name is still the URL's host: `http://localhost/` does well.
    ///
    /// ```
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let path = std::env::temp_dir().join(format!("onethread-doc-{}.sock", std::process::id()));
    /// use http_client::Client;
    /// use runtime::io::AsyncWriteExt;
    /// use runtime::net::UnixListener;
    ///
    /// let listener = UnixListener::bind(&path)?;
    /// let server = runtime::spawn(async move {
    ///     let (mut connection, _) = listener.accept().await?;
    ///     connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").await
    /// });
    /// let client = Client::builder().unix_socket(&path).build();
    /// let mut response = client.get("http://localhost/").send().await.unwrap();
    /// assert_eq!(response.text().await.unwrap(), "hello");
    /// # std::fs::remove_file(path)?;
    /// # server.await.unwrap()
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[cfg(unix)]
    pub fn unix_socket(mut self, path: impl AsRef<Path>) -> ClientBuilder {
        self.socket = Some(path.as_ref().to_path_buf());
        self
    }

    /// Sends all requests over this proxy, `http://host:port` or `http://user:password@host:port`.
    ///
    /// Plain requests are handed to the proxy, and share the connections to it. For `https` it is asked for a tunnel to the
    /// host (CONNECT), which it cannot look into; user and password are never sent through it. A refusal to dig a tunnel is
    /// an error, and one to forward a plain request is a response like any other, with status 407 for instance.
    ///
    /// A proxy counts as a host for [`resolve`](ClientBuilder::resolve), and what it is handed counts as sent to it for
    /// [`connections_per_host`](ClientBuilder::connections_per_host). Variables such as `HTTP_PROXY` are not looked at.
    ///
    /// # Errors
    /// If it is not such a URL. Proxies that want TLS or SOCKS are not spoken to.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let proxy = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
    /// let builder = http_client::Client::builder().proxy(&proxy).unwrap();
    /// let client = builder.no_proxy_for("localhost").build();
    /// let mut response = client.get("http://shop.example/").send().await.unwrap();
    /// assert_eq!(response.text().await.unwrap(), "hello");
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn proxy(mut self, url: &str) -> Result<ClientBuilder, Error> {
        let proxy = Proxy::parse(url).map_err(|why| {
            let cause = format!("cannot use {} as proxy: {why}", without_secrets(url));
            Fault::new(Kind::Url, cause).at(Phase::Request, "client")
        })?;
        self.routes.proxy = Some(proxy);
        Ok(self)
    }

    /// Asks this host, and all whose names end with it after a dot, directly and not over the proxy.
    pub fn no_proxy_for(mut self, host: &str) -> ClientBuilder {
        let host = host.trim_matches(['[', ']']).trim_start_matches("*.").trim_start_matches('.');
        self.routes.without.push(host.to_ascii_lowercase());
        self
    }
}

fn cannot_trust(why: String) -> Error {
    Fault::new(Kind::Tls, why).at(Phase::Request, "client")
}
