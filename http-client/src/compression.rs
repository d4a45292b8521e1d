//! Does a client take compressed bodies? This file is there with any of the features `gzip`, `deflate` and `brotli` alone.
//!
//! `request` asks for them, `response` has them unpacked, and `proto::coding` does it.

use crate::builder::ClientBuilder;

impl ClientBuilder {
    /// Asks servers for compressed bodies, and gives them to the program as they were before; not unless set. With any of
    /// the features `gzip`, `deflate` and `brotli`, or `compression` for all three.
    ///
    /// A response that is decompressed has lost its fields `Content-Encoding` and `Content-Length`, which say what came and
    /// not what is given. [`Limits::body`](crate::Limits::body) is for what is given, and
    /// [`chunk`](crate::Response::chunk) gives at most 16 KiB at once: a few bytes that stand for gigabytes take no more
    /// memory than others. A body in a coding that is not known stays as it came, and so do its fields.
    ///
    /// A request with a field `Accept-Encoding` of its own, or `Range`, and a HEAD request ask for nothing, and what
    /// comes is left as it is.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # if cfg!(not(feature = "gzip")) { return Ok(()) }
    /// # let url = doc::serve(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0")?;
    /// let client = http_client::Client::builder().auto_decompress(true).build();
    /// let mut response = client.get(&url).send().await.unwrap();
    /// assert_eq!(response.text().await.unwrap(), "hello");
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn auto_decompress(mut self, decompresses: bool) -> ClientBuilder {
        self.auto_decompress = decompresses;
        self
    }
}
