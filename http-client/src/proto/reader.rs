//! One response, from bytes: its head, the pieces of its body, and whether the connection can be used again.
//!
//! The reader owns the bytes that came and were not used yet, and lends the body out of them. It knows nothing of sockets:
//! whoever has one fills `room`, or says `end`.

use std::mem;
use std::ops::Range;

use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::body::Decoder;
use crate::proto::chunked::Piece;
use crate::proto::coding::Coding;
use crate::proto::fields::Headers;
use crate::proto::framing::follows;
use crate::proto::head::{Finder, Head};

/// How much is read from a socket at once, to begin with. TLS records are not longer.
pub(crate) const ROOM: usize = 16 * 1024;

/// And so much at most, if all the room was filled each time: a body that comes fast takes fewer system calls.
const MOST_ROOM: usize = 256 * 1024;

pub(crate) struct Reader {
    /// Empty while nobody needs it.
    buffer: Vec<u8>,
    /// What is in the buffer and not used yet.
    unused: Range<usize>,
    /// How much is read at once by now.
    room: usize,
    limits: Limits,
    finder: Finder,
    interim: usize,
    /// Of the final head's body.
    decoder: Option<Decoder>,
    /// Why the connection ends with this response, if its head says that it does.
    last: Option<&'static str>,
    /// What the body is packed into, if it is to be unpacked.
    coding: Option<Coding>,
    /// What is in the buffer, is part of the body, and not unpacked yet.
    packed: Range<usize>,
    /// Whether any byte of this response has come.
    begun: bool,
    /// The connection has ended; whether cleanly.
    ended: Option<bool>,
}

/// What the body gives next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// These bytes of the buffer, until the next call.
    Data(Range<usize>),
    /// Nothing, before more bytes come.
    More,
    /// Nothing any more.
    End,
}

impl Reader {
    pub(crate) fn new(limits: Limits) -> Reader {
        Reader {
            buffer: Vec::new(),
            unused: 0..0,
            room: ROOM,
            limits,
            finder: Finder::default(),
            interim: 0,
            decoder: None,
            last: None,
            coding: None,
            packed: 0..0,
            begun: false,
            ended: None,
        }
    }

    /// Makes it ready for another response on the same connection.
    pub(crate) fn restart(&mut self) {
        self.finder = Finder::default();
        self.interim = 0;
        self.decoder = None;
        self.last = None;
        self.coding = None;
        self.packed = 0..0;
        self.begun = !self.unused.is_empty();
    }

    /// Takes what `lend` gives for its buffer, unless it has one.
    #[inline]
    pub(crate) fn enter_room(&mut self, lend: impl FnOnce() -> Vec<u8>) {
        if self.buffer.capacity() == 0 {
            self.buffer = lend();
        }
    }

    /// Where the next bytes go.
    #[inline]
    pub(crate) fn room(&mut self) -> &mut [u8] {
        if self.unused.is_empty() {
            self.unused = 0..0;
        } else if self.buffer.len() - self.unused.end < self.room / 2 && self.unused.start > 0 {
            self.buffer.copy_within(self.unused.clone(), 0);
            self.unused = 0..self.unused.len();
        }
        if self.buffer.len() - self.unused.end < self.room / 2 {
            self.buffer.resize(self.unused.end + self.room, 0);
        }
        &mut self.buffer[self.unused.end..]
    }

    /// So many bytes were put into `room`.
    pub(crate) fn filled(&mut self, length: usize) {
        self.unused.end += length;
        self.begun |= length > 0;
        if self.unused.end == self.buffer.len() && self.decoder.is_some() {
            self.room = MOST_ROOM.min(2 * self.room);
        }
    }

    /// Lets `give` have the buffer, if nothing lies in it. One that has grown stays as long as the response that needs it.
    /// To be called when all bytes that came are used as far as they can be.
    #[inline]
    pub(crate) fn leave_room(&mut self, give: impl FnOnce(Vec<u8>)) {
        if self.buffer.len() == ROOM && self.unused.is_empty() {
            (self.unused, self.packed) = (0..0, 0..0);
            give(mem::take(&mut self.buffer));
        }
    }

    /// The same when nobody uses the connection for now: nothing needs more room any more.
    pub(crate) fn rest(&mut self, give: impl FnOnce(Vec<u8>)) {
        self.room = ROOM;
        if self.buffer.len() > ROOM && self.unused.is_empty() {
            (self.buffer, self.unused, self.packed) = (Vec::new(), 0..0, 0..0);
        }
        self.leave_room(give);
    }

    /// The connection has ended, `cleanly` unless TLS was cut off.
    pub(crate) fn end(&mut self, cleanly: bool) {
        self.ended = Some(cleanly);
        self.finder.look_now();
    }

    /// Whether the head that counts has come.
    pub(crate) fn has_head(&self) -> bool {
        self.decoder.is_some()
    }

    /// Whether bytes have come that were not used yet.
    pub(crate) fn has_more(&self) -> bool {
        !self.unused.is_empty()
    }

    /// Whether any byte of a response has come.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// The head of the response to a request with `method`, without the interim responses before it. `None` before it
    /// is all there.
    pub(crate) fn head(&mut self, method: &str) -> Result<Option<Head>, Fault> {
        let mut head = Head::default();
        Ok(self.read_head(method, &mut head)?.then_some(head))
    }

    /// The same, put into `head`, which takes less than to hand it out. Whether it is all there.
    #[inline]
    pub(crate) fn read_head(&mut self, method: &str, head: &mut Head) -> Result<bool, Fault> {
        // As it is each time that somebody begins to wait for it.
        if self.unused.is_empty() && self.ended.is_none() {
            return Ok(false);
        }
        self.next_head(method, head)
    }

    fn next_head(&mut self, method: &str, head: &mut Head) -> Result<bool, Fault> {
        loop {
            let bytes = &self.buffer[self.unused.clone()];
            if !head.is_again(bytes) && !self.finder.find(bytes, &self.limits, head.own())? {
                return match self.ended {
                    None => Ok(false),
                    Some(_) if self.begun => Err(Fault::new(
                        Kind::Truncated,
                        "the server closed the connection in the middle of the response's head",
                    )),
                    Some(_) => Err(Fault::new(
                        Kind::Closed,
                        "the server closed the connection without an answer",
                    )),
                };
            }
            self.unused.start += head.length;
            self.finder = Finder::default();
            match head.status {
                101 => {
                    let cause = "the server switched to another protocol, which was not asked for";
                    return Err(Fault::new(Kind::UnexpectedUpgrade, cause));
                }
                100..=199 => {
                    self.interim += 1;
                    if self.interim > self.limits.interim {
                        let cause = format!("more than {} interim responses", self.limits.interim);
                        return Err(Fault::new(Kind::BadFraming, cause));
                    }
                }
                _ => {
                    let (framing, last) = follows(method, head)?;
                    self.decoder = Some(Decoder::new(framing));
                    self.last = last;
                    return Ok(true);
                }
            }
        }
    }

    /// From here on, the body is unpacked before it is given.
    pub(crate) fn unpack(&mut self, coding: Coding) {
        self.coding = Some(coding);
    }

    /// The next piece of the body. Its bytes are `lent`.
    pub(crate) fn body(&mut self) -> Result<Next, Fault> {
        loop {
            if let Some(coding) = &mut self.coding {
                let piece = coding.decode(&self.buffer[self.packed.clone()])?;
                self.packed.start += piece.used;
                if !piece.data.is_empty() {
                    return Ok(Next::Data(piece.data));
                }
            }
            // The coding may be at its end before the framing is, which is read to its own end all the same: otherwise the
            // last chunk would be taken for the next response.
            match (self.unframed()?, &self.coding) {
                (Next::Data(packed), Some(_)) => self.packed = packed,
                (Next::End, Some(coding)) => return coding.end().map(|()| Next::End),
                (next, _) => return Ok(next),
            }
        }
    }

    /// The next piece of the body as it came, without its framing.
    fn unframed(&mut self) -> Result<Next, Fault> {
        let Some(decoder) = &mut self.decoder else { return Ok(Next::End) };
        let start = self.unused.start;
        let piece = if decoder.is_done() {
            return Ok(Next::End);
        } else {
            decoder.decode(&self.buffer[self.unused.clone()], &self.limits)?
        };
        self.unused.start += piece.used;
        if !piece.data.is_empty() {
            return Ok(Next::Data(start + piece.data.start..start + piece.data.end));
        }
        if let Some(cleanly) = self.ended {
            decoder.end(cleanly)?;
        }
        Ok(if decoder.is_done() { Next::End } else { Next::More })
    }

    /// Whether the bytes that come next are the body's, and pieces of it are what they are: then they may lie elsewhere.
    pub(crate) fn is_bare(&self) -> bool {
        self.decoder.is_some() && self.coding.is_none() && self.unused.is_empty()
    }

    /// The next piece of the body out of the bytes that come next, which lie elsewhere.
    pub(crate) fn unframe(&mut self, bytes: &[u8]) -> Result<Piece, Fault> {
        match &mut self.decoder {
            Some(decoder) => decoder.decode(bytes, &self.limits),
            None => Ok(Piece { data: 0..0, used: 0 }),
        }
    }

    /// The bytes of a piece of the body.
    pub(crate) fn lent(&self, piece: Range<usize>) -> &[u8] {
        match &self.coding {
            Some(coding) => coding.lent(piece),
            None => &self.buffer[piece],
        }
    }

    /// How much of the body is still to be given, if that is known.
    pub(crate) fn left(&self) -> Option<u64> {
        self.decoder.as_ref().filter(|_| self.coding.is_none()).and_then(Decoder::left)
    }

    /// Whether the whole body has been given.
    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        let is_unpacked = |coding: &Coding| self.packed.is_empty() && coding.is_whole();
        self.decoder.as_ref().is_some_and(Decoder::is_done)
            && self.coding.as_ref().is_none_or(is_unpacked)
    }

    pub(crate) fn trailers(&self) -> Option<Headers> {
        self.decoder.as_ref().and_then(|decoder| decoder.trailers(&self.limits))
    }

    /// Whether another request may follow when the response is over: its end is told by itself, and the server keeps the
    /// connection.
    pub(crate) fn may_be_followed(&self) -> bool {
        self.last.is_none()
            && self.decoder.as_ref().is_some_and(|decoder| !decoder.is_until_close())
    }

    /// Why no other request may be sent on this connection, as far as the response says. If there is no reason, it may be
    /// followed, it is over, and not a byte came that nobody asked for.
    pub(crate) fn why_last(&self) -> Option<&'static str> {
        let is_until_close = self.decoder.as_ref().is_some_and(Decoder::is_until_close);
        self.last.or(if is_until_close {
            Some("the body ends where the connection ends")
        } else if !self.is_done() {
            Some("the response was not read to its end")
        } else if !self.unused.is_empty() {
            Some("bytes came that nobody asked for")
        } else if self.ended.is_some() {
            Some("the server closed it")
        } else {
            None
        })
    }
}
