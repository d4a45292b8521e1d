//! What a server, or the way to it, can do wrong: a clear error each time, never a wait, and never half a body for a whole.

use std::error::Error as _;

use http_client::{Client, Error, Kind, Limits, Phase, Response};

use crate::dead_end::Deaf;
use crate::peer::Peer;
use crate::run::{error_of, get, run};
use crate::server::Server;

#[test]
fn a_port_where_nobody_listens_is_refused_with_a_hint() {
    let deaf = Deaf::new();
    let error = run(async { error_of(get(&Client::new(), &deaf.url()).await) });
    assert_eq!((error.kind(), error.phase()), (Kind::Connect, Phase::Connect));
    let cause = "connection refused: is the server running, and on this port?";
    assert_eq!(error.to_string(), format!("GET {}: connect: {cause}", deaf.url()));
    assert!(error.source().unwrap().is::<std::io::Error>());
}

#[test]
fn a_host_that_nobody_knows_is_an_error_that_names_it() {
    let error = run(async { error_of(get(&Client::new(), "http://nohost.invalid/").await) });
    assert_eq!((error.kind(), error.phase()), (Kind::Connect, Phase::Lookup));
    assert!(error.cause().starts_with("cannot look up nohost.invalid: "), "{error}");
}

/// What comes of a response that is this, after which `ends` happens.
fn came_of(says: impl Into<String>, ends: fn(&mut Peer)) -> Error {
    came_of_with(Client::new(), says, ends)
}

fn came_of_with(client: Client, says: impl Into<String>, ends: fn(&mut Peer)) -> Error {
    let says = says.into();
    let server = Server::new(move |peer| {
        if peer.request().is_some() {
            peer.say(&says);
            ends(peer);
        }
    });
    let error = run(async { error_of(get(&client, &server.url("/")).await) });
    assert_eq!(server.asked().len(), 1, "{error}");
    error
}

#[test]
fn a_connection_that_ends_too_early_is_an_error() {
    for (says, kind, phase) in [
        ("", Kind::Closed, Phase::Head),
        ("HTTP/1.1 200 OK\r\nContent-Le", Kind::Truncated, Phase::Head),
        ("HTTP/1.1 100 Continue\r\n\r\n", Kind::Truncated, Phase::Head),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Kind::Truncated, Phase::Body),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            Kind::Truncated,
            Phase::Body,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            Kind::Truncated,
            Phase::Body,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            Kind::Truncated,
            Phase::Body,
        ),
    ] {
        for ends in [Peer::close, Peer::end_writing] {
            let error = came_of(says, ends);
            assert_eq!((error.kind(), error.phase()), (kind, phase), "{error}");
        }
        let error = came_of(says, Peer::reset);
        assert_eq!((error.kind(), error.phase()), (Kind::Io, phase), "{error}");
    }
    // The only body that may end with the connection must not end like this.
    let error = came_of("HTTP/1.1 200 OK\r\n\r\nabc", Peer::reset);
    assert_eq!((error.kind(), error.phase()), (Kind::Io, Phase::Body), "{error}");
}

#[test]
fn what_is_not_http_is_told_at_once() {
    for (says, shown) in [
        ("SSH-2.0-OpenSSH_9.6\r\n", "it begins with \"SSH-2.0-OpenSSH_9.6\""),
        (
            "\x15\x03\x01\0\x02\x02\x46",
            "the server speaks TLS here, so the URL begins with https://",
        ),
        ("HTTP/2 200\r\n\r\n", "\"HTTP/2 200\""),
        ("\n\n\n\0", "it begins with"),
    ] {
        // The server waits: there is no end of the connection to notice.
        let error = came_of(says, Peer::wait_for_end);
        assert_eq!((error.kind(), error.phase()), (Kind::BadStatusLine, Phase::Head));
        assert!(error.cause().contains(shown), "{error}");
    }
}

#[test]
fn a_server_that_says_too_much_is_stopped() {
    let large = |begin: &str, more: &str| begin.to_string() + &more.repeat(200_000 / more.len());
    let head = "HTTP/1.1 200 OK\r\n";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (says, kind) in [
        (large(head, "X"), Kind::HeadTooLarge),
        (large(head, "X: y\r\n"), Kind::TooManyHeaders),
        (large("", "HTTP/1.1 100 Continue\r\n\r\n"), Kind::BadFraming),
        (large(chunked, "0"), Kind::BadChunk),
        (large(&format!("{chunked}5;"), "x"), Kind::BadChunk),
        (large(&format!("{chunked}0\r\n"), "X: y\r\n"), Kind::BadChunk),
    ] {
        assert_eq!(came_of(says, Peer::wait_for_end).kind(), kind);
    }
}

fn limited(body: u64) -> Client {
    Client::builder().limits(Limits { body, ..Limits::default() }).build()
}

#[test]
fn a_body_that_is_too_large_is_refused_at_once_if_the_server_says_so() {
    // Nothing of the body ever comes.
    let says = "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n";
    let error = came_of_with(limited(1000), says, Peer::wait_for_end);
    assert_eq!((error.kind(), error.phase()), (Kind::BodyTooLarge, Phase::Body));
    let cause = "the body is longer than 1000 bytes: read it with chunk(), or set Limits::body";
    assert_eq!(error.cause(), cause);
    // What it says is not believed further than that: no such memory is set aside.
    let says = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", u64::MAX);
    assert_eq!(came_of_with(limited(u64::MAX), says, Peer::close).kind(), Kind::Truncated);
}

#[test]
fn a_body_that_is_too_large_is_refused_as_soon_as_it_is() {
    let says = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1001));
    assert_eq!(came_of_with(limited(1000), says, Peer::wait_for_end).kind(), Kind::BodyTooLarge);
}

#[test]
fn a_body_may_be_as_large_as_the_limit_and_chunks_have_none() {
    let server =
        Server::answering(format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{:1000}", ""));
    run(async {
        assert_eq!(get(&limited(1000), &server.url("/")).await.unwrap().len(), 1000);
        let mut response = limited(10).get(server.url("/")).send().await.unwrap();
        let mut length = 0;
        while let Some(piece) = response.chunk().await.unwrap() {
            length += piece.len();
        }
        assert_eq!(length, 1000);
        // The length of a body that does not come is no reason to refuse it.
        let mut head = limited(10).head(server.url("/")).send().await.unwrap();
        assert_eq!(head.content_length(), Some(1000));
        assert_eq!(head.bytes().await.unwrap(), b"");
    });
}

#[test]
fn limits_may_be_as_high_as_they_go() {
    let server = Server::answering(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: v\r\n\r\n",
    );
    let limits = Limits {
        head: usize::MAX,
        headers: usize::MAX,
        interim: usize::MAX,
        chunk_line: usize::MAX,
        trailer: usize::MAX,
        body: u64::MAX,
        redirects: usize::MAX,
    };
    run(async {
        let client = Client::builder().limits(limits).build();
        let mut response = client.get(server.url("/")).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), "ok");
        assert_eq!(response.trailers().unwrap().get("t"), Some("v"));
    });
}

#[test]
fn a_body_that_broke_off_stays_broken() {
    let server = Server::new(|peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    });
    run(async {
        let mut response: Response = Client::new().get(server.url("/")).send().await.unwrap();
        let first = error_of(response.bytes().await);
        for again in [error_of(response.chunk().await), error_of(response.text().await)] {
            assert_eq!((again.kind(), again.to_string()), (Kind::Truncated, first.to_string()));
        }
    });
}

#[test]
fn a_request_that_cannot_be_sent_opens_no_connection() {
    let server = Server::echoing();
    let client = Client::new();
    run(async {
        for request in [
            client.request("GE T", server.url("/")),
            client.request("GET\r\nX: y", server.url("/")),
            client.request("CONNECT", server.url("/")),
            client.get(server.url("/")).header("X", "a\r\nEvil: 1"),
            client.get(server.url("/")).header("Bad Name", "a"),
            client.get(server.url("/")).header("Host", "a").header("Host", "b"),
            client.post(server.url("/")).body("abc").header("Content-Length", "5"),
            client.post(server.url("/")).body("abc").header("Transfer-Encoding", "chunked"),
        ] {
            let error = error_of(request.send().await);
            assert_eq!((error.kind(), error.phase()), (Kind::InvalidRequest, Phase::Request));
        }
        for url in ["", "h.test/path", "ftp://h.test/", "http:///x", "http://h.test/\r\nX: y"] {
            let error = error_of(client.get(url).send().await);
            assert_eq!((error.kind(), error.phase()), (Kind::Url, Phase::Request), "{error}");
        }
    });
    assert_eq!(server.connections(), 0);
}

#[test]
fn what_holds_no_authority_is_an_error_that_says_so() {
    for (path, why) in [
        ("no/such/file.pem", "No such file"),
        (concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "no certificate"),
    ] {
        let error = error_of(Client::builder().ca_file(path).map(drop));
        assert_eq!(error.kind(), Kind::Tls);
        assert!(error.cause().contains(path) && error.cause().contains(why), "{error}");
    }
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    for (pem, why) in [("", "no certificate"), (broken, "not PEM")] {
        let error = error_of(Client::builder().ca_pem(pem).map(drop));
        assert!(error.cause().contains(why), "{error}");
    }
}

#[test]
fn an_error_can_be_passed_on_by_any_program() {
    fn passes<T: std::error::Error + Send + Sync + 'static>() {}
    passes::<Error>();
}
