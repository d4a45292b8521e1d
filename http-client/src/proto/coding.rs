//! What has the server packed the body into? `Content-Encoding`, taken away on the way to the program. RFC 9110, 8.4.
//!
//! `reader` lets a body through it after its framing was taken away, if `response` wants it to. What is known of is
//! decided when this is built: `flate` and `brotli` are there with their features, and leave the work to crates.

#[cfg(feature = "brotli")]
mod brotli;
#[cfg(any(feature = "gzip", feature = "deflate"))]
mod flate;

use std::ops::Range;

use crate::error::{Fault, Kind};
use crate::proto::chunked::Piece;
use crate::proto::fields::Headers;

/// So much comes out at once, for a few bytes can stand for gigabytes: what nobody has asked for yet stays packed.
const ROOM: usize = 16 * 1024;

/// More codings around each other than that are an attack. It is curl's number.
const MOST: usize = 5;

/// A coding that is taken away piece by piece.
trait Decode {
    /// Reads from `input` and writes to `output`, which has room. It does neither only if it needs more input or is done.
    /// Bytes after its end are an error.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, String>;

    /// Whether it has come to its end, and all of it was written.
    fn is_done(&self) -> bool;
}

/// How much was read and written.
#[derive(Default)]
struct Step {
    used: usize,
    given: usize,
}

type Begin = fn() -> Box<dyn Decode>;

/// The codings that are known of, in the order in which they are asked for.
const KNOWN: &[(&str, Begin)] = &[
    #[cfg(feature = "gzip")]
    ("gzip", flate::gzip),
    #[cfg(feature = "gzip")]
    (OLD_GZIP, flate::gzip),
    #[cfg(feature = "deflate")]
    ("deflate", flate::deflate),
    #[cfg(feature = "brotli")]
    ("br", brotli::brotli),
];

/// A name that is understood, but nobody asks for it any more.
const OLD_GZIP: &str = "x-gzip";

fn known(name: &[u8]) -> Option<Begin> {
    let same = |known: &&(&str, Begin)| known.0.as_bytes().eq_ignore_ascii_case(name);
    KNOWN.iter().find(same).map(|(_, begin)| *begin)
}

/// Adds the field that asks for a packed body, and says whether it did: then whatever comes is unpacked.
///
/// A program that names codings itself wants them left alone; half of a packed body, which is what `Range` gives, cannot be
/// unpacked; and a HEAD response should say how long the body is that the program will see. Go does the same.
pub(crate) fn ask(method: &str, headers: &mut Vec<(String, String)>) -> bool {
    let is_own =
        |name: &str| ["accept-encoding", "range"].iter().any(|own| name.eq_ignore_ascii_case(own));
    if method == "HEAD" || headers.iter().any(|(name, _)| is_own(name)) {
        return false;
    }
    let names: Vec<&str> = KNOWN.iter().map(|known| known.0).filter(|n| *n != OLD_GZIP).collect();
    headers.push(("Accept-Encoding".into(), names.join(", ")));
    true
}

/// The codings of one body.
pub(crate) struct Coding {
    decoder: Box<dyn Decode>,
    output: Vec<u8>,
    /// Whether any byte has come. A body without one is empty, not cut off, whatever its header says.
    begun: bool,
}

impl Coding {
    /// What has to be taken away from a body with this header, if it is known how. A body with a coding that is not known
    /// stays as it came, with its header, so that the program can see it.
    pub(crate) fn of(headers: &Headers) -> Option<Coding> {
        let is_one = |name: &&[u8]| !name.eq_ignore_ascii_case(b"identity");
        let names = headers.list("content-encoding").filter(is_one);
        let decoders: Vec<Begin> = names.take(MOST + 1).map(known).collect::<Option<_>>()?;
        if decoders.len() > MOST {
            return None;
        }
        // They are named in the order in which they were put on, so the last is the first to be taken away.
        let outside_in = decoders.into_iter().rev().map(|begin| begin());
        let decoder = outside_in.reduce(|outer, inner| Box::new(Chain::new(outer, inner)))?;
        Some(Coding { decoder, output: vec![0; ROOM], begun: false })
    }

    /// The next data, which is `lent` until the next call, and how much of `input` is used up; all of it if there is no
    /// data.
    pub(crate) fn decode(&mut self, input: &[u8]) -> Result<Piece, Fault> {
        self.begun |= !input.is_empty();
        let mut used = 0;
        loop {
            let step = self.decoder.step(&input[used..], &mut self.output);
            let step = step.map_err(|why| bad(&format!("cannot be unpacked: {why}")))?;
            used += step.used;
            if step.given > 0 || step.used == 0 {
                return Ok(Piece { data: 0..step.given, used });
            }
        }
    }

    pub(crate) fn lent(&self, piece: Range<usize>) -> &[u8] {
        &self.output[piece]
    }

    /// Whether nothing is missing, if nothing more comes.
    pub(crate) fn is_whole(&self) -> bool {
        !self.begun || self.decoder.is_done()
    }

    /// Nothing more comes.
    pub(crate) fn end(&self) -> Result<(), Fault> {
        let cut_off = || bad("ends in the middle of what it is packed into");
        if self.is_whole() { Ok(()) } else { Err(cut_off()) }
    }
}

fn bad(why: &str) -> Fault {
    Fault::new(Kind::BadCoding, format!("the body {why}"))
}

/// A coding around another.
struct Chain {
    outer: Box<dyn Decode>,
    between: Vec<u8>,
    /// What is there between them.
    ready: Range<usize>,
    inner: Box<dyn Decode>,
}

impl Chain {
    fn new(outer: Box<dyn Decode>, inner: Box<dyn Decode>) -> Chain {
        Chain { outer, between: vec![0; ROOM], ready: 0..0, inner }
    }
}

impl Decode for Chain {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, String> {
        let mut used = 0;
        loop {
            let inner = self.inner.step(&self.between[self.ready.clone()], output)?;
            self.ready.start += inner.used;
            if inner.given > 0 {
                return Ok(Step { used, given: inner.given });
            }
            if self.ready.is_empty() {
                let outer = self.outer.step(&input[used..], &mut self.between)?;
                used += outer.used;
                self.ready = 0..outer.given;
                if outer.used == 0 && outer.given == 0 {
                    return Ok(Step { used, given: 0 });
                }
            }
        }
    }

    fn is_done(&self) -> bool {
        self.outer.is_done() && self.ready.is_empty() && self.inner.is_done()
    }
}

#[cfg(all(test, feature = "compression"))]
mod tests;
