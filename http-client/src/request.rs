//! From `client.get(…)` to the head of the response: connections, retries, redirects and time limits.

use std::cell::Cell;
use std::fmt;
use std::time::{Duration, Instant};

use runtime::time::{now, timeout, timeout_at};

use crate::client::Client;
use crate::connection::Connection;
use crate::error::{Error, Fault, Kind, Phase};
use crate::pool::{Lease, Slot};
use crate::proto::encode::Message;
use crate::proto::head::Head;
use crate::proto::redirect;
use crate::response::Response;
use crate::url::Url;

/// How much of a redirect's body is read for the sake of keeping its connection.
const WORTH_READING: usize = 64 * 1024;

/// A request that is being put together.
#[must_use = "a request is sent by `send`"]
pub struct RequestBuilder {
    client: Client,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    timeout: Option<Duration>,
}

impl RequestBuilder {
    pub(crate) fn new(client: Client, method: &str, url: &str) -> RequestBuilder {
        let (method, url) = (method.to_string(), url.to_string());
        RequestBuilder { client, method, url, headers: Vec::new(), body: None, timeout: None }
    }

    /// Adds a header field for this request alone.
    pub fn header(mut self, name: &str, value: &str) -> RequestBuilder {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Sends these bytes as the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> RequestBuilder {
        self.body = Some(body.into());
        self
    }

    /// The time for everything, in place of the client's.
    pub fn timeout(mut self, limit: Duration) -> RequestBuilder {
        self.timeout = Some(limit);
        self
    }

    /// Sends it, follows redirects, and waits for the head of the response. Its body is read afterwards.
    ///
    /// Cancel safe in that dropping it closes the connection it was using, and leaves nothing behind. The server may have
    /// got the request.
    ///
    /// # Errors
    /// An [`Error`] that says phase, URL and cause. A status such as 404 is no error.
    pub async fn send(self) -> Result<Response, Error> {
        let limit = self.timeout.unwrap_or(self.client.shared.total_timeout);
        let named = format!("{} {}", self.method, self.url.escape_debug());
        let (client, message) =
            self.into_message().map_err(|fault| fault.at(Phase::Request, &named))?;
        let deadline = now().checked_add(limit);
        let progress = Progress { phase: Cell::new(Phase::Request), deadline, limit };
        let sending = Sending { client: &client, progress: &progress, named: &named };
        match progress.within_total(sending.chain(message)).await {
            Ok(response) => Ok(response),
            Err(fault) => Err(fault.at(progress.phase.get(), named)),
        }
    }

    fn into_message(self) -> Result<(Client, Message), Fault> {
        let url = Url::parse(&self.url).map_err(|why| Fault::new(Kind::Url, why))?;
        let mut headers = self.headers;
        for (name, value) in &self.client.shared.headers {
            if !headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                headers.push((name.clone(), value.clone()));
            }
        }
        let body = self.body.map(Into::into);
        Ok((self.client, Message { method: self.method, url, headers, body }))
    }
}

/// How far a request has come, and how long it may take.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) phase: Cell<Phase>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) limit: Duration,
}

impl Progress {
    /// Gives `work` the time that is left.
    pub(crate) async fn within_total<T>(
        &self,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let Some(deadline) = self.deadline else { return work.await };
        timeout_at(deadline, work)
            .await
            .unwrap_or_else(|_| Err(too_slow("the whole request", self.limit)))
    }
}

/// Gives `work`, which is called `what`, so much time.
pub(crate) async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    timeout(limit, work).await.unwrap_or_else(|_| Err(too_slow(what, limit)))
}

fn too_slow(what: &str, limit: Duration) -> Fault {
    Fault::new(Kind::Timeout, format!("time is up: {what} took longer than {limit:?}"))
}

/// One `send` on its way.
struct Sending<'a> {
    client: &'a Client,
    progress: &'a Progress,
    named: &'a str,
}

impl Sending<'_> {
    /// The request and the redirects after it.
    async fn chain(&self, mut message: Message) -> Result<Response, Fault> {
        let shared = &self.client.shared;
        for _ in 0..=shared.limits.redirects {
            let (head, lease) = self.with_retry(&message).await?;
            self.progress.phase.set(Phase::Redirect);
            let next = if shared.limits.redirects == 0 {
                None
            } else {
                redirect::follow(&message, &head)?
            };
            let Some(next) = next else {
                self.progress.phase.set(Phase::Body);
                let read_timeout = shared.read_timeout;
                let limit = shared.limits.body;
                let named = self.named.to_string();
                return Ok(Response::new(
                    head,
                    message.url,
                    lease,
                    self.progress.clone(),
                    read_timeout,
                    limit,
                    named,
                ));
            };
            runtime::note("http", || format!("{} leads to {}", head.status, next.url));
            read_away(lease).await;
            message = next;
        }
        self.progress.phase.set(Phase::Redirect);
        let cause =
            format!("more than {} redirects, the last to {}", shared.limits.redirects, message.url);
        Err(Fault::new(Kind::Redirect, cause))
    }

    /// A server may close an idle connection at the very moment in which it is used again. If nothing came back, and the
    /// request can be sent once more without doing its work twice, that is nobody's business.
    async fn with_retry(&self, message: &Message) -> Result<(Head, Lease), Fault> {
        match self.once(message, true).await {
            Err(Failed { fault, may_retry: true }) => {
                runtime::note("http", || format!("once more on a new connection: {}", fault.cause));
                self.once(message, false).await.map_err(|failed| failed.fault)
            }
            other => other.map_err(|failed| failed.fault),
        }
    }

    /// One try. The head is checked before anything is opened.
    async fn once(&self, message: &Message, idle_will_do: bool) -> Result<(Head, Lease), Failed> {
        let shared = &self.client.shared;
        let phase = |phase| self.progress.phase.set(phase);
        phase(Phase::Request);
        let head = message.head()?;
        phase(Phase::Pool);
        let Some(slot) = shared.pool.slot(message.url.origin()).await else {
            return Err(Fault::new(Kind::Io, "the client's pool is closed").into());
        };
        let idle = if idle_will_do { slot.idle(shared.limits) } else { None };
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect(&message.url, &slot).await?,
        };
        let mut lease = slot.lease(connection);
        let connection = &mut lease.connection;
        let exchange = connection.exchange(&message.method, &head, message.body(), phase);
        match within(shared.read_timeout, "waiting for the response", exchange).await {
            Ok(head) => Ok((head, lease)),
            Err(fault) => {
                let connection = &lease.connection;
                let lost = matches!(fault.kind, Kind::Closed | Kind::Io);
                let harmless = message.is_idempotent() || !connection.write_begun;
                let may_retry =
                    connection.reused && lost && harmless && !connection.reader.has_begun();
                Err(Failed { fault, may_retry })
            }
        }
    }

    async fn connect(&self, url: &Url, slot: &Slot) -> Result<Connection, Fault> {
        let shared = &self.client.shared;
        slot.make_room();
        let trust = shared.trust.as_ref().map_err(|why| Fault::new(Kind::Tls, why.clone()))?;
        let phase = |phase| self.progress.phase.set(phase);
        let opening = Connection::open(url, trust, shared.limits, phase);
        within(shared.connect_timeout, "connecting", opening).await
    }
}

struct Failed {
    fault: Fault,
    may_retry: bool,
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Failed {
        Failed { fault, may_retry: false }
    }
}

/// Reads a body that nobody wants, so that its connection can be used again, if that is worth it.
async fn read_away(mut lease: Lease) {
    let mut length = 0;
    while length < WORTH_READING {
        match within(Duration::from_secs(1), "", lease.connection.body()).await {
            Ok(Some(piece)) => length += piece.len(),
            Ok(None) => return lease.finish(),
            Err(_) => return,
        }
    }
}

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestBuilder({} {})", self.method, self.url)
    }
}
