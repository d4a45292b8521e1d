//! The server as a whole, from the outside: with the client, and with bytes that no client would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream as Socket};

use http_client::{Client, Kind};
use runtime::JoinSet;

use super::*;

fn plain() -> Server {
    Server::start(Options::default()).unwrap()
}

fn run<T>(client: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(client)
}

/// Sends a request for `path`, and reads the head of the answer.
fn ask(socket: &mut Socket, path: &str) -> String {
    write!(socket, "GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

#[test]
fn the_client_gets_what_it_asks_for() {
    let server = plain();
    run(async {
        let client = Client::new();
        let get = async |path: &str| {
            let mut response = client.get(format!("{}{path}", server.url())).send().await.unwrap();
            (response.status(), response.url().to_string(), response.bytes().await.unwrap())
        };
        let (status, url, _) = get("/redirect/3").await;
        assert_eq!((status, url), (200, format!("{}/get", server.url())));
        assert_eq!(get("/bytes/100000?seed=1").await.2.len(), 100_000);
        assert_eq!(get("/stream/3").await.2.iter().filter(|byte| **byte == b'\n').count(), 3);
        assert_eq!(get("/drip?duration=0.01&numbytes=5&code=202").await.2, b"*****");
        assert_eq!(get("/delay/0.01").await.0, 200);
        assert_eq!(get("/").await.0, 200);
        assert_eq!(get("/nothing").await.0, 404);

        let with_user = server.url().replace("://", "://user:secret@");
        let authenticated = client.get(format!("{with_user}/basic-auth/user/secret"));
        assert_eq!(authenticated.send().await.unwrap().status(), 200);

        let post = client.post(format!("{}/post", server.url())).body("hello");
        assert!(post.send().await.unwrap().text().await.unwrap().contains("\"data\": \"hello\""));
    });
}

#[test]
fn many_clients_wait_at_once() {
    let server = plain();
    run(async {
        let client = Client::builder().connections(200).build();
        let mut all = JoinSet::new();
        for _ in 0..200 {
            let request = client.get(format!("{}/delay/0.2", server.url()));
            all.spawn(async move { request.send().await.unwrap().bytes().await.unwrap().len() });
        }
        while let Some(length) = all.join_next().await {
            assert!(length.unwrap() > 0);
        }
    });
}

#[test]
fn dropping_the_server_ends_its_connections_whatever_they_wait_for() {
    let server = plain();
    let mut sockets = [(); 3].map(|()| Socket::connect(server.address()).unwrap());
    assert!(ask(&mut sockets[0], "/status/204").starts_with("HTTP/1.1 204 "));
    assert!(ask(&mut sockets[1], "/drip?duration=60").starts_with("HTTP/1.1 200 "));
    drop(server);
    for mut socket in sockets {
        // The one that the server had not accepted yet may be reset.
        match socket.read_to_end(&mut Vec::new()) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
}

#[test]
fn a_client_that_breaks_off_is_nobody_else_s_business() {
    let server = plain();
    let mut other = Socket::connect(server.address()).unwrap();
    for said in ["", "GET / HT", "\0", "GET /drip HTTP/1.1\r\nHost: h\r\n\r\n"] {
        let mut socket = Socket::connect(server.address()).unwrap();
        socket.write_all(said.as_bytes()).unwrap();
        SockRef::from(&socket).set_linger(Some(Duration::ZERO)).unwrap();
        drop(socket);
        assert!(ask(&mut other, "/status/204").starts_with("HTTP/1.1 204 "));
    }
}

#[test]
fn a_client_that_sends_too_much_still_reads_why_it_is_refused() {
    let server = plain();
    let mut socket = Socket::connect(server.address()).unwrap();
    let body = vec![b'a'; body::BODY_LIMIT + 1];
    let head = format!("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", body.len());
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(&body).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let mut said = String::new();
    socket.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
}

#[test]
fn a_body_may_be_long_and_come_in_chunks() {
    let server = plain();
    let mut socket = Socket::connect(server.address()).unwrap();
    let head =
        "POST /post HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).unwrap();
    for _ in 0..1000 {
        write!(socket, "3e8;x\r\n{}\r\n", "a".repeat(1000)).unwrap();
    }
    socket.write_all(b"0\r\n\r\n").unwrap();
    let mut said = String::new();
    socket.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200 ") && said.contains(&"a".repeat(1_000_000)));
}

#[test]
fn over_tls_it_is_trusted_by_those_who_trust_its_authority() {
    let server = Server::start(Options { tls: true, ..Options::default() }).unwrap();
    let authority = server.authority_pem().unwrap();
    run(async {
        let trusting = Client::builder().ca_pem(authority).unwrap().build();
        for host in ["127.0.0.1", "localhost"] {
            let url = format!("https://{host}:{}", server.address().port());
            let mut response = trusting.get(format!("{url}/bytes/100000")).send().await.unwrap();
            assert_eq!(response.bytes().await.unwrap().len(), 100_000);
            let text = trusting.get(format!("{url}/get")).send().await.unwrap().text().await;
            assert!(text.unwrap().contains(&format!("\"url\": \"{url}/get\"")));
        }
        let distrusting = Client::new().get(server.url()).send().await.unwrap_err();
        assert_eq!(distrusting.kind(), Kind::Tls, "{distrusting}");
        let plain = server.url().replace("https", "http");
        assert!(Client::new().get(&plain).send().await.is_err());
        assert_eq!(trusting.get(server.url()).send().await.unwrap().status(), 200);
    });
}

#[test]
fn an_address_that_is_taken_is_an_error_that_says_which() {
    let first = plain();
    let options = Options { address: first.address(), tls: false };
    let error = Server::start(options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    let expected = format!("cannot listen on {}: ", first.address());
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[test]
fn a_server_for_every_address_is_reached_by_loopback() {
    let everywhere = (Ipv4Addr::UNSPECIFIED, 0).into();
    let server = Server::start(Options { address: everywhere, tls: false }).unwrap();
    assert_eq!(server.url(), format!("http://127.0.0.1:{}", server.address().port()));
    let status = run(async { Client::new().get(server.url()).send().await.unwrap().status() });
    assert_eq!(status, 200);
}
