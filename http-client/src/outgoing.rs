//! How much of a request is on its way, and is there any use in sending the rest?

use std::io;
use std::task::{Context, Poll};

use crate::body::Body;
use crate::error::{Fault, Kind};
use crate::proto::chunked::size_line;
use crate::transport::Transport;

/// So many pieces of a source are sent in one go, if it gives them and the server takes them at once. Then it is the turn
/// of the server's answer, and of other tasks.
const IN_A_ROW: usize = 16;

/// More room than this for a head is not kept for the next one.
const USUAL_HEAD: usize = 4 * 1024;

/// A request's bytes on their way out, and after it the next one's. `connection` sends them, before the response and, if need
/// be, beside it.
#[derive(Default)]
pub(crate) struct Outgoing {
    /// The head; later, the framing before a piece of the body.
    head: Vec<u8>,
    /// What of the body goes out after that, if it does not lie in `body` itself.
    piece: Vec<u8>,
    /// How much of the two is written.
    written: usize,
    /// Forgotten as soon as it is sent, for the connection may lie idle for long.
    body: Option<Body>,
    framing: Framing,
    state: State,
    /// Whether any byte was handed to the system.
    begun: bool,
    /// Whether it says that the connection will not be used again.
    closes: bool,
}

/// What is still to come after `head` and `piece`.
#[derive(Default)]
enum Framing {
    /// Nothing.
    #[default]
    Over,
    /// So many bytes of the source.
    Length(u64),
    /// Chunks, the first of them or a later one, and the last one.
    Chunked { first: bool },
}

#[derive(Default)]
enum State {
    #[default]
    Going,
    /// It goes on when the source gives more.
    Asking,
    /// All of it was handed to the system.
    Sent,
    /// The server does not want the rest.
    Stopped,
    /// The connection took no more, and the error if nobody has asked for it yet.
    Broken(Option<io::Error>),
}

impl Outgoing {
    /// Begins with a request. `write` writes its head, into memory that the one before has left.
    #[inline]
    pub(crate) fn begin(
        &mut self,
        body: Option<Body>,
        closes: bool,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let framing = match &body {
            Some(body) if body.bytes().is_none() => match body.length() {
                Some(length) => Framing::Length(length),
                None => Framing::Chunked { first: true },
            },
            _ => Framing::Over,
        };
        self.head.clear();
        if self.head.capacity() > USUAL_HEAD {
            self.head = Vec::new();
        }
        write(&mut self.head);
        self.piece = Vec::new();
        self.written = 0;
        self.body = body;
        self.framing = framing;
        self.state = State::Going;
        self.begun = false;
        self.closes = closes;
    }

    /// Sends as much as can be sent now.
    ///
    /// If the connection takes no more, it is over, but the server may have answered before it stopped reading: so that is
    /// no error yet.
    ///
    /// # Errors
    /// If the source of the body fails, or does not give what it said. The connection is good for nothing then.
    pub(crate) fn poll(
        &mut self,
        transport: &mut Transport,
        cx: &mut Context<'_>,
    ) -> Result<(), Fault> {
        let mut pieces = 0;
        while matches!(self.state, State::Going | State::Asking) {
            let whole = self.body.as_ref().and_then(Body::bytes);
            let (head, body) = (&*self.head, whole.unwrap_or(&self.piece));
            let length = head.len() + body.len();
            if self.written < length {
                let head = &head[self.written.min(head.len())..];
                let body = &body[self.written.saturating_sub(self.head.len())..];
                match transport.poll_write(cx, head, body) {
                    Poll::Pending => break,
                    Poll::Ready(Ok(0)) => self.breaks(io::ErrorKind::WriteZero.into()),
                    Poll::Ready(Ok(taken)) => {
                        self.written += taken;
                        self.begun = true;
                    }
                    Poll::Ready(Err(error)) => self.breaks(error),
                }
                if self.written < length {
                    continue;
                }
            }
            if matches!(self.framing, Framing::Over) {
                match transport.poll_flush(cx) {
                    Poll::Pending => break,
                    Poll::Ready(Ok(())) => {
                        self.state = State::Sent;
                        self.body = None;
                    }
                    Poll::Ready(Err(error)) => self.breaks(error),
                }
            } else if pieces == IN_A_ROW {
                cx.waker().wake_by_ref();
                break;
            } else {
                pieces += 1;
                match self.poll_next(cx) {
                    Ok(Poll::Ready(())) => self.state = State::Going,
                    Ok(Poll::Pending) => {
                        self.state = State::Asking;
                        // What is there must not wait for what is not.
                        if let Poll::Ready(Err(error)) = transport.poll_flush(cx) {
                            self.breaks(error);
                        }
                        break;
                    }
                    Err(fault) => {
                        self.state = State::Broken(None);
                        return Err(fault);
                    }
                }
            }
        }
        Ok(())
    }

    /// Gets the next piece of the body, and puts its framing before it.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>, Fault> {
        self.head.clear();
        self.piece.clear();
        self.written = 0;
        let most = match self.framing {
            Framing::Over | Framing::Length(0) => {
                self.framing = Framing::Over;
                return Ok(Poll::Ready(()));
            }
            Framing::Length(left) => left,
            Framing::Chunked { .. } => u64::MAX,
        };
        let Some(body) = &self.body else { return Ok(Poll::Ready(())) };
        let Poll::Ready(more) = body.poll_piece(cx, most, &mut self.piece) else {
            return Ok(Poll::Pending);
        };
        let more = more.map_err(|error| {
            Fault::io(Kind::Body, error)
                .because(|cause| format!("the body's source failed: {cause}"))
        })?;
        let length = self.piece.len() as u64;
        match &mut self.framing {
            Framing::Over => {}
            Framing::Length(left) if !more || length > *left => {
                let (said, left) = (body.length().unwrap_or_default(), *left);
                let given = if more { said - left + length } else { said - left };
                let cause =
                    format!("the body was to have {said} bytes, and its source gave {given}");
                return Err(Fault::new(Kind::Body, cause));
            }
            Framing::Length(left) => *left -= length,
            // An empty piece is none: a chunk of size 0 would be the last one.
            Framing::Chunked { .. } if more && length == 0 => {}
            Framing::Chunked { first } => {
                size_line(length, *first, &mut self.head);
                *first = false;
                if !more {
                    self.framing = Framing::Over;
                }
            }
        }
        Ok(Poll::Ready(()))
    }

    fn breaks(&mut self, error: io::Error) {
        self.state = State::Broken(Some(error));
    }

    /// Sends no more of it.
    pub(crate) fn stop(&mut self) {
        if matches!(self.state, State::Going | State::Asking) {
            self.state = State::Stopped;
            self.body = None;
        }
    }

    /// Whether it is the program itself that keeps the server waiting.
    pub(crate) fn waits_for_its_source(&self) -> bool {
        matches!(self.state, State::Asking)
    }

    /// Whether any byte was handed to the system, so that the server may have seen it.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether every byte was.
    pub(crate) fn is_sent(&self) -> bool {
        matches!(self.state, State::Sent)
    }

    /// Why no other request may follow this one on its connection, if there is a reason.
    pub(crate) fn why_last(&self) -> Option<&'static str> {
        if !self.is_sent() {
            Some("the request was not sent whole")
        } else if self.closes {
            Some("the request said Connection: close")
        } else {
            None
        }
    }

    /// Why it could not be sent, told once.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        match &mut self.state {
            State::Broken(error) => error.take(),
            _ => None,
        }
    }
}
