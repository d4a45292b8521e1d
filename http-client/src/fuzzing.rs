//! What do the fuzz targets in `fuzz/` reach that nobody else may? Compiled for them alone (`cfg(fuzzing)`).
//!
//! Nothing is judged here: the targets say what must hold.

use crate::body::Body;
use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::encode::{Message, connect_head};
use crate::proto::fields::Headers;
use crate::proto::head::{Facts, Finder, Head};
use crate::proto::reader::{Next, Reader};
use crate::proto::redirect;
use crate::url::{Url, without_secrets};

/// Header fields, in their order.
pub type Fields = Vec<(String, Vec<u8>)>;

/// The head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub minor: u8,
    pub reason: String,
    pub fields: Fields,
}

/// What became of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub answer: Option<Answer>,
    pub body: Vec<u8>,
    pub trailers: Option<Fields>,
    pub end: End,
}

/// How reading a response ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It did not: more bytes are needed.
    Waits,
    Failed(Kind),
    Over {
        reusable: bool,
    },
}

fn fields(headers: &Headers) -> Fields {
    headers.iter().map(|(name, value)| (name.to_string(), value.to_vec())).collect()
}

fn answer(facts: &Facts) -> Answer {
    let Facts { status, minor, reason, headers, .. } = facts;
    Answer { status: *status, minor: *minor, reason: reason.to_string(), fields: fields(headers) }
}

/// Looks for a head in bytes that come in pieces and then end: the head, and its length.
pub fn head<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    limits: &Limits,
) -> Result<Option<(Answer, usize)>, Kind> {
    let (mut finder, mut bytes) = (Finder::default(), Vec::new());
    let mut look = |finder: &mut Finder, piece: &[u8]| {
        bytes.extend_from_slice(piece);
        let mut facts = Facts::default();
        let found = finder.find(&bytes, limits, &mut facts).map_err(|fault| fault.kind)?;
        Ok(found.then(|| (answer(&facts), facts.length)))
    };
    for piece in pieces {
        if let Some(found) = look(&mut finder, piece)? {
            return Ok(Some(found));
        }
    }
    finder.look_now();
    look(&mut finder, b"")
}

/// Reads one response after the other from the same connection, as `connection` does.
pub struct Responses {
    reader: Reader,
    /// Kept from one response to the next, as a connection does.
    head: Head,
}

impl Responses {
    pub fn new(limits: Limits) -> Responses {
        Responses { reader: Reader::new(limits), head: Head::default() }
    }

    /// Makes it ready for another response.
    pub fn restart(&mut self) {
        self.reader.restart();
    }

    /// Reads a response that comes in pieces, and after them the end of the connection, if there is one; whether a clean
    /// one.
    pub fn read<'a>(
        &mut self,
        method: &str,
        pieces: impl IntoIterator<Item = &'a [u8]>,
        end: Option<bool>,
    ) -> Outcome {
        let mut outcome =
            Outcome { answer: None, body: Vec::new(), trailers: None, end: End::Waits };
        for piece in pieces {
            let mut piece = piece;
            while !piece.is_empty() {
                let room = self.reader.room();
                let length = room.len().min(piece.len());
                room[..length].copy_from_slice(&piece[..length]);
                self.reader.filled(length);
                piece = &piece[length..];
                if let Err(fault) = self.proceed(method, &mut outcome) {
                    return Outcome { end: End::Failed(fault.kind), ..outcome };
                }
            }
        }
        if let Some(cleanly) = end {
            self.reader.end(cleanly);
            if let Err(fault) = self.proceed(method, &mut outcome) {
                return Outcome { end: End::Failed(fault.kind), ..outcome };
            }
        }
        if outcome.answer.is_some() && self.reader.is_done() {
            outcome.trailers = self.reader.trailers().as_ref().map(fields);
            outcome.end = End::Over { reusable: self.reader.why_last().is_none() };
        }
        outcome
    }

    /// Takes what can be had from the bytes that have come.
    fn proceed(&mut self, method: &str, outcome: &mut Outcome) -> Result<(), Fault> {
        if outcome.answer.is_none() {
            let is_there = self.reader.read_head(method, &mut self.head)?;
            outcome.answer = is_there.then(|| answer(&self.head));
        }
        while outcome.answer.is_some()
            && let Next::Data(piece) = self.reader.body()?
        {
            outcome.body.extend_from_slice(self.reader.lent(piece));
        }
        Ok(())
    }
}

/// A request, as a program asks for it.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub url: Url,
    pub fields: Vec<(String, String)>,
    pub body: Option<Body>,
}

impl Request {
    fn message(&self) -> Message {
        let Request { method, url, fields, body } = self.clone();
        Message { method: method.into(), url, headers: fields, body }
    }

    /// The bytes before the body.
    pub fn head(&self) -> Result<Vec<u8>, Kind> {
        self.message().head().map_err(|fault| fault.kind)
    }

    /// The same for a proxy that wants to know who asks.
    pub fn head_for_proxy(&self, authorization: &str) -> Result<Vec<u8>, Kind> {
        self.message().head_for_proxy(Some(authorization)).map_err(|fault| fault.kind)
    }

    /// What is asked after a response with this status and place.
    pub fn follow(&self, status: u16, location: &[u8]) -> Result<Option<Request>, Kind> {
        let line = [b"Location", location].concat();
        let (name, value) = line.split_at(8);
        let name = std::str::from_utf8(name).expect("it is ASCII");
        let headers = Headers::copy(&line, &[httparse::Header { name, value }]);
        let head = Facts { status, minor: 1, headers, ..Facts::default() }.into();
        let next = redirect::follow(&self.message(), &head).map_err(|fault| fault.kind)?;
        Ok(next.map(|next| {
            let Message { method, url, headers, body } = next;
            Request { method: method.into(), url, fields: headers, body }
        }))
    }
}

/// How long a body is, if that is known.
pub fn length(body: &Body) -> Option<u64> {
    body.length()
}

/// What a proxy is asked for a tunnel to a URL's host.
pub fn tunnel(url: &Url, authorization: &str) -> Vec<u8> {
    connect_head(url, Some(authorization))
}

/// What a reference means on a page.
pub fn join(page: &Url, reference: &str) -> Result<Url, String> {
    page.join(reference)
}

pub fn is_same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

pub fn credentials(url: &Url) -> Option<&str> {
    url.credentials()
}

pub fn authority(url: &Url) -> &str {
    url.authority()
}

pub fn target(url: &Url) -> &str {
    url.target()
}

/// How errors name a URL that may be none.
pub fn shown(text: &str) -> String {
    without_secrets(text)
}
