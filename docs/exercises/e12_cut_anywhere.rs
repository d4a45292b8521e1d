//! Exercise of chapter 12. A client on a slow line loses half of its bodies.
//!
//! `collect` is given what several reads gave, one after another, and is to give the body, and what came behind its end,
//! which belongs to the next message. It is right as long as each read gives exactly one chunk, and a network promises
//! nothing of the kind. Mend `collect`; the test stays as it is.
//!
//! Hint: the decoder remembers what came before, if it is let; and one call of `decode` gives at most one piece of content
//! and says in `used` how far it has come.
//!
//! The solution is in docs/exercises/solved/e12_cut_anywhere.rs.

use http_client::{BadChunk, Chunked, Limits};

fn collect(reads: &[&[u8]]) -> Result<(Vec<u8>, Vec<u8>), BadChunk> {
    let (mut body, mut behind) = (Vec::new(), Vec::new());
    for read in reads {
        let mut chunked = Chunked::new();
        let piece = chunked.decode(read, &Limits::default())?;
        body.extend_from_slice(&read[piece.data]);
        if chunked.is_done() {
            behind.extend_from_slice(&read[piece.used..]);
        }
    }
    Ok((body, behind))
}

#[test]
#[ignore = "exercise of chapter 12"]
fn e12_a_body_does_not_depend_on_the_reads_that_brought_it() {
    let wire = b"2\r\nhi\r\n7\r\n, there\r\n0\r\n\r\nHTTP/1.1 200 OK";
    for cut in 1..wire.len() {
        let (first, second) = wire.split_at(cut);
        let collected = collect(&[first, second]).map_err(|error| error.to_string());
        let text = collected
            .map(|(body, behind)| [body, behind].map(|bytes| bytes.escape_ascii().to_string()));
        assert_eq!(
            text,
            Ok(["hi, there", "HTTP/1.1 200 OK"].map(str::to_string)),
            "a read ended after byte {cut}, and what came out depends on it: a read's end means nothing"
        );
    }
}
