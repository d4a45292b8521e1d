//! What went wrong? The phase of the request, the URL, and the cause, in one line.

mod ask;

use std::fmt;
use std::io;
#[cfg(unix)]
use std::path::Path;

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

/// A failure that does not know yet which request it belongs to.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) cause: String,
    pub(crate) source: Option<io::Error>,
    /// Of a response that is taken for an error.
    pub(crate) status: Option<u16>,
}

impl Fault {
    pub(crate) fn new(kind: Kind, cause: impl Into<String>) -> Fault {
        Fault { kind, cause: cause.into(), source: None, status: None }
    }

    pub(crate) fn io(kind: Kind, error: io::Error) -> Fault {
        let cause = plainly(&error);
        Fault { source: Some(error), ..Fault::new(kind, cause) }
    }

    /// There is no connection.
    pub(crate) fn connect(error: io::Error) -> Fault {
        let mut fault = Fault::io(Kind::Connect, error);
        if fault.source.as_ref().is_some_and(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
            fault.cause.push_str(": is the server running, and on this port?");
        }
        fault
    }

    /// There is no connection to a Unix socket.
    #[cfg(unix)]
    pub(crate) fn at_path(path: &Path, error: io::Error) -> Fault {
        let mut cause = format!("{}: {}", path.display(), plainly(&error));
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
                cause.push_str(": is the server running, and on this socket?");
            }
            io::ErrorKind::WouldBlock => {
                cause.push_str(": too many wait for the server already, so try again later");
            }
            _ => {}
        }
        Fault { kind: Kind::Connect, cause, source: Some(error), status: None }
    }

    /// The same once more, for who asks again; the system's own error was given the first time.
    pub(crate) fn again(&self) -> Fault {
        Fault::new(self.kind, self.cause.as_str())
    }

    /// The same for users of a stream, who know nothing of requests.
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match self.kind {
            Kind::Truncated => io::ErrorKind::UnexpectedEof,
            Kind::Tls => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        };
        self.source.unwrap_or_else(|| io::Error::new(kind, self.cause))
    }

    pub(crate) fn at(self, phase: Phase, request: &str) -> Error {
        let Fault { kind, cause, source, status } = self;
        let (request, cause) = (one_line(request), one_line(&cause));
        Error { inner: Box::new(Inner { kind, phase, request, cause, source, status }) }
    }
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

/// The system's text without its numbers: `connection refused` rather than `Connection refused (os error 111)`.
pub(crate) fn plainly(error: &io::Error) -> String {
    let mut text = error.to_string();
    while let Some(begin) = text.find(" (os error ")
        && let Some(length) = text[begin..].find(')')
    {
        text.replace_range(begin..=begin + length, "");
    }
    let mut letters = text.chars();
    match (error.raw_os_error(), letters.next()) {
        (Some(_), Some(first)) => first.to_lowercase().chain(letters).collect(),
        _ => text,
    }
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
