//! The floor: bytes of a request that were made before, httparse for the head of the answer, and nothing else, on a socket
//! of Tokio's. It checks nothing, can be told nothing, and is no peer.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::runtimes::Tokio;
use crate::server::Server;

/// Its name in the table.
pub(crate) const FLOOR: &str = "(floor)";

pub(crate) struct Bare {
    server: std::net::SocketAddr,
}

pub(crate) struct Lane {
    stream: TcpStream,
    request: String,
    buffer: Vec<u8>,
}

impl super::Client for Bare {
    type Runtime = Tokio;
    type Lane = Lane;

    fn new(server: &Server) -> Bare {
        Bare { server: server.address }
    }

    async fn lane(&self) -> Lane {
        let stream = TcpStream::connect(self.server).await.expect("a server");
        stream.set_nodelay(true).expect("an open socket");
        Lane { stream, request: String::new(), buffer: vec![0; 64 * 1024] }
    }

    async fn get(lane: &mut Lane, path: &'static str) -> usize {
        if lane.request.is_empty() {
            lane.request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        lane.stream.write_all(lane.request.as_bytes()).await.expect("a server that reads");
        let mut filled = 0;
        let (head, length) = loop {
            filled += lane.stream.read(&mut lane.buffer[filled..]).await.expect("an answer");
            if let Some(found) = parse(&lane.buffer[..filled]) {
                break found;
            }
        };
        let mut here = filled - head;
        while here < length {
            here += match lane.stream.read(&mut lane.buffer).await.expect("a body") {
                0 => panic!("a body that is not whole"),
                count => count,
            };
        }
        length
    }
}

/// The lengths of a head that is whole, and of the body after it.
fn parse(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let head = match response.parse(bytes).expect("a head") {
        httparse::Status::Complete(head) => head,
        httparse::Status::Partial => return None,
    };
    assert_eq!(response.code, Some(200));
    let is_length = |header: &&httparse::Header| header.name.eq_ignore_ascii_case("content-length");
    let length = response.headers.iter().find(is_length).expect("a length").value;
    Some((head, str::from_utf8(length).ok()?.parse().ok()?))
}
