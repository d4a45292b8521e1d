//! The response: its head is here, its body comes as it is asked for.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Fault, Kind};
use crate::pool::Lease;
use crate::proto::fields::Headers;
use crate::proto::head::Head;
use crate::request::{Progress, within};
use crate::url::Url;

/// A response whose head has come.
///
/// Dropping it before the body was read to its end closes the connection: half a body must not stay on one that others
/// use. A response that was read, or has no body, gives its connection back at once.
pub struct Response {
    head: Head,
    url: Url,
    /// Until the body is at its end.
    lease: Option<Lease>,
    trailers: Option<Headers>,
    progress: Progress,
    read_timeout: Duration,
    limit: u64,
    named: String,
}

impl Response {
    pub(crate) fn new(
        head: Head,
        url: Url,
        lease: Lease,
        progress: Progress,
        read_timeout: Duration,
        limit: u64,
        named: String,
    ) -> Response {
        let lease = Some(lease);
        let mut response =
            Response { head, url, lease, trailers: None, progress, read_timeout, limit, named };
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

    /// The header fields.
    pub fn headers(&self) -> &Headers {
        &self.head.headers
    }

    /// The URL it comes from, after redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// How long the server says the body is, if it does. A HEAD response says how long it would be.
    pub fn content_length(&self) -> Option<u64> {
        self.head.headers.get("content-length").and_then(|length| length.parse().ok())
    }

    /// The fields after a chunked body, once that has been read to its end.
    pub fn trailers(&self) -> Option<&Headers> {
        self.trailers.as_ref()
    }

    /// Waits for the next piece of the body, which is lent until the next call; `None` at the end. Cancel safe.
    ///
    /// # Errors
    /// If the body is cut off or malformed, or time is up.
    pub async fn chunk(&mut self) -> Result<Option<&[u8]>, Error> {
        let Some(lease) = &mut self.lease else { return Ok(None) };
        let next =
            within(self.read_timeout, "waiting for more of the body", lease.connection.body());
        match self.progress.within_total(next).await {
            Ok(Some(piece)) => {
                Ok(self.lease.as_ref().map(|lease| lease.connection.reader.lent(piece)))
            }
            Ok(None) => {
                self.finish_if_done();
                Ok(None)
            }
            Err(fault) => Err(self.fail(fault)),
        }
    }

    /// Waits for the rest of the body.
    ///
    /// # Errors
    /// Those of [`Response::chunk`], and if it is longer than [`Limits::body`](crate::Limits::body).
    pub async fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.chunk().await? {
            bytes.extend_from_slice(piece);
            if bytes.len() as u64 > self.limit {
                let cause = format!("the body is longer than {} bytes", self.limit);
                return Err(self.fail(Fault::new(Kind::BodyTooLarge, cause)));
            }
        }
        Ok(bytes)
    }

    /// Waits for the rest of the body, as text. Bytes that are not UTF-8 become `�`.
    ///
    /// # Errors
    /// Those of [`Response::bytes`].
    pub async fn text(&mut self) -> Result<String, Error> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Gives the connection back when the whole body has been read.
    fn finish_if_done(&mut self) {
        if let Some(lease) = self.lease.take_if(|lease| lease.connection.reader.is_done()) {
            self.trailers = lease.connection.reader.trailers();
            lease.finish();
        }
    }

    /// The body has ended badly, and with it the connection.
    fn fail(&mut self, fault: Fault) -> Error {
        self.lease = None;
        fault.at(self.progress.phase.get(), &*self.named)
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
            .field("url", &self.url.to_string())
            .field("headers", &self.head.headers)
            .finish_non_exhaustive()
    }
}
