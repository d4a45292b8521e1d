//! The response: its head is here, its body comes as it is asked for.

use std::fmt;
use std::mem;
use std::ops::Range;
use std::pin::pin;

use crate::error::{Error, Fault, Kind, Phase};
use crate::pool::Lease;
use crate::proto::coding::Coding;
use crate::proto::fields::Headers;
use crate::proto::framing::content_length;
use crate::proto::head::Head;
use crate::session::Held;
use crate::status::failure;
use crate::url::Url;

/// Before a body is there, no more memory than this is set aside for it, whatever the server says.
const RESERVED: u64 = 1024 * 1024;

/// A response whose head has come.
///
/// It is read with [`bytes`](Response::bytes), [`text`](Response::text), or piece by piece with
/// [`chunk`](Response::chunk). If the server answered before it had the whole request, reading sends the rest.
///
/// Until the body was read to its end, the response has a connection of its own, one of those that the client may have at
/// once. Then it gives it back for others to use; if there is no body, at once. Dropping a response whose body was not read
/// to its end closes the connection, for half a body must not stay on one that others use.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
/// # runtime::Runtime::new()?.block_on(async {
/// # let url = doc::serve("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnope")?;
/// let mut response = http_client::Client::new().get(&url).send().await.unwrap();
/// assert_eq!((response.status(), response.reason()), (404, "Not Found"));
/// assert_eq!(response.headers().get("content-type"), Some("text/plain"));
/// assert_eq!(response.text().await.unwrap(), "nope");
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub struct Response {
    head: Head,
    body: Body,
    /// Set aside, for few responses have any.
    trailers: Option<Box<Headers>>,
    errand: Held,
    limit: u64,
}

enum Body {
    /// There is more of it, or may be.
    Open(Lease),
    /// It was read to its end.
    Done,
    /// It ended badly, which must not be forgotten: half a body would pass for a whole one.
    Broken(Fault),
}

impl Response {
    /// `unpacks` if its body is to be unpacked.
    pub(crate) fn new(mut lease: Lease, mut errand: Held, limit: u64, unpacks: bool) -> Response {
        let mut head = lease.connection.head.lend();
        let reader = &mut lease.connection.reader;
        if unpacks
            && !reader.is_done()
            && let Some(coding) = Coding::of(&head.headers)
        {
            reader.unpack(coding);
            // They say what came, not what is given.
            head.remove(&["content-encoding", "content-length"]);
        }
        // The server has got them, and a program may keep the response for long.
        errand.forget();
        let body = Body::Open(lease);
        let mut response = Response { head, body, trailers: None, errand, limit };
        response.finish_if_done();
        response
    }

    /// The status code, 200 to 999.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// What the server calls the status, often `OK`; it may be empty.
    pub fn reason(&self) -> &str {
        &self.head.reason
    }

    /// `HTTP/1.1` or `HTTP/1.0`.
    pub fn version(&self) -> &'static str {
        if self.head.minor == 0 { "HTTP/1.0" } else { "HTTP/1.1" }
    }

    /// The response, unless its status says that the request has failed (4xx or 5xx).
    ///
    /// For programs that have no use for the body of a failure: it is dropped unread. Others look at
    /// [`status`](Response::status).
    ///
    /// # Errors
    /// Of kind [`Kind::Status`], with [`Error::status`] and a sentence on what it means.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope")?;
    /// let response = http_client::Client::new().get(&url).send().await.unwrap();
    /// let error = response.error_for_status().unwrap_err();
    /// assert_eq!(error.status(), Some(404));
    /// assert_eq!(error.cause(), "404 Not Found: there is nothing at this URL");
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn error_for_status(self) -> Result<Response, Error> {
        match failure(&self.head) {
            None => Ok(self),
            Some(fault) => {
                self.errand.progress.enter(Phase::Status);
                Err(self.error(fault))
            }
        }
    }

    /// The header fields.
    pub fn headers(&self) -> &Headers {
        &self.head.headers
    }

    /// The URL it comes from, after redirects.
    pub fn url(&self) -> &Url {
        &self.errand.message.url
    }

    /// How long the server says the body is, if it does. A HEAD response says how long it would be.
    pub fn content_length(&self) -> Option<u64> {
        content_length(&self.head.headers).ok()
    }

    /// The fields after a chunked body, once that has been read to its end.
    pub fn trailers(&self) -> Option<&Headers> {
        self.trailers.as_deref()
    }

    /// Waits for the next piece of the body, which is lent until the next call; `None` at the end. A piece is what has
    /// come by now, whatever pieces the server has sent; over TLS, it is no more than one record.
    ///
    /// Cancel safe: a piece is given or it stays for the next call.
    ///
    /// # Errors
    /// If the body is cut off or malformed, or time is up. Every call after that gives the error again.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")?;
    /// let mut response = http_client::Client::new().get(&url).send().await.unwrap();
    /// let mut length = 0;
    /// while let Some(piece) = response.chunk().await.unwrap() {
    ///     length += piece.len();
    /// }
    /// assert_eq!(length, 5);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>, Error> {
        match self.next().await? {
            Some(piece) => Ok(Some(self.lent(piece))),
            None => Ok(None),
        }
    }

    /// Waits for the rest of the body: all of it, unless some was taken with `chunk`.
    ///
    /// Not cancel safe: what had come is lost with the future.
    ///
    /// # Errors
    /// Those of [`Response::chunk`], and if it is longer than [`Limits::body`](crate::Limits::body): at once, if the server
    /// says so.
    pub async fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let left = match &self.body {
            Body::Open(lease) => lease.connection.reader.left().unwrap_or_default(),
            Body::Done | Body::Broken(_) => 0,
        };
        if left > self.limit {
            return Err(self.too_large());
        }
        let mut bytes = Vec::with_capacity(left.min(RESERVED) as usize);
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(self.lent(piece));
            if bytes.len() as u64 > self.limit {
                return Err(self.too_large());
            }
        }
        Ok(bytes)
    }

    /// Waits for the rest of the body, as text. Bytes that are not UTF-8 become `�`.
    ///
    /// Not cancel safe: what had come is lost with the future.
    ///
    /// # Errors
    /// Those of [`Response::bytes`].
    pub async fn text(&mut self) -> Result<String, Error> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Waits for the next piece, and says where it lies.
    async fn next(&mut self) -> Result<Option<Range<usize>>, Error> {
        let lease = match &mut self.body {
            Body::Open(lease) => lease,
            Body::Done => return Ok(None),
            Body::Broken(fault) => return Err(self.errand.error(fault.again())),
        };
        let next = match lease.connection.body_at_hand() {
            Some(next) => next,
            None => self.errand.progress.within_total(pin!(lease.connection.body())).await,
        };
        match next {
            Ok(None) => {
                self.finish_if_done();
                Ok(None)
            }
            Ok(piece) => Ok(piece),
            Err(fault) => Err(self.fail(fault)),
        }
    }

    fn lent(&mut self, piece: Range<usize>) -> &[u8] {
        match &mut self.body {
            Body::Open(lease) => lease.connection.lent(piece),
            Body::Done | Body::Broken(_) => &[],
        }
    }

    /// Gives the connection back when the whole body has been read.
    #[inline]
    fn finish_if_done(&mut self) {
        if matches!(&self.body, Body::Open(lease) if lease.connection.reader.is_done()) {
            self.finish();
        }
    }

    fn finish(&mut self) {
        if let Body::Open(lease) = mem::replace(&mut self.body, Body::Done) {
            self.trailers = lease.connection.reader.trailers().map(Box::new);
            lease.finish();
        }
    }

    /// A failure after the head has come.
    pub(crate) fn error(&self, fault: Fault) -> Error {
        self.errand.error(fault)
    }

    /// The body has ended badly, and with it the connection.
    fn fail(&mut self, fault: Fault) -> Error {
        self.body = Body::Broken(fault.again());
        self.error(fault)
    }

    fn too_large(&mut self) -> Error {
        let limit = self.limit;
        let cause = format!(
            "the body is longer than {limit} bytes: read it with chunk(), or set Limits::body"
        );
        self.fail(Fault::new(Kind::BodyTooLarge, cause))
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        self.finish_if_done();
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status)
            .field("url", self.url())
            .field("headers", &self.head.headers)
            .finish_non_exhaustive()
    }
}
