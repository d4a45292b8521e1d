//! Which bytes are the body? One decoder for each way in which its end is told.

use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::chunked::{Chunked, Piece};
use crate::proto::fields::Headers;
use crate::proto::follows::Framing;

/// Which one it is has a byte of its own, for each request asks ten times.
#[repr(u8)]
pub(crate) enum Decoder {
    /// So many bytes are left.
    Length(u64),
    Chunked(Chunked),
    /// Until the end of the connection; whether that has come.
    UntilClose(bool),
}

impl Decoder {
    pub(crate) fn new(framing: Framing) -> Decoder {
        match framing {
            Framing::None => Decoder::Length(0),
            Framing::Length(length) => Decoder::Length(length),
            Framing::Chunked => Decoder::Chunked(Chunked::new()),
            Framing::UntilClose => Decoder::UntilClose(false),
        }
    }

    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        match self {
            Decoder::Length(left) => *left == 0,
            Decoder::Chunked(chunked) => chunked.is_done(),
            Decoder::UntilClose(closed) => *closed,
        }
    }

    /// How many bytes are left, if that is known.
    pub(crate) fn left(&self) -> Option<u64> {
        match self {
            Decoder::Length(left) => Some(*left),
            Decoder::Chunked(_) | Decoder::UntilClose(_) => None,
        }
    }

    /// Whether the end of the body is the end of the connection.
    pub(crate) fn is_until_close(&self) -> bool {
        matches!(self, Decoder::UntilClose(_))
    }

    /// The next data in `input`; none if more input is needed, or the body is done.
    pub(crate) fn decode(&mut self, input: &[u8], limits: &Limits) -> Result<Piece, Fault> {
        match self {
            Decoder::Length(left) => {
                let here = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                *left -= here as u64;
                Ok(Piece { data: 0..here, used: here })
            }
            Decoder::Chunked(chunked) => Ok(chunked.decode(input, limits)?),
            Decoder::UntilClose(_) => Ok(Piece { data: 0..input.len(), used: input.len() }),
        }
    }

    /// The connection has ended, `cleanly` unless something is known to be missing.
    pub(crate) fn end(&mut self, cleanly: bool) -> Result<(), Fault> {
        let missing = match self {
            Decoder::UntilClose(closed) if cleanly => {
                *closed = true;
                return Ok(());
            }
            decoder if decoder.is_done() => return Ok(()),
            Decoder::Length(left) => format!(", {left} bytes before the end of the body"),
            Decoder::Chunked(_) => ", before the last chunk".to_string(),
            Decoder::UntilClose(_) => {
                ", without TLS's close_notify: the body may be incomplete".to_string()
            }
        };
        Err(Fault::new(Kind::Truncated, format!("the server closed the connection{missing}")))
    }

    #[inline]
    pub(crate) fn trailers(&self, limits: &Limits) -> Option<Headers> {
        match self {
            Decoder::Chunked(chunked) if chunked.is_done() => chunked.trailers(limits).ok(),
            _ => None,
        }
    }
}
