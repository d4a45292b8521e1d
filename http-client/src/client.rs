//! What does a program hold? One `Client`, shared by all its tasks: what every request has in common, and the connections.

use std::fmt;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::error::{Error, Fault, Kind, Phase};
use crate::limits::Limits;
use crate::pool::Pool;
use crate::request::RequestBuilder;
use crate::tls::Trust;

/// Sends requests, and keeps connections for the next ones. Cloning it is cheap, and clones share everything.
///
/// aiohttp's name is `ClientSession`.
///
/// ```no_run
/// # runtime::Runtime::new()?.block_on(async {
/// let client = http_client::Client::new();
/// let mut response = client.get("https://example.com/").header("X-Trace", "1").send().await?;
/// println!("{} {}", response.status(), response.text().await?);
/// # Ok::<_, http_client::Error>(())
/// # }).unwrap();
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Rc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) trust: Result<Trust, String>,
    pub(crate) pool: Rc<Pool>,
    pub(crate) limits: Limits,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) total_timeout: Duration,
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

    /// A request with any method.
    pub fn request(&self, method: &str, url: &str) -> RequestBuilder {
        RequestBuilder::new(self.clone(), method, url)
    }

    /// A GET request.
    pub fn get(&self, url: &str) -> RequestBuilder {
        self.request("GET", url)
    }

    /// A HEAD request: the response has no body.
    pub fn head(&self, url: &str) -> RequestBuilder {
        self.request("HEAD", url)
    }

    /// A POST request.
    pub fn post(&self, url: &str) -> RequestBuilder {
        self.request("POST", url)
    }

    /// A PUT request.
    pub fn put(&self, url: &str) -> RequestBuilder {
        self.request("PUT", url)
    }

    /// A PATCH request.
    pub fn patch(&self, url: &str) -> RequestBuilder {
        self.request("PATCH", url)
    }

    /// A DELETE request.
    pub fn delete(&self, url: &str) -> RequestBuilder {
        self.request("DELETE", url)
    }

    /// Closes the idle connections, and keeps none from here on.
    pub fn close(&self) {
        self.shared.pool.close();
    }
}

impl Default for Client {
    fn default() -> Client {
        Client::new()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// Settings for a [`Client`].
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    headers: Vec<(String, String)>,
    trust: Option<Trust>,
    connections: usize,
    idle_for: Duration,
    limits: Limits,
    connect_timeout: Duration,
    read_timeout: Duration,
    total_timeout: Duration,
}

impl Default for ClientBuilder {
    fn default() -> ClientBuilder {
        ClientBuilder {
            headers: Vec::new(),
            trust: None,
            connections: 100,
            idle_for: Duration::from_secs(15),
            limits: Limits::default(),
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

    /// At most so many connections at once, at least 1; 100 unless set. Requests beyond that wait in line.
    pub fn connections(mut self, limit: usize) -> ClientBuilder {
        self.connections = limit.max(1);
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

    /// The longest silence of the server while it owes an answer; without limit unless set.
    pub fn read_timeout(mut self, limit: Duration) -> ClientBuilder {
        self.read_timeout = limit;
        self
    }

    /// The time for everything, from waiting for a connection to the last byte of the body; 300 s unless set.
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
        let trust = match self.trust {
            Some(trust) => Ok(trust),
            None => Trust::usual(),
        };
        Client {
            shared: Rc::new(Shared {
                headers: self.headers,
                trust,
                pool: Pool::new(self.connections, self.idle_for),
                limits: self.limits,
                connect_timeout: self.connect_timeout,
                read_timeout: self.read_timeout,
                total_timeout: self.total_timeout,
            }),
        }
    }
}

fn cannot_trust(why: String) -> Error {
    Fault::new(Kind::Tls, why).at(Phase::Request, "client")
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}
