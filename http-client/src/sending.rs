//! From a request to the head of its response: which connection, whether to try again, and where a redirect leads.
//! Taught in chapter 16.

use std::pin::pin;
use std::time::{Duration, Instant};

use runtime::time;

use crate::body::Body;
use crate::connection::Connection;
use crate::error::{Fault, Kind, Phase};
use crate::pool::{Lease, Slot};
use crate::progress::{Progress, within};
use crate::proto::encode::Message;
use crate::proto::redirect;
use crate::route::Route;
use crate::session::{Jar, Session};
use crate::url::Url;

/// How much of a redirect's body is read for the sake of keeping its connection, and how long that may take.
const WORTH_READING: u64 = 64 * 1024;
const WORTH_WAITING: Duration = Duration::from_millis(100);

/// One `send` on its way.
pub(crate) struct Sending<'a> {
    pub(crate) session: &'a Session,
    pub(crate) progress: &'a Progress,
}

impl Sending<'_> {
    /// The request and the redirects after it: the connection with the head of the response that counts. `message` is then
    /// what that is the response to. The clock says `now`.
    pub(crate) async fn chain(
        &self,
        message: &mut Message,
        mut now: Instant,
    ) -> Result<Lease, Fault> {
        let limit = self.session.limits.redirects;
        let mut followed = 0;
        loop {
            let jar = self.session.jar.as_ref();
            let from_jar = jar.is_some_and(|jar| add_cookies(&**jar, message));
            // What is rare is on the heap, for every request would have to keep room for it.
            let mut lease = match self.at_once(message, now)? {
                Some(lease) => lease,
                None => Box::pin(self.in_time(message, true)).await?,
            };
            let phase = |phase| self.progress.enter(phase);
            if let Err(fault) = lease.connection.exchange(&message.method, phase).await {
                lease = Box::pin(self.again(fault, lease, message)).await?;
            }
            let head = &lease.connection.head;
            self.progress.enter(Phase::Redirect);
            if let Some(jar) = jar {
                jar.remember(&message.url, &head.headers);
            }
            // They were for this URL. The next one may get others.
            if from_jar {
                message.remove_header("cookie");
            }
            let may_follow = limit > 0 && redirect::is_one(head);
            let next = if may_follow { redirect::follow(message, head)? } else { None };
            let Some(next) = next else {
                self.progress.enter(Phase::Body);
                return Ok(lease);
            };
            if followed == limit {
                let cause = format!(
                    "more than {limit} redirects (Limits::redirects), the last to {}",
                    next.url
                );
                return Err(Fault::new(Kind::Redirect, cause));
            }
            followed += 1;
            Box::pin(self.turn(lease, message, next)).await;
            now = time::now();
        }
    }

    /// Turns to where a redirect leads.
    async fn turn(&self, lease: Lease, message: &mut Message, next: Message) {
        let status = lease.connection.head.status;
        runtime::note("http", || format!("{status} leads to {}", next.url));
        self.progress.leaves(message);
        *message = next;
        read_away(lease).await;
    }

    /// An idle connection with the request begun on it, if there is one and no line to stand in. The request is checked before
    /// anything is opened.
    fn at_once(&self, message: &Message, now: Instant) -> Result<Option<Lease>, Fault> {
        self.progress.enter(Phase::Request);
        message.check()?;
        let route = self.session.routes.to(&message.url);
        if matches!(route, Route::Tunnel(_)) && message.has_header("proxy-authorization") {
            let cause = "Proxy-Authorization would reach the host through the tunnel: give user and password in the \
                         proxy's URL";
            return Err(Fault::new(Kind::InvalidRequest, cause));
        }
        self.progress.enter(Phase::Pool);
        let lease = self.session.pool.lease_at_once(route.end(&message.url).origin(), now);
        Ok(lease.map(|lease| begin(lease, message, route)))
    }

    /// The same for who waits, and opens a connection if no idle one will do.
    async fn in_time(&self, message: &Message, idle_will_do: bool) -> Result<Lease, Fault> {
        self.progress.enter(Phase::Pool);
        let route = self.session.routes.to(&message.url);
        let origin = route.end(&message.url).origin();
        let mut slot = self.session.pool.slot(origin).await;
        if idle_will_do {
            slot = match slot.idle(origin, time::now()) {
                Ok(lease) => return Ok(begin(lease, message, route)),
                Err(slot) => slot,
            };
        }
        let connection = self.connect(&message.url, route, &slot).await?;
        Ok(begin(slot.lease(connection), message, route))
    }

    /// A server may close an idle connection at the very moment in which it is used again. If nothing came back, and the
    /// request can be sent once more without doing its work twice, that is nobody's business.
    async fn again(&self, fault: Fault, lease: Lease, message: &Message) -> Result<Lease, Fault> {
        let (fault, may_retry) = judge(fault, &lease.connection, message);
        if !may_retry {
            return Err(fault);
        }
        drop(lease);
        runtime::note("http", || format!("once more on a new connection: {}", fault.cause));
        let mut lease = self.in_time(message, false).await?;
        let phase = |phase| self.progress.enter(phase);
        match lease.connection.exchange(&message.method, phase).await {
            Ok(()) => Ok(lease),
            Err(fault) => Err(judge(fault, &lease.connection, message).0),
        }
    }

    async fn connect(&self, url: &Url, route: Route<'_>, slot: &Slot) -> Result<Connection, Fault> {
        let session = self.session;
        let end = route.end(url);
        slot.make_room(end);
        let phase = |phase| self.progress.enter(phase);
        let dialing = pin!(session.dialer.dial(url, route, phase));
        let transport = within(session.connect_timeout, "connecting", dialing).await?;
        let (rooms, limits, patience) =
            (session.rooms.clone(), session.limits, session.read_timeout);
        Ok(Connection::new(end, transport, rooms, limits, patience))
    }
}

/// Makes the request the one that is outgoing.
#[inline]
fn begin(mut lease: Lease, message: &Message, route: Route<'_>) -> Lease {
    let outgoing = &mut lease.connection.outgoing;
    outgoing.begin(message.body.clone(), message.closes(), |head| match route {
        Route::Forward(proxy) => {
            message.write_head_for_proxy(proxy.authorization().as_deref(), head);
        }
        Route::Direct | Route::Tunnel(_) => message.write_head(head),
    });
    lease
}

/// Lets the jar speak, unless the program has spoken for itself; whether it did.
fn add_cookies(jar: &dyn Jar, message: &mut Message) -> bool {
    let line = if message.has_header("cookie") { None } else { jar.line(&message.url) };
    let is_there = line.is_some();
    message.headers.extend(line.map(|line| ("Cookie".to_string(), line)));
    is_there
}

/// What is said of an exchange that failed, and whether it may be tried again.
fn judge(mut fault: Fault, connection: &Connection, message: &Message) -> (Fault, bool) {
    let lost = connection.reused
        && matches!(fault.kind, Kind::Closed | Kind::Io)
        && !connection.reader.has_begun();
    let harmless = message.is_idempotent() || !connection.outgoing.has_begun();
    let is_whole = message.body.as_ref().is_none_or(Body::is_whole);
    if lost && !harmless {
        fault.cause.push_str(&format!(
            "; the connection had been idle, and as the server may have carried out the {}, it is not sent again",
            message.method
        ));
    } else if lost && !is_whole {
        fault.cause.push_str(
            "; the connection had been idle, and the body came from a source, so it cannot be sent again",
        );
    }
    (fault, lost && harmless && is_whole)
}

/// Reads a body that nobody wants, so that its connection can be used again, if that is worth it.
async fn read_away(mut lease: Lease) {
    let reader = &lease.connection.reader;
    if !reader.may_be_followed() || reader.left().is_some_and(|left| left > WORTH_READING) {
        return lease.finish();
    }
    let reading = async {
        let mut length = 0;
        while length <= WORTH_READING {
            match lease.connection.body().await? {
                Some(piece) => length += piece.len() as u64,
                None => break,
            }
        }
        Ok(())
    };
    let _ = within(WORTH_WAITING, "reading the redirect's body", pin!(reading)).await;
    // A body that did not end in time keeps the connection from being used again.
    lease.finish();
}
