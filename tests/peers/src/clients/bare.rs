//! The floor: bytes of a request that were made before, httparse for the head of the answer, and nothing else, on a socket
//! of Tokio's, with rustls around it where TLS is spoken. It checks nothing, can be told nothing, and is no peer.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::runtimes::Tokio;
use crate::server::Server;

/// Its name in the table.
pub(crate) const FLOOR: &str = "floor";

#[derive(Clone)]
pub(crate) struct Bare {
    server: SocketAddr,
    tls: Option<TlsConnector>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

pub(crate) struct Lane {
    bare: Bare,
    /// `None` when the server has closed the last one.
    stream: Option<Box<dyn Stream>>,
    request: String,
    buffer: Vec<u8>,
}

/// What is to be known of an answer.
struct Head {
    length: usize,
    body: usize,
    closes: bool,
}

impl Bare {
    async fn connect(&self) -> Box<dyn Stream> {
        let stream = TcpStream::connect(self.server).await.expect("a server");
        stream.set_nodelay(true).expect("an open socket");
        match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let name = self.server.ip().into();
                Box::new(tls.connect(name, stream).await.expect("a certificate"))
            }
        }
    }
}

impl super::Client for Bare {
    type Runtime = Tokio;
    type Lane = Lane;

    fn new(server: &Server) -> Bare {
        let tls = server.authority.is_some().then(|| Arc::new(server.tls_config()).into());
        Bare { server: server.address, tls }
    }

    async fn lane(&self) -> Lane {
        let buffer = vec![0; 64 * 1024];
        Lane { bare: self.clone(), stream: None, request: String::new(), buffer }
    }

    async fn get(lane: &mut Lane, path: &'static str) -> usize {
        if lane.request.is_empty() {
            lane.request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        let stream = match &mut lane.stream {
            Some(stream) => stream,
            none => none.insert(lane.bare.connect().await),
        };
        stream.write_all(lane.request.as_bytes()).await.expect("a server that reads");
        stream.flush().await.expect("a server that reads");
        let mut filled = 0;
        let head = loop {
            filled += stream.read(&mut lane.buffer[filled..]).await.expect("an answer");
            if let Some(head) = parse(&lane.buffer[..filled]) {
                break head;
            }
        };
        let mut here = filled - head.length;
        while here < head.body {
            here += match stream.read(&mut lane.buffer).await.expect("a body") {
                0 => panic!("a body that is not whole"),
                count => count,
            };
        }
        if head.closes {
            lane.stream = None;
        }
        head.body
    }
}

/// `None` if the head is not whole.
fn parse(bytes: &[u8]) -> Option<Head> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(bytes).expect("a head") {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return None,
    };
    assert_eq!(response.code, Some(200));
    let value = |name: &str| {
        let mut headers = response.headers.iter();
        headers.find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
    };
    let body = str::from_utf8(value("content-length")?).ok()?.parse().ok()?;
    Some(Head { length, body, closes: value("connection") == Some(b"close") })
}
