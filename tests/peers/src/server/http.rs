//! What does the HTTP server say? To a request for something small what nginx would say, and 100 MB to the other one.

use std::io;

use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A path, and the length of the body there.
pub(crate) const SMALL: (&str, usize) = ("/", 13);
pub(crate) const BIG: (&str, usize) = ("/big", 100_000_000);

/// As small, and the connection is closed after it.
pub(crate) const CLOSING: (&str, usize) = ("/close", 13);

const PIECE: usize = 64 * 1024;

/// Answers one request after another, none of which has a body.
pub(super) async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let small = head(SMALL.1, "keep-alive") + "Hello, world!";
    let closing = head(CLOSING.1, "close") + "Hello, world!";
    let big = head(BIG.1, "keep-alive");
    let piece = vec![b'*'; PIECE];
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        request.clear();
        while !request.ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                count => request.extend_from_slice(&buffer[..count]),
            }
        }
        if request.starts_with(b"GET /close ") {
            stream.write_all(closing.as_bytes()).await?;
            return stream.close().await;
        }
        if !request.starts_with(b"GET /big ") {
            stream.write_all(small.as_bytes()).await?;
            stream.flush().await?;
            continue;
        }
        stream.write_all(big.as_bytes()).await?;
        let mut left = BIG.1;
        while left > 0 {
            let here = left.min(PIECE);
            stream.write_all(&piece[..here]).await?;
            left -= here;
        }
        stream.flush().await?;
    }
}

fn head(length: usize, connection: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nServer: nginx/1.28.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\
         Content-Type: text/plain\r\nContent-Length: {length}\r\n\
         Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: {connection}\r\n\
         ETag: \"69558a80-d\"\r\nAccept-Ranges: bytes\r\n\r\n"
    )
}
