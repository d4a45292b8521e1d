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

/// The data, the length, and the number of trailer fields of a body that is all there, read line by line.
fn read_by_lines(bytes: &[u8]) -> Option<(Vec<u8>, usize, usize)> {
    let (mut data, mut at) = (Vec::new(), 0);
    let line = |at: &mut usize| {
        let line = &bytes[*at..];
        let line = &line[..line.windows(2).position(|two| two == b"\r\n")?];
        *at += line.len() + 2;
        (!line.iter().any(|byte| matches!(byte, b'\r' | b'\n'))).then_some(line)
    };
    loop {
        let text = String::from_utf8_lossy(line(&mut at)?).into_owned();
        let size = text.split([';', ' ', '\t']).next()?;
        assert!(!size.is_empty() && size.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let rest = text[size.len()..].trim_start_matches([' ', '\t']);
        assert!(rest.is_empty() || rest.starts_with(';'), "{text:?}");
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            break;
        }
        data.extend_from_slice(bytes.get(at..at + size)?);
        at += size;
        assert!(line(&mut at)?.is_empty(), "nothing stands between data and line end");
    }
    let mut fields = 0;
    while !line(&mut at)?.is_empty() {
        fields += 1;
    }
    Some((data, at, fields))
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
        let (data, used) = (whole.data.clone(), whole.used);
        assert_eq!(read_by_lines(bytes), Some((data, used, whole.trailers.len())));
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
