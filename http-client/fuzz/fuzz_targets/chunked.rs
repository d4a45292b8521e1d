//! A chunked body comes out the same in whatever pieces it comes, is what its sizes say, and holds no more than its limits.
#![no_main]

use http_client::{BadChunk, Chunked, Limits};
use http_client_fuzz::{assert_sane, choices};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Default, PartialEq)]
struct Outcome {
    data: Vec<u8>,
    /// How many bytes the body took of the input.
    used: usize,
    done: bool,
    trailers: Vec<(String, Vec<u8>)>,
    error: Option<BadChunk>,
}

fn decode(pieces: &[&[u8]], limits: &Limits) -> Outcome {
    let (mut chunked, mut outcome) = (Chunked::new(), Outcome::default());
    // Framing since the last data: all that the decoder may have to keep.
    let mut framing = 0;
    for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() && !chunked.is_done() {
            let found = match chunked.decode(rest, limits) {
                Ok(found) => found,
                Err(error) => return Outcome { error: Some(error), ..outcome },
            };
            assert!(found.data.end <= found.used && found.used <= rest.len());
            assert!(found.used > 0, "bytes are there, and it takes none");
            framing += found.used - found.data.len();
            // The ends of the data before it, of the size line, and of the trailer.
            assert!(framing <= limits.chunk_line + limits.trailer + 6);
            if !found.data.is_empty() {
                framing = 0;
            }
            outcome.data.extend_from_slice(&rest[found.data]);
            outcome.used += found.used;
            rest = &rest[found.used..];
        }
    }
    outcome.done = chunked.is_done();
    match chunked.trailers(limits) {
        Ok(trailers) => {
            let fields = trailers.iter().map(|(name, value)| (name.to_string(), value.to_vec()));
            outcome.trailers = fields.collect();
        }
        Err(_) => assert!(!outcome.done, "a body that is done has its trailer"),
    }
    outcome
}

/// The same data in the plainest framing.
fn encode(data: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in data.chunks(7) {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    body
}

fuzz_target!(|input: &[u8]| {
    let Some((choices, bytes)) = choices(input) else { return };
    let limits = choices.limits();
    let whole = decode(&[bytes], &limits);
    let cut = decode(&choices.cut(bytes), &limits);
    assert_eq!((&whole.data, &whole.error), (&cut.data, &cut.error), "in pieces");
    if whole.error.is_none() {
        assert_eq!(whole, cut, "in pieces");
    }
    assert!(whole.data.len() <= bytes.len());
    if whole.done {
        assert!(bytes[..whole.used].ends_with(b"\r\n\r\n"));
        assert!(whole.trailers.len() <= limits.headers);
        whole.trailers.iter().for_each(|(name, value)| assert_sane(name, value));
        // What follows the body does not change it, and a body that lacks its last byte is not done.
        assert_eq!(decode(&[&bytes[..whole.used]], &limits), whole);
        assert!(!decode(&[&bytes[..whole.used - 1]], &limits).done);
    } else if whole.error.is_none() {
        assert_eq!(whole.used, bytes.len(), "it waits, so it has taken all there is");
    }
    let again = decode(&[&encode(bytes)], &limits);
    assert!(again.done && again.data == bytes, "what was encoded is decoded");
});
