//! How do many requests follow each other on one connection? Read one, answer it, and begin again, each step in bounded time.
//!
//! `server` runs this as one task for each connection, over TCP or TLS. A client may send its next requests before it has
//! the answer to the first (pipelining): they wait in the buffer, and are answered in order.

use std::io;
use std::time::Duration;

use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use runtime::time::{Elapsed, now, sleep, sleep_until, timeout};

use crate::server::body::Decoder;
use crate::server::request::{Peer, Request};
use crate::server::response::{Body, Framing, Refusal, Response};
use crate::server::routes;

/// How long a client may be silent between two requests, or not take what is sent to it.
const IDLE: Duration = Duration::from_secs(60);
/// How long a head may take to come.
const HEAD: Duration = Duration::from_secs(30);
/// How long a body may take to come.
const BODY: Duration = Duration::from_secs(300);
/// How long to wait, after the last answer, for the client to close its side.
const GOODBYE: Duration = Duration::from_secs(5);
/// How much is written within `IDLE`.
const PART: usize = 64 * 1024;
/// How much is read at once.
const ROOM: usize = 8 * 1024;

/// Answers what comes on `stream` until one side wants no more.
///
/// # Errors
/// If the connection breaks, or the client does not take its answer.
pub(super) async fn serve<S>(stream: S, peer: Peer) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut connection = Connection { stream, peer, room: vec![0; ROOM], unused: Vec::new() };
    loop {
        let (response, terms) = match connection.request().await {
            Ok(Some(request)) => (routes::answer(&request), Terms::of(&request)),
            Ok(None) => return connection.close().await,
            Err(Failure::Refused(refusal)) => (refusal.into(), Terms::LAST),
            Err(Failure::Lost(error)) => return Err(error),
        };
        let goes_on = connection.respond(response, terms).await?;
        if !goes_on {
            return connection.close().await;
        }
    }
}

struct Connection<S> {
    stream: S,
    peer: Peer,
    /// Where the next bytes are read to.
    room: Vec<u8>,
    /// What came and was not used yet.
    unused: Vec<u8>,
}

/// What a response depends on, besides itself.
#[derive(Clone, Copy)]
struct Terms {
    /// The client wants to know what a GET would say, without its body.
    head_only: bool,
    minor: u8,
    keeps_alive: bool,
}

impl Terms {
    /// After a request that could not be read, it is not known where the next one begins.
    const LAST: Terms = Terms { head_only: false, minor: 1, keeps_alive: false };

    fn of(request: &Request) -> Terms {
        Terms {
            head_only: request.method == "HEAD",
            minor: request.minor,
            keeps_alive: request.keeps_alive(),
        }
    }
}

/// Why there is no request.
enum Failure {
    /// There was one, which cannot be answered.
    Refused(Refusal),
    Lost(io::Error),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Waits for the next request; `None` if the client leaves, or is silent for too long.
    async fn request(&mut self) -> Result<Option<Request>, Failure> {
        if self.unused.is_empty() {
            match timeout(IDLE, self.fill()).await {
                Ok(Ok(1..)) => {}
                Ok(Ok(0)) | Err(Elapsed) => return Ok(None),
                Ok(Err(error)) => return Err(Failure::Lost(error)),
            }
        }
        let late = |Elapsed| Refusal::new(408, "the request takes too long to come");
        let mut request = timeout(HEAD, self.head()).await.map_err(late)??;
        request.body = timeout(BODY, self.body(&request)).await.map_err(late)??;
        Ok(Some(request))
    }

    async fn head(&mut self) -> Result<Request, Failure> {
        loop {
            if let Some((request, length)) = Request::parse(&self.unused, self.peer)? {
                self.unused.drain(..length);
                return Ok(request);
            }
            self.fill_more().await?;
        }
    }

    async fn body(&mut self, request: &Request) -> Result<Vec<u8>, Failure> {
        let mut decoder = Decoder::new(request.framing()?)?;
        // A client that has begun to send its body does not wait any more.
        if request.waits_for_continue() && self.unused.is_empty() && !decoder.is_done() {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        loop {
            let used = decoder.take(&self.unused)?;
            self.unused.drain(..used);
            if decoder.is_done() {
                return Ok(decoder.into_body());
            }
            self.fill_more().await?;
        }
    }

    /// Waits for more of a request that has begun.
    async fn fill_more(&mut self) -> Result<(), Failure> {
        match self.fill().await? {
            0 => Err(Refusal::new(400, "the request ends in the middle").into()),
            _ => Ok(()),
        }
    }

    /// Waits for bytes, and says how many; 0 is the end. Cancel safe.
    async fn fill(&mut self) -> io::Result<usize> {
        let length = self.stream.read(&mut self.room).await?;
        self.unused.extend_from_slice(&self.room[..length]);
        Ok(length)
    }

    /// Sends a response, and says whether the connection goes on.
    async fn respond(&mut self, response: Response, terms: Terms) -> io::Result<bool> {
        let framing = response.framing(terms.minor);
        let goes_on = terms.keeps_alive && framing != Framing::UntilClose;
        let mut out = response.head(framing, if goes_on { "keep-alive" } else { "close" });
        sleep(response.delay).await;
        match response.body {
            _ if terms.head_only => {}
            Body::Whole(bytes) => framing.frame(&bytes, &mut out),
            Body::Pieces { pieces, .. } => {
                let begin = now();
                for piece in pieces {
                    if !piece.after.is_zero() {
                        self.write(&out).await?;
                        out.clear();
                        sleep_until(begin + piece.after).await;
                    }
                    framing.frame(&piece.bytes, &mut out);
                    self.write(&out).await?;
                    out.clear();
                }
                framing.finish(&mut out);
            }
        }
        self.write(&out).await?;
        Ok(goes_on)
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for part in bytes.chunks(PART) {
            timeout(IDLE, self.stream.write_all(part)).await??;
        }
        timeout(IDLE, self.stream.flush()).await?
    }

    /// Ends this side, then waits for the client to end its own. To close while something of it is unread would reset the
    /// connection, and the answer could be lost on the way.
    async fn close(mut self) -> io::Result<()> {
        let goodbye = async {
            self.stream.close().await?;
            while self.stream.read(&mut self.room).await? > 0 {}
            Ok(())
        };
        timeout(GOODBYE, goodbye).await?
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Lost(error)
    }
}

#[cfg(test)]
mod tests;
