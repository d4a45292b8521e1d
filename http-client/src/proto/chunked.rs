//! What is data and what is framing in a chunked body? RFC 9112, 7.1.
//!
//! `body` uses it for responses; it is public for servers, which read requests in the same coding.
//!
//! The parser is our own, one byte at a time for the framing, because the framing is where attacks hide: an empty size, a
//! sign, a bare line feed in an extension. Data is not looked at byte by byte.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::fields::{Headers, MOST_TEXT};

/// A decoder of bodies in the chunked coding. It does no I/O: whoever has bytes gives them.
///
/// ```
/// use http_client::{Chunked, Limits};
///
/// let input = b"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\nnext";
/// let (mut chunked, mut rest, mut body) = (Chunked::new(), &input[..], Vec::new());
/// while !chunked.is_done() && !rest.is_empty() {
///     let piece = chunked.decode(rest, &Limits::default()).unwrap();
///     body.extend_from_slice(&rest[piece.data]);
///     rest = &rest[piece.used..];
/// }
/// assert_eq!((&body[..], rest), (&b"hello, world"[..], &b"next"[..]));
/// ```
#[derive(Debug)]
pub struct Chunked {
    state: State,
    /// Bytes of the line or trailer so far.
    length: usize,
    trailer: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In the digits of a size; how many there were.
    Size(u64, u32),
    /// In the space after them.
    Space(u64),
    /// In the extension after that.
    Extension(u64),
    /// After the CR of the size line.
    SizeEnd(u64),
    /// In data, of which so much is left.
    Data(u64),
    /// After data: CR, then LF.
    DataCr,
    DataLf,
    /// In the trailer, at the beginning of a line or not.
    Trailer {
        line_start: bool,
        cr: bool,
    },
    Done,
}

/// What a piece of input was: framing up to the data, then data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where the data is in the input; nowhere, if there was only framing.
    pub data: Range<usize>,
    /// How much of the input is used up.
    pub used: usize,
}

impl Chunked {
    /// A decoder at the beginning of a body.
    pub fn new() -> Chunked {
        Chunked { state: State::Size(0, 0), length: 0, trailer: Vec::new() }
    }

    /// Whether the last chunk and the trailer after it have come. What follows is not part of the body.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Reads framing until there is data, the input is used up, or the body is done. Call it again with what was not used.
    ///
    /// # Errors
    /// If it is not the chunked coding, or a size line or the trailer is longer than `limits` allow.
    pub fn decode(&mut self, input: &[u8], limits: &Limits) -> Result<Piece, BadChunk> {
        let mut at = 0;
        while at < input.len() && self.state != State::Done {
            if let State::Data(left) = self.state {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(input.len() - at);
                let left = left - here as u64;
                self.state = if left == 0 { State::DataCr } else { State::Data(left) };
                return Ok(Piece { data: at..at + here, used: at + here });
            }
            self.state = self.step(input[at], limits)?;
            at += 1;
        }
        Ok(Piece { data: at..at, used: at })
    }

    /// The fields after the last chunk. They are kept apart from the header (RFC 9110, 6.5.1).
    ///
    /// # Errors
    /// If they have not come, or there are more than `limits` allow. Those of a body that is done can always be had.
    pub fn trailers(&self, limits: &Limits) -> Result<Headers, BadChunk> {
        let mut fields = vec![httparse::EMPTY_HEADER; limits.headers.min(self.trailer.len() / 3)];
        match httparse::parse_headers(&self.trailer, &mut fields) {
            Ok(httparse::Status::Complete((_, parsed))) => Ok(Headers::copy(&self.trailer, parsed)),
            Ok(httparse::Status::Partial) => Err(bad("its trailer has no end")),
            Err(error) => Err(bad(&format!("its trailer is malformed: {error}"))),
        }
    }

    fn step(&mut self, byte: u8, limits: &Limits) -> Result<State, BadChunk> {
        match self.state {
            State::Size(size, digits) => {
                if let Some(digit) = char::from(byte).to_digit(16) {
                    let larger = size.checked_mul(16).map(|size| size + u64::from(digit));
                    let larger = larger.ok_or_else(|| bad("a chunk's size is too large"))?;
                    self.count(limits.chunk_line, "a chunk's size line")?;
                    return Ok(State::Size(larger, digits.saturating_add(1)));
                }
                match byte {
                    _ if digits == 0 => Err(bad("a chunk's size is missing")),
                    b'\r' => Ok(State::SizeEnd(size)),
                    b' ' | b'\t' => Ok(State::Space(size)),
                    b';' => Ok(State::Extension(size)),
                    _ => Err(bad("a chunk's size is not a hexadecimal number")),
                }
            }
            State::Space(size) => {
                self.count(limits.chunk_line, "a chunk's size line")?;
                match byte {
                    b'\r' => Ok(State::SizeEnd(size)),
                    b' ' | b'\t' => Ok(State::Space(size)),
                    b';' => Ok(State::Extension(size)),
                    _ => Err(bad("a chunk's size is two words")),
                }
            }
            State::Extension(size) => {
                self.count(limits.chunk_line, "a chunk's extension")?;
                match byte {
                    b'\r' => Ok(State::SizeEnd(size)),
                    b'\t' | b' '..=b'~' | 0x80.. => Ok(State::Extension(size)),
                    _ => Err(bad("a chunk's extension has a control character")),
                }
            }
            State::SizeEnd(size) => {
                expect(byte, b'\n', "a chunk's size line")?;
                self.length = 0;
                Ok(match size {
                    0 => State::Trailer { line_start: true, cr: false },
                    size => State::Data(size),
                })
            }
            State::DataCr => expect(byte, b'\r', "a chunk's data").map(|()| State::DataLf),
            State::DataLf => expect(byte, b'\n', "a chunk's data").map(|()| State::Size(0, 0)),
            State::Trailer { line_start, cr } => {
                self.count(limits.trailer.min(MOST_TEXT), "the trailer")?;
                self.trailer.push(byte);
                if cr {
                    expect(byte, b'\n', "a line of the trailer")?;
                    if line_start {
                        // The whole trailer is here, so it is looked at now: the body is not done before it is right.
                        self.trailers(limits)?;
                        return Ok(State::Done);
                    }
                    return Ok(State::Trailer { line_start: true, cr: false });
                }
                if byte == b'\n' {
                    // Were it a line end, the next line could be taken for the empty one by somebody else.
                    return Err(bad("a line of the trailer does not end with CR LF"));
                }
                Ok(State::Trailer { line_start: line_start && byte == b'\r', cr: byte == b'\r' })
            }
            State::Data(_) | State::Done => Ok(self.state),
        }
    }

    fn count(&mut self, limit: usize, what: &str) -> Result<(), BadChunk> {
        self.length += 1;
        if self.length > limit {
            Err(bad(&format!("{what} is longer than {limit} bytes")))
        } else {
            Ok(())
        }
    }
}

/// The line before a chunk of `length` bytes, with the end of the chunk before it; after a chunk of no bytes, the last one,
/// nothing follows.
pub(crate) fn size_line(length: u64, is_first: bool, into: &mut Vec<u8>) {
    let end_of_data = if is_first { "" } else { "\r\n" };
    let end_of_body = if length == 0 { "\r\n" } else { "" };
    into.extend_from_slice(format!("{end_of_data}{length:x}\r\n{end_of_body}").as_bytes());
}

fn expect(byte: u8, wanted: u8, what: &str) -> Result<(), BadChunk> {
    if byte == wanted { Ok(()) } else { Err(bad(&format!("{what} does not end with CR LF"))) }
}

fn bad(why: &str) -> BadChunk {
    BadChunk(format!("the chunked body is malformed: {why}"))
}

impl Default for Chunked {
    fn default() -> Chunked {
        Chunked::new()
    }
}

/// Why a body is not in the chunked coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadChunk(String);

impl fmt::Display for BadChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for BadChunk {}

impl From<BadChunk> for Fault {
    fn from(bad: BadChunk) -> Fault {
        Fault::new(Kind::BadChunk, bad.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data of a chunked body given in pieces of `step` bytes.
    fn decode(input: &[u8], step: usize) -> Result<(Vec<u8>, Headers), BadChunk> {
        let (mut chunked, limits) = (Chunked::new(), Limits::default());
        let mut data = Vec::new();
        for piece in input.chunks(step) {
            let mut rest = piece;
            while !rest.is_empty() && !chunked.is_done() {
                let found = chunked.decode(rest, &limits)?;
                data.extend_from_slice(&rest[found.data]);
                rest = &rest[found.used..];
            }
        }
        assert!(chunked.is_done());
        Ok((data, chunked.trailers(&limits).unwrap()))
    }

    #[test]
    fn data_and_trailer_come_out_the_same_in_pieces_of_any_size() {
        let input = b"5\r\nhello\r\n6 ;x=\"y\"\r\n, worl\r\n01\r\nd\r\n0\r\nT: v\r\nU: w\r\n\r\n";
        for step in 1..=input.len() {
            let (data, trailers) = decode(input, step).unwrap();
            assert_eq!(
                (&*data, trailers.get("t"), trailers.len()),
                (&b"hello, world"[..], Some("v"), 2)
            );
        }
    }

    #[test]
    fn a_line_of_the_trailer_ends_with_cr_and_lf() {
        for wrong in ["0\r\n\n", "0\r\nT: v\n\r\n", "0\r\nT: v\nU: w\r\n\r\n", "0\r\nT: v\r\r\n"] {
            assert!(decode(wrong.as_bytes(), 1).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_size_is_hexadecimal_digits_and_nothing_else() {
        for wrong in [
            "\r\n",
            "+5\r\n",
            "0x5\r\n",
            "-1\r\n",
            ";x\r\n",
            "g\r\n",
            "5\n",
            "5;\nx\r\n",
            "5 5\r\n",
            "5 \tx;y\r\n",
            "f0000000000000003\r\n",
        ] {
            assert!(decode(wrong.as_bytes(), 1).is_err(), "{wrong:?}");
        }
    }
}
