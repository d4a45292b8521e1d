//! What goes back to the client? A status, header fields, and a body, which may take its time.
//!
//! A response is data: `routes` makes it without any I/O, and `connection` sends it. What is slow on purpose is a delay that
//! stands in it.

use std::time::Duration;

use serde_json::{Value, json};

/// A response that was not sent yet.
pub(super) struct Response {
    pub(super) status: u16,
    /// All but those that say where the body ends and whether the connection stays.
    pub(super) headers: Vec<(&'static str, String)>,
    /// How long to wait before anything is sent.
    pub(super) delay: Duration,
    pub(super) body: Body,
}

pub(super) enum Body {
    Whole(Vec<u8>),
    /// Made when there is room to send it.
    Pieces {
        /// How many bytes all pieces have, if that is known before.
        length: Option<u64>,
        pieces: Box<dyn Iterator<Item = Piece>>,
    },
}

/// Some bytes of a body, and when to send them, counted from its beginning.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) after: Duration,
    pub(super) bytes: Vec<u8>,
}

/// Why a request is not answered as it wishes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    why: String,
}

/// How the end of a response's body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    None,
    Length(u64),
    Chunked,
    /// By the end of the connection, for a client that does not know chunks.
    UntilClose,
}

impl Response {
    pub(super) fn new(status: u16) -> Response {
        Response {
            status,
            headers: Vec::new(),
            delay: Duration::ZERO,
            body: Body::Whole(Vec::new()),
        }
    }

    /// JSON as httpbin writes it: keys sorted, two spaces.
    pub(super) fn json(status: u16, value: &Value) -> Response {
        Response::new(status)
            .header("Content-Type", "application/json")
            .body(Body::Whole(format!("{value:#}\n").into_bytes()))
    }

    pub(super) fn text(status: u16, text: String) -> Response {
        Response::new(status)
            .header("Content-Type", "text/plain; charset=utf-8")
            .body(Body::Whole(text.into_bytes()))
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Response {
        self.delay = delay;
        self
    }

    pub(super) fn body(mut self, body: Body) -> Response {
        self.body = body;
        self
    }

    /// How the end of the body is told to a client of HTTP/1.`minor` (RFC 9112, 6).
    pub(super) fn framing(&self, minor: u8) -> Framing {
        if matches!(self.status, 100..=199 | 204 | 304) {
            return Framing::None;
        }
        match &self.body {
            Body::Whole(bytes) => Framing::Length(bytes.len() as u64),
            Body::Pieces { length: Some(length), .. } => Framing::Length(*length),
            Body::Pieces { length: None, .. } if minor >= 1 => Framing::Chunked,
            Body::Pieces { length: None, .. } => Framing::UntilClose,
        }
    }

    /// The bytes before the body.
    pub(super) fn head(&self, framing: Framing, connection: &str) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut line = |name: &str, value: &str| {
            for part in [name, ": ", value, "\r\n"] {
                head.push_str(part);
            }
        };
        line("Server", "onethread");
        line("Connection", connection);
        for (name, value) in &self.headers {
            line(name, value);
        }
        match framing {
            Framing::Length(length) => line("Content-Length", &length.to_string()),
            Framing::Chunked => line("Transfer-Encoding", "chunked"),
            Framing::None | Framing::UntilClose => {}
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

impl Framing {
    /// Adds a piece of the body to what will be sent.
    pub(super) fn frame(self, piece: &[u8], out: &mut Vec<u8>) {
        match self {
            Framing::None => {}
            Framing::Length(_) | Framing::UntilClose => out.extend_from_slice(piece),
            // An empty chunk would be the last one.
            Framing::Chunked if piece.is_empty() => {}
            Framing::Chunked => {
                out.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
                out.extend_from_slice(piece);
                out.extend_from_slice(b"\r\n");
            }
        }
    }

    /// Adds what follows the last piece.
    pub(super) fn finish(self, out: &mut Vec<u8>) {
        if self == Framing::Chunked {
            out.extend_from_slice(b"0\r\n\r\n");
        }
    }
}

impl Refusal {
    pub(super) fn new(status: u16, why: impl Into<String>) -> Refusal {
        Refusal { status, why: why.into() }
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Response {
        Response::json(refusal.status, &json!({ "error": refusal.why }))
    }
}

/// What a status is called, for people; programs look at the number alone (RFC 9112, 4).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_says_where_it_ends() {
        let pieces = |length| Body::Pieces { length, pieces: Box::new(std::iter::empty()) };
        let unknown = || Response::new(200).body(pieces(None));
        assert_eq!(Response::text(200, "hello".into()).framing(1), Framing::Length(5));
        assert_eq!(Response::new(200).body(pieces(Some(7))).framing(1), Framing::Length(7));
        assert_eq!(unknown().framing(1), Framing::Chunked);
        assert_eq!(unknown().framing(0), Framing::UntilClose);
        assert_eq!(Response::text(304, "hello".into()).framing(1), Framing::None);

        let head = unknown().header("X", "y").head(Framing::Chunked, "close");
        let expected = "HTTP/1.1 200 OK\r\nServer: onethread\r\nConnection: close\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(String::from_utf8(head).unwrap(), expected);
    }

    #[test]
    fn an_empty_piece_does_not_end_a_chunked_body() {
        let mut out = Vec::new();
        for piece in [&b"hello, world, hello"[..], b"", b"!"] {
            Framing::Chunked.frame(piece, &mut out);
        }
        Framing::Chunked.finish(&mut out);
        assert_eq!(out, b"13\r\nhello, world, hello\r\n1\r\n!\r\n0\r\n\r\n");
    }

    #[test]
    fn json_is_written_as_httpbin_writes_it() {
        let response = Response::json(200, &json!({ "b": [1], "a": {} }));
        let Body::Whole(bytes) = response.body else { panic!("it is whole") };
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "{\n  \"a\": {},\n  \"b\": [\n    1\n  ]\n}\n"
        );
    }
}
