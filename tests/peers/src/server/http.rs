//! What does the HTTP server say? To a request for something small what nginx would say, at once or a second later, and 1 MB or
//! 100 MB to two others.

use std::io;
use std::time::Duration;

use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use runtime::time::sleep;

/// A path, and the length of the body there.
pub(crate) const SMALL: (&str, usize) = ("/", 13);
pub(crate) const MEGABYTE: (&str, usize) = ("/mb", 1_000_000);
pub(crate) const BIG: (&str, usize) = ("/big", 100_000_000);

/// As small, and the connection is closed after it.
pub(crate) const CLOSING: (&str, usize) = ("/close", 13);

/// As small, and a second late.
pub(crate) const SLOW: (&str, usize) = ("/delay/1", 13);

const PIECE: usize = 64 * 1024;

/// Answers one request after another, none of which has a body.
pub(super) async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let small = head(SMALL.1, "keep-alive") + "Hello, world!";
    let mut request = Vec::new();
    let mut buffer = [0; 512];
    loop {
        request.clear();
        while !request.ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                count => request.extend_from_slice(&buffer[..count]),
            }
        }
        let is = |(path, _): (&str, usize)| {
            request.strip_prefix(b"GET ").is_some_and(|rest| {
                rest.strip_prefix(path.as_bytes()).is_some_and(|rest| rest.starts_with(b" "))
            })
        };
        if is(CLOSING) {
            let closing = head(CLOSING.1, "close") + "Hello, world!";
            stream.write_all(closing.as_bytes()).await?;
            return stream.close().await;
        }
        if is(MEGABYTE) {
            body(&mut stream, MEGABYTE.1).await?;
        } else if is(BIG) {
            body(&mut stream, BIG.1).await?;
        } else {
            if is(SLOW) {
                sleep(Duration::from_secs(1)).await;
            }
            stream.write_all(small.as_bytes()).await?;
        }
        stream.flush().await?;
    }
}

async fn body(stream: &mut (impl AsyncWrite + Unpin), length: usize) -> io::Result<()> {
    stream.write_all(head(length, "keep-alive").as_bytes()).await?;
    let piece = vec![b'*'; PIECE];
    let mut left = length;
    while left > 0 {
        let here = left.min(PIECE);
        stream.write_all(&piece[..here]).await?;
        left -= here;
    }
    Ok(())
}

fn head(length: usize, connection: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nServer: nginx/1.28.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\
         Content-Type: text/plain\r\nContent-Length: {length}\r\n\
         Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: {connection}\r\n\
         ETag: \"69558a80-d\"\r\nAccept-Ranges: bytes\r\n\r\n"
    )
}
