//! What went wrong? The phase of the request, the URL, and the cause, in one line.

mod ask;
mod fault;

use std::fmt;
use std::io;

pub(crate) use fault::{Fault, plainly};

/// Why there is no response, or not all of it. Printed, it is one line.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// use http_client::{Client, Kind};
///
/// let error = Client::new().get("http://user:secret@127.0.0.1:1/").send().await.unwrap_err();
/// assert_eq!(error.kind(), Kind::Connect);
/// assert_eq!(
///     error.to_string(),
///     "GET http://127.0.0.1:1/: connect: connection refused: is the server running, and on this port?"
/// );
/// # });
/// # std::io::Result::Ok(())
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: Kind,
    phase: Phase,
    request: String,
    cause: String,
    source: Option<io::Error>,
    status: Option<u16>,
}

/// What kind of failure it is, for programs that react to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The URL is not one that can be fetched.
    Url,
    /// The request cannot be sent as it is: a forbidden character, two `Host` fields, …
    InvalidRequest,
    /// The source of the request's body failed, or did not give what it had said.
    Body,
    /// No connection could be made.
    Connect,
    /// The proxy refuses to connect to the host, or does not answer as a proxy does.
    Proxy,
    /// TLS failed: the certificate is not trusted, is for another host, …
    Tls,
    /// The connection broke.
    Io,
    /// One of the time limits is over.
    Timeout,
    /// The server closed the connection before it sent a byte.
    Closed,
    /// The server closed the connection in the middle of the response.
    Truncated,
    /// What the server sent does not begin like an HTTP/1 response.
    BadStatusLine,
    /// A header field is malformed.
    BadHeader,
    /// The head is longer than allowed.
    HeadTooLarge,
    /// There are more header fields than allowed.
    TooManyHeaders,
    /// `Content-Length` is not one number.
    BadContentLength,
    /// It cannot be told where the body ends.
    BadFraming,
    /// A chunk, or the trailer after the last one, is malformed.
    BadChunk,
    /// The body is longer than allowed.
    BodyTooLarge,
    /// A redirect cannot be followed, or there are too many.
    Redirect,
    /// The server switched to another protocol, which nobody asked for.
    UnexpectedUpgrade,
    /// The status says that the request has failed, and the program takes that for an error.
    Status,
    /// The body is not packed as `Content-Encoding` says.
    BadCoding,
    /// The body is not JSON, or JSON of something else.
    BadJson,
}

/// How far the request had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Reading the URL and the header fields that were given.
    Request,
    /// Waiting for one of the connections that are allowed at once.
    Pool,
    /// Looking up the addresses of the host, or of the proxy.
    Lookup,
    /// Connecting to one of them.
    Connect,
    /// Asking a proxy for a tunnel to the host.
    Proxy,
    /// The TLS handshake.
    Handshake,
    /// Sending the request.
    Send,
    /// Waiting for the head of the response.
    Head,
    /// Reading its body.
    Body,
    /// Following a redirect.
    Redirect,
    /// Looking at the status of the response.
    Status,
}

/// Whatever a server or a user has put into it, it stays one line.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            line.extend(letter.escape_debug());
        } else {
            line.push(letter);
        }
    }
    line
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// How far the request had come.
    pub fn phase(&self) -> Phase {
        self.inner.phase
    }

    /// What was asked for: the method and the URL, without user and password, and where redirects have led.
    pub fn request(&self) -> &str {
        &self.inner.request
    }

    /// The cause alone, without phase and URL.
    pub fn cause(&self) -> &str {
        &self.inner.cause
    }

    /// The status of the response, if that is what makes it an error: see
    /// [`Response::error_for_status`](crate::Response::error_for_status).
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Request => "request",
            Phase::Pool => "waiting for a connection",
            Phase::Lookup => "name lookup",
            Phase::Connect => "connect",
            Phase::Proxy => "asking the proxy",
            Phase::Handshake => "TLS handshake",
            Phase::Send => "sending the request",
            Phase::Head => "waiting for the response",
            Phase::Body => "reading the body",
            Phase::Redirect => "redirect",
            Phase::Status => "status",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { phase, request, cause, .. } = &*self.inner;
        write!(f, "{request}: {phase}: {cause}")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {self})", self.inner.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_ref().map(|source| source as _)
    }
}
