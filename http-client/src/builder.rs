//! How is a client set up? Limits, time and, in `reach`, the way to servers; each with a value that will do unless it is set.

mod reach;

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::client::Client;
use crate::dial::Dialer;
use crate::limits::Limits;
use crate::pool::Pool;
use crate::route::Routes;
use crate::session::{Jar, Session};
use crate::tls::Trust;

/// Settings for a [`Client`].
///
/// ```
/// use http_client::{Client, Limits};
/// use std::time::Duration;
///
/// let client = Client::builder()
///     .header("Authorization", "Bearer token")
///     .connections(10)
///     .connect_timeout(Duration::from_secs(5))
///     .read_timeout(Duration::from_secs(10))
///     .timeout(Duration::from_secs(60))
///     .limits(Limits { body: 1024 * 1024, ..Limits::default() })
///     .build();
/// # drop(client);
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    headers: Vec<(String, String)>,
    trust: Option<Trust>,
    known: Vec<(String, SocketAddr)>,
    routes: Routes,
    #[cfg(unix)]
    socket: Option<PathBuf>,
    connections: usize,
    per_host: Option<usize>,
    idle_for: Duration,
    limits: Limits,
    pub(crate) auto_decompress: bool,
    pub(crate) jar: Option<Rc<dyn Jar>>,
    connect_timeout: Duration,
    read_timeout: Duration,
    total_timeout: Duration,
}

impl Client {
    /// A client with the usual settings.
    pub fn new() -> Client {
        ClientBuilder::default().build()
    }

    /// Begins to make a client with other settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl Default for Client {
    fn default() -> Client {
        Client::new()
    }
}

impl Default for ClientBuilder {
    fn default() -> ClientBuilder {
        ClientBuilder {
            headers: Vec::new(),
            trust: None,
            known: Vec::new(),
            routes: Routes::default(),
            #[cfg(unix)]
            socket: None,
            connections: 100,
            per_host: None,
            idle_for: Duration::from_secs(15),
            limits: Limits::default(),
            auto_decompress: false,
            jar: None,
            connect_timeout: Duration::from_secs(30),
            read_timeout: Duration::MAX,
            total_timeout: Duration::from_secs(300),
        }
    }
}

impl ClientBuilder {
    /// A header field for every request, unless the request has one with the same name.
    pub fn header(mut self, name: &str, value: &str) -> ClientBuilder {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// At most so many connections at once, idle ones included, at least 1; 100 unless set.
    ///
    /// Requests beyond that wait in line, first come, first served. A response takes up its connection until its body was
    /// read to the end, or it is dropped: who holds as many unread responses as there may be connections waits in vain.
    pub fn connections(mut self, limit: usize) -> ClientBuilder {
        self.connections = limit.max(1);
        self
    }

    /// At most so many of them to one host, by its scheme, name and port, at least 1; no limit of its own unless set.
    ///
    /// Requests beyond that wait in the host's own line, and do not keep those to other hosts from going on. aiohttp's name
    /// is `limit_per_host`.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
    /// let client = http_client::Client::builder().connections_per_host(2).build();
    /// let texts = (0..10).map(|_| async { client.get(&url).send().await?.text().await });
    /// assert!(runtime::join_all(texts).await.iter().all(Result::is_ok));
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn connections_per_host(mut self, limit: usize) -> ClientBuilder {
        self.per_host = Some(limit.max(1));
        self
    }

    /// Keeps an idle connection for so long; 15 s unless set, and zero keeps none. It is looked at when the pool is used.
    pub fn idle_timeout(mut self, idle_for: Duration) -> ClientBuilder {
        self.idle_for = idle_for;
        self
    }

    /// The time for name lookup, connecting and the TLS handshake together; 30 s unless set.
    pub fn connect_timeout(mut self, limit: Duration) -> ClientBuilder {
        self.connect_timeout = limit;
        self
    }

    /// The longest time in which nothing comes from the server and nothing goes to it, while a program waits for it: for
    /// the request to be taken, the head, a piece of the body. Without limit unless set.
    ///
    /// As long as bytes move, it does not matter how slowly: [`timeout`](ClientBuilder::timeout) is for that.
    pub fn read_timeout(mut self, limit: Duration) -> ClientBuilder {
        self.read_timeout = limit;
        self
    }

    /// The time for everything, from waiting for a connection, over redirects, to the last byte of the body; 300 s unless
    /// set. [`RequestBuilder::timeout`](crate::RequestBuilder::timeout) is for one request.
    pub fn timeout(mut self, limit: Duration) -> ClientBuilder {
        self.total_timeout = limit;
        self
    }

    /// How much a server may send of each thing.
    pub fn limits(mut self, limits: Limits) -> ClientBuilder {
        self.limits = limits;
        self
    }

    /// Makes the client.
    pub fn build(self) -> Client {
        let dialer = Dialer {
            trust: self.trust.map_or_else(Trust::usual, Ok),
            known: self.known,
            #[cfg(unix)]
            socket: self.socket,
            limits: self.limits,
        };
        Client {
            session: Rc::new(Session {
                headers: self.headers,
                routes: self.routes,
                dialer,
                pool: Pool::new(self.connections, self.per_host, self.idle_for),
                rooms: Rc::default(),
                limits: self.limits,
                auto_decompress: self.auto_decompress,
                jar: self.jar,
                connect_timeout: self.connect_timeout,
                read_timeout: self.read_timeout,
                total_timeout: self.total_timeout,
                over: Cell::default(),
            }),
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}
