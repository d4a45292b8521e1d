//! The solution of e12: one decoder for the whole body, called until the read is used up.

use http_client::{BadChunk, Chunked, Limits};

fn collect(reads: &[&[u8]]) -> Result<(Vec<u8>, Vec<u8>), BadChunk> {
    let (mut body, mut behind) = (Vec::new(), Vec::new());
    // One decoder for the body, not one for each read.
    let mut chunked = Chunked::new();
    for read in reads {
        let mut rest = *read;
        while !chunked.is_done() && !rest.is_empty() {
            let piece = chunked.decode(rest, &Limits::default())?;
            body.extend_from_slice(&rest[piece.data]);
            rest = &rest[piece.used..];
        }
        behind.extend_from_slice(rest);
    }
    Ok((body, behind))
}

#[test]
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
