//! How much of a request is on its way, and is there any use in sending the rest?

use std::io;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::transport::Transport;

/// A request's bytes on their way out. `connection` sends them, before the response and, if need be, beside it.
#[derive(Default)]
pub(crate) struct Outgoing {
    head: Vec<u8>,
    body: Rc<Vec<u8>>,
    /// Of both together.
    written: usize,
    state: State,
    /// Whether it says that the connection will not be used again.
    closes: bool,
}

#[derive(Default)]
enum State {
    #[default]
    Going,
    /// All of it was handed to the system.
    Sent,
    /// The server does not want the rest.
    Stopped,
    /// The connection took no more, and the error if nobody has asked for it yet.
    Broken(Option<io::Error>),
}

impl Outgoing {
    pub(crate) fn new(head: Vec<u8>, body: Rc<Vec<u8>>, closes: bool) -> Outgoing {
        Outgoing { head, body, written: 0, state: State::Going, closes }
    }

    /// Sends as much as can be sent now. If that fails, it is over, but the server may have answered before it stopped
    /// reading: so it is no error yet.
    pub(crate) fn poll(&mut self, transport: &mut Transport, cx: &mut Context<'_>) {
        while matches!(self.state, State::Going) {
            let head = &self.head[self.written.min(self.head.len())..];
            let body = &self.body[self.written.saturating_sub(self.head.len())..];
            self.state = if head.is_empty() && body.is_empty() {
                match transport.poll_flush(cx) {
                    Poll::Pending => return,
                    Poll::Ready(Ok(())) => State::Sent,
                    Poll::Ready(Err(error)) => State::Broken(Some(error)),
                }
            } else {
                match transport.poll_write(cx, head, body) {
                    Poll::Pending => return,
                    Poll::Ready(Ok(0)) => State::Broken(Some(io::ErrorKind::WriteZero.into())),
                    Poll::Ready(Ok(length)) => {
                        self.written += length;
                        State::Going
                    }
                    Poll::Ready(Err(error)) => State::Broken(Some(error)),
                }
            };
        }
    }

    /// Sends no more of it.
    pub(crate) fn stop(&mut self) {
        if matches!(self.state, State::Going) {
            self.state = State::Stopped;
        }
    }

    /// Whether any byte was handed to the system, so that the server may have seen it.
    pub(crate) fn has_begun(&self) -> bool {
        self.written > 0
    }

    /// Whether every byte was.
    pub(crate) fn is_sent(&self) -> bool {
        matches!(self.state, State::Sent)
    }

    /// Whether another request may follow this one on its connection.
    pub(crate) fn keeps_alive(&self) -> bool {
        self.is_sent() && !self.closes
    }

    /// Why it could not be sent, told once.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        match &mut self.state {
            State::Broken(error) => error.take(),
            _ => None,
        }
    }
}
