//! One request and its response on one connection, which may have served others before. Taught in chapters 12 and 16.
//!
//! `dial` opens it, `sending` asks, `response` reads the body. Sending and receiving go on side by side: a server may answer
//! before it has read the whole request, and may wait for the rest of it while its answer is being read.

use std::ops::Range;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::ending::Ending;
use crate::error::{Fault, Kind, Phase};
use crate::limits::Limits;
use crate::outgoing::Outgoing;
use crate::patience::while_it_moves;
use crate::proto::chunked::Piece;
use crate::proto::framing::keeps_alive;
use crate::proto::head::Head;
use crate::proto::reader::{Next, Reader};
use crate::rooms::Rooms;
use crate::transport::{Arrived, Transport};
use crate::url::Url;

/// After so many pieces of a body without a look at the socket, the other tasks have a turn and the time limit has its say:
/// a few bytes can stand for more than anybody can unpack in a day.
const MANY: u32 = 64;

pub(crate) struct Connection {
    /// Host and port, as the trace names them.
    host: String,
    /// Why it goes, if that is known better than by what it is doing then.
    ending: Option<Ending>,
    /// Whether nobody uses it for now.
    rests: bool,
    /// What it is good for: the origin of a URL.
    origin: String,
    transport: Transport,
    rooms: Rc<Rooms>,
    pub(crate) reader: Reader,
    /// Of the present response, until it is taken: a future's result is copied by each future around it.
    pub(crate) head: Head,
    /// The present request.
    pub(crate) outgoing: Outgoing,
    /// Whether it has served a request before.
    pub(crate) reused: bool,
    /// How long nothing may come or go while somebody waits.
    patience: Duration,
    /// How many pieces of the body were given since bytes came.
    given: u32,
    /// Whether the last one lies in the transport's memory, not in the reader's.
    lent_by_transport: bool,
}

impl Connection {
    /// A connection to the origin of `end`.
    pub(crate) fn new(
        end: &Url,
        transport: Transport,
        rooms: Rc<Rooms>,
        limits: Limits,
        patience: Duration,
    ) -> Connection {
        Connection {
            host: end.authority().to_string(),
            ending: None,
            rests: false,
            origin: end.origin().to_string(),
            transport,
            rooms,
            reader: Reader::new(limits),
            head: Head::default(),
            outgoing: Outgoing::default(),
            reused: false,
            patience,
            given: 0,
            lent_by_transport: false,
        }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Host and port, as the trace names them.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Says why the connection goes.
    #[cold]
    pub(crate) fn ends(&mut self, ending: Ending) {
        self.ending = Some(ending);
    }

    /// Sends the request that is outgoing and waits for the `head` of the response. What the server answers before it has read
    /// the whole request counts as its answer.
    pub(crate) fn exchange(
        &mut self,
        method: &str,
        phase: impl Fn(Phase),
    ) -> impl Future<Output = Result<(), Fault>> {
        self.while_bytes_move(move |connection, cx| {
            if !connection.outgoing.is_sent() {
                connection.outgoing.poll(&mut connection.transport, cx)?;
                phase(if connection.outgoing.is_sent() { Phase::Head } else { Phase::Send });
            }
            loop {
                let head = &mut connection.head;
                if connection.reader.read_head(method, head)? {
                    // Who refuses and closes wants no more of the request: more would only make it reset the connection,
                    // and the refusal could be lost with it (RFC 9112, 9.5 and 9.6).
                    if head.status >= 400 && !keeps_alive(head) {
                        connection.outgoing.stop();
                    }
                    return Poll::Ready(Ok(()));
                }
                if let Err(fault) = ready!(connection.poll_fill(cx)) {
                    let earlier = connection.outgoing.take_error();
                    return Poll::Ready(Err(earlier.map_or(fault, |e| Fault::io(Kind::Io, e))));
                }
            }
        })
    }

    /// The next piece of the body, or its end, if it has come already. Many a body comes whole with its head, and then
    /// nobody needs to look at the socket or at a clock.
    pub(crate) fn body_at_hand(&mut self) -> Option<Result<Option<Range<usize>>, Fault>> {
        if self.given == MANY || !self.outgoing.is_sent() {
            return None;
        }
        if self.reader.is_done() {
            return Some(Ok(None));
        }
        match self.next_piece() {
            Ok(Next::Data(piece)) => {
                self.given += 1;
                Some(Ok(Some(piece)))
            }
            Ok(Next::End) => Some(Ok(None)),
            Ok(Next::More) => None,
            Err(fault) => {
                self.ends(Ending::Failed(fault.cause.clone()));
                Some(Err(fault))
            }
        }
    }

    /// Waits for the next piece of the body; `None` at its end.
    pub(crate) fn body(&mut self) -> impl Future<Output = Result<Option<Range<usize>>, Fault>> {
        self.while_bytes_move(|connection, cx| {
            // The answer is here, and counts, whatever becomes of the rest of the request.
            let _ = connection.outgoing.poll(&mut connection.transport, cx);
            if connection.given == MANY {
                connection.given = 0;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            loop {
                match connection.next_piece()? {
                    Next::Data(piece) => {
                        connection.given += 1;
                        return Poll::Ready(Ok(Some(piece)));
                    }
                    Next::End => return Poll::Ready(Ok(None)),
                    Next::More => ready!(connection.poll_fill(cx))?,
                }
            }
        })
    }

    /// The next piece of the body, or its end, out of what has come; `More` before more comes.
    fn next_piece(&mut self) -> Result<Next, Fault> {
        self.lent_by_transport = false;
        loop {
            let next = self.reader.body()?;
            if next != Next::More || !self.reader.is_bare() {
                return Ok(next);
            }
            let Some(lender) = self.transport.lender() else { return Ok(next) };
            let Piece { data, used } = self.reader.unframe(lender.at_hand())?;
            lender.lend(used);
            if !data.is_empty() {
                self.lent_by_transport = true;
                return Ok(Next::Data(data));
            } else if used == 0 {
                return Ok(Next::More);
            }
        }
    }

    /// The bytes of a piece of the body, of the one that was given last.
    pub(crate) fn lent(&mut self, piece: Range<usize>) -> &[u8] {
        match self.transport.lender() {
            Some(lender) if self.lent_by_transport => &lender.lent()[piece],
            _ => self.reader.lent(piece),
        }
    }

    /// Waits for `poll`, but only as long as the two sides are not both silent for too long.
    async fn while_bytes_move<T>(
        &mut self,
        mut poll: impl FnMut(&mut Connection, &mut Context<'_>) -> Poll<Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let done = while_it_moves(self.patience, |cx| {
            let polled = poll(self, cx);
            if polled.is_ready() {
                return (polled, true);
            }
            // The socket is polled by hand, and would not say it.
            runtime::waits_for(self.wants());
            // A program that takes its time with the body is not a server that has fallen silent.
            (polled, self.transport.has_moved() || self.outgoing.waits_for_its_source())
        })
        .await;
        if let Err(fault) = &done {
            self.ends(Ending::Failed(fault.cause.clone()));
        }
        done
    }

    /// What it is waiting for, as far as anybody can tell from here.
    fn wants(&self) -> &'static str {
        if self.outgoing.waits_for_its_source() {
            "request body's source"
        } else if !self.reader.has_head() {
            if self.outgoing.is_sent() { "response head" } else { "request to be taken" }
        } else {
            "response body"
        }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        // Only a head needs to lie in one place, and what is packed has to go into another.
        let lender = self.transport.lender().filter(|_| self.reader.is_bare());
        let lent = lender.map(|lender| lender.poll_at_hand(cx).map(Arrived::from));
        let is_lent = lent.is_some();
        let arrived = lent.unwrap_or_else(|| {
            // An answer is never there at once, and who waits for it needs no room.
            ready!(self.transport.poll_readable(cx));
            self.reader.enter_room(|| self.rooms.take());
            self.transport.poll_read(cx, self.reader.room())
        });
        let Poll::Ready(arrived) = arrived else {
            self.reader.leave_room(|room| self.rooms.give(room));
            return Poll::Pending;
        };
        self.given = 0;
        match arrived? {
            Arrived::Bytes(_) if is_lent => {}
            Arrived::Bytes(length) => self.reader.filled(length),
            Arrived::End { cleanly } => self.reader.end(cleanly),
        }
        Poll::Ready(Ok(()))
    }

    /// Why no other request may follow, if there is a reason. If there is none, the last one was written whole, its response
    /// read whole, and both sides keep the connection.
    #[inline]
    pub(crate) fn why_last(&mut self) -> Option<Ending> {
        let why = self.reader.why_last().or_else(|| self.outgoing.why_last());
        why.map(Ending::Because).or_else(|| self.transport.has_more().then_some(Ending::UNASKED))
    }

    /// What has happened on the idle connection that makes it unusable, if anything: its end, or a byte that nobody asked for,
    /// which would be taken for the answer to the next request.
    #[inline]
    pub(crate) fn spoiled(&mut self, just_used: bool) -> Option<Ending> {
        self.transport.spoiled(just_used)
    }

    /// Nobody uses it for now.
    pub(crate) fn rest(&mut self) {
        self.reader.rest(|room| self.rooms.give(room));
        self.transport.rest();
        self.rests = true;
    }

    /// Gets it ready for another request.
    pub(crate) fn restart(&mut self) {
        self.reader.restart();
        self.reused = true;
        self.rests = false;
    }
}

/// It is still there when it says why it goes.
impl Drop for Connection {
    fn drop(&mut self) {
        let ending = self.ending.take().unwrap_or(match () {
            () if self.rests => Ending::NO_CLIENT,
            () if self.reader.has_head() => Ending::DROPPED,
            () => Ending::GIVEN_UP,
        });
        runtime::note("pool", || format!("the connection to {} is closed: {ending}", self.host));
    }
}
