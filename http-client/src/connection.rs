//! One request and its response on one connection, which may have served others before. Taught in chapters 12 and 16.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, Waker};

use runtime::net::TcpStream;

use crate::error::{Fault, Kind, Phase};
use crate::limits::Limits;
use crate::proto::head::Head;
use crate::proto::reader::{Next, Reader};
use crate::tls::{TlsStream, Trust};
use crate::transport::{Arrived, Transport};
use crate::url::Url;

pub(crate) struct Connection {
    transport: Transport,
    pub(crate) reader: Reader,
    /// Whether it has served a request before.
    pub(crate) reused: bool,
    /// Whether any byte of the present request has been written, and whether all have.
    pub(crate) write_begun: bool,
    write_done: bool,
}

impl Connection {
    /// Connects to a URL's host. `phase` says how far it has come.
    pub(crate) async fn open(
        url: &Url,
        trust: &Trust,
        limits: Limits,
        phase: impl Fn(Phase),
    ) -> Result<Connection, Fault> {
        phase(Phase::Connect);
        let connected = TcpStream::connect((url.host(), url.port())).await;
        let stream = connected.map_err(|error| Fault::io(Kind::Connect, error))?;
        // A request is written at once, so there is nothing that waiting could put together.
        stream.set_nodelay(true).map_err(|error| Fault::io(Kind::Connect, error))?;
        let transport = if url.is_tls() {
            phase(Phase::Handshake);
            let stream = TlsStream::connect(stream, url.host(), trust).await?;
            runtime::note("tls", || format!("session with {} is up", url.host()));
            Transport::Tls(Box::new(stream))
        } else {
            Transport::Plain(stream)
        };
        let reader = Reader::new(limits);
        Ok(Connection { transport, reader, reused: false, write_begun: false, write_done: false })
    }

    /// Sends a request and waits for the head of the response. What the server answers before it has read the whole
    /// request counts as its answer.
    pub(crate) async fn exchange(
        &mut self,
        method: &str,
        head: &[u8],
        body: &[u8],
        phase: impl Fn(Phase),
    ) -> Result<Head, Fault> {
        phase(Phase::Send);
        self.write_begun = false;
        self.write_done = false;
        let mut written = 0;
        let mut broken: Option<io::Error> = None;
        poll_fn(|cx| {
            while !self.write_done && broken.is_none() {
                let rest_of_head = &head[written.min(head.len())..];
                let rest_of_body = &body[written.saturating_sub(head.len())..];
                let wrote = if rest_of_head.is_empty() && rest_of_body.is_empty() {
                    self.transport.poll_flush(cx).map_ok(|()| {
                        self.write_done = true;
                        phase(Phase::Head);
                        0
                    })
                } else {
                    self.transport.poll_write(cx, rest_of_head, rest_of_body)
                };
                match wrote {
                    Poll::Pending => break,
                    Poll::Ready(Ok(length)) => {
                        self.write_begun |= length > 0;
                        written += length;
                    }
                    // The server may have answered before it stopped reading, so that is looked for first.
                    Poll::Ready(Err(error)) => broken = Some(error),
                }
            }
            loop {
                match self.reader.head(method) {
                    Ok(Some(head)) => return Poll::Ready(Ok(head)),
                    Ok(None) => {}
                    Err(fault) => return Poll::Ready(Err(fault)),
                }
                if let Err(fault) = std::task::ready!(self.poll_fill(cx)) {
                    return Poll::Ready(Err(match broken.take() {
                        Some(error) => Fault::io(Kind::Io, error),
                        None => fault,
                    }));
                }
            }
        })
        .await
    }

    /// Waits for the next piece of the body; `None` at its end.
    pub(crate) async fn body(&mut self) -> Result<Option<std::ops::Range<usize>>, Fault> {
        poll_fn(|cx| {
            loop {
                match self.reader.body() {
                    Ok(Next::Data(piece)) => return Poll::Ready(Ok(Some(piece))),
                    Ok(Next::End) => return Poll::Ready(Ok(None)),
                    Ok(Next::More) => std::task::ready!(self.poll_fill(cx))?,
                    Err(fault) => return Poll::Ready(Err(fault)),
                }
            }
        })
        .await
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        let arrived = std::task::ready!(self.transport.poll_read(cx, self.reader.room()))?;
        match arrived {
            Arrived::Bytes(length) => self.reader.filled(length),
            Arrived::End { cleanly } => self.reader.end(cleanly),
        }
        Poll::Ready(Ok(()))
    }

    /// Whether another request may follow: the last one was written whole, its response read whole, and both sides keep the
    /// connection.
    pub(crate) fn is_reusable(&self) -> bool {
        self.write_done && self.reader.is_reusable()
    }

    /// Whether nothing has happened on the idle connection. The end of it, and any byte that nobody asked for, make it
    /// unusable: such bytes would be taken for the answer to the next request.
    pub(crate) fn is_quiet(&mut self) -> bool {
        let mut byte = [0];
        self.transport.poll_read(&mut Context::from_waker(Waker::noop()), &mut byte).is_pending()
    }

    /// Gets it ready for another request.
    pub(crate) fn restart(&mut self, limits: Limits) {
        self.reader.restart(limits);
        self.reused = true;
    }
}
