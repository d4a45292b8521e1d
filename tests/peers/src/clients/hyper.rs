//! hyper's connection on Tokio, without a pool or URLs: one for each lane.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::runtimes::Tokio;
use crate::server::Server;

pub(crate) struct Hyper {
    server: std::net::SocketAddr,
}

impl super::Client for Hyper {
    type Runtime = Tokio;
    type Lane = (SendRequest<Empty<Bytes>>, String);

    fn new(server: &Server) -> Hyper {
        Hyper { server: server.address }
    }

    async fn lane(&self) -> (SendRequest<Empty<Bytes>>, String) {
        let stream = TcpStream::connect(self.server).await.expect("a server");
        stream.set_nodelay(true).expect("an open socket");
        let (requests, connection) = handshake(TokioIo::new(stream)).await.expect("a connection");
        tokio::task::spawn_local(connection);
        (requests, self.server.to_string())
    }

    async fn get(
        (requests, host): &mut (SendRequest<Empty<Bytes>>, String),
        path: &'static str,
    ) -> usize {
        let request = Request::get(path).header(header::HOST, &*host).body(Empty::new());
        requests.ready().await.expect("an open connection");
        let response = requests.send_request(request.expect("a request")).await.expect("an answer");
        assert_eq!(response.status(), 200);
        length(response.into_body()).await
    }
}

/// Reads a body to its end.
pub(crate) async fn length(mut body: Incoming) -> usize {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.expect("a whole body").data_ref().map_or(0, Bytes::len);
    }
    length
}
