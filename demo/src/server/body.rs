//! Which bytes are the body of a request, and is it not too long?

use http_client::{Chunked, Limits};

use crate::server::request::Framing;
use crate::server::response::Refusal;

/// How many bytes a body may have.
pub(super) const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// Takes a body out of the bytes that come.
pub(super) struct Decoder {
    left: Left,
    body: Vec<u8>,
}

enum Left {
    Length(usize),
    Chunked(Chunked),
}

impl Decoder {
    /// Refuses at once a body that says that it is too long.
    pub(super) fn new(framing: Framing) -> Result<Decoder, Refusal> {
        let left = match framing {
            Framing::Chunked => Left::Chunked(Chunked::new()),
            Framing::Length(length) => match usize::try_from(length) {
                Ok(length) if length <= BODY_LIMIT => Left::Length(length),
                _ => return Err(too_long()),
            },
        };
        Ok(Decoder { left, body: Vec::new() })
    }

    pub(super) fn is_done(&self) -> bool {
        match &self.left {
            Left::Length(left) => *left == 0,
            Left::Chunked(chunked) => chunked.is_done(),
        }
    }

    /// Takes what belongs to the body from the beginning of `input`, and says how much that was.
    pub(super) fn take(&mut self, input: &[u8]) -> Result<usize, Refusal> {
        let mut used = 0;
        while used < input.len() && !self.is_done() {
            let rest = &input[used..];
            match &mut self.left {
                Left::Length(left) => {
                    let here = rest.len().min(*left);
                    self.body.extend_from_slice(&rest[..here]);
                    *left -= here;
                    used += here;
                }
                Left::Chunked(chunked) => {
                    let piece = chunked
                        .decode(rest, &Limits::default())
                        .map_err(|bad| Refusal::new(400, bad.to_string()))?;
                    if self.body.len() + piece.data.len() > BODY_LIMIT {
                        return Err(too_long());
                    }
                    self.body.extend_from_slice(&rest[piece.data]);
                    used += piece.used;
                }
            }
        }
        Ok(used)
    }

    pub(super) fn into_body(self) -> Vec<u8> {
        self.body
    }
}

fn too_long() -> Refusal {
    Refusal::new(413, format!("the body is longer than {BODY_LIMIT} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(framing: Framing, input: &[u8], step: usize) -> Result<(Vec<u8>, usize), u16> {
        let refused = |refusal: Refusal| refusal.status;
        let mut decoder = Decoder::new(framing).map_err(refused)?;
        let mut used = 0;
        while !decoder.is_done() {
            let end = input.len().min(used + step);
            used += decoder.take(&input[used..end]).map_err(refused)?;
        }
        Ok((decoder.into_body(), used))
    }

    #[test]
    fn a_body_ends_where_it_says_whatever_pieces_it_comes_in() {
        let chunked = b"2;x\r\nhe\r\n3\r\nllo\r\n0\r\nT: v\r\n\r\nGET";
        for step in 1..chunked.len() {
            let of_length = decode(Framing::Length(5), b"helloGET", step);
            assert_eq!(of_length, Ok((b"hello".to_vec(), 5)));
            let of_chunks = decode(Framing::Chunked, chunked, step);
            assert_eq!(of_chunks, Ok((b"hello".to_vec(), chunked.len() - 3)));
        }
        assert_eq!(decode(Framing::Length(0), b"GET", 3), Ok((Vec::new(), 0)));
        assert_eq!(decode(Framing::Chunked, b"x\r\n", 3), Err(400));
    }

    #[test]
    fn a_body_may_be_just_so_long() {
        let mut input = format!("{BODY_LIMIT:x}\r\n").into_bytes();
        input.resize(input.len() + BODY_LIMIT, b'a');
        let mut longer = input.clone();
        input.extend_from_slice(b"\r\n0\r\n\r\n");
        longer.extend_from_slice(b"\r\n1\r\na\r\n0\r\n\r\n");
        assert_eq!(decode(Framing::Chunked, &input, 1 << 16).unwrap().0.len(), BODY_LIMIT);
        assert_eq!(decode(Framing::Chunked, &longer, 1 << 16), Err(413));
        assert!(Decoder::new(Framing::Length(BODY_LIMIT as u64)).is_ok());
        assert!(Decoder::new(Framing::Length(BODY_LIMIT as u64 + 1)).is_err());
    }
}
