//! TLS: when is a body whole, and is a session used again? The server is rustls' own blocking one, on a thread.

use std::time::Duration;

use http_client::{Client, Kind, Phase};

use crate::certificate::Authority;
use crate::peer::Peer;
use crate::run::{News, error_of, get, run, until};
use crate::server::{Server, echo};

/// A client that trusts `authority`, and a server with its certificate.
fn trusted(
    authority: &Authority,
    script: impl Fn(&mut Peer) + Send + Sync + 'static,
) -> (Client, Server) {
    let server = Server::tls(authority.server("127.0.0.1"), script);
    (authority.client(|builder| builder.connections(1)), server)
}

#[test]
fn a_body_that_ends_with_the_connection_ends_with_close_notify_or_is_an_error() {
    let authority = Authority::new();
    for (ends, certain) in [(Peer::close_notify as fn(&mut Peer), true), (Peer::close, false)] {
        let (client, server) = trusted(&authority, move |peer| {
            peer.request();
            peer.say("HTTP/1.1 200 OK\r\n\r\nall of it");
            ends(peer);
        });
        let came = run(get(&client, &server.url("/")));
        if certain {
            assert_eq!(came.unwrap(), "all of it");
        } else {
            let error = error_of(came);
            assert_eq!((error.kind(), error.phase()), (Kind::Truncated, Phase::Body));
            assert!(error.cause().contains("close_notify"), "{error}");
        }
    }
}

#[test]
fn a_body_that_tells_its_own_end_needs_no_close_notify() {
    let authority = Authority::new();
    for body in
        ["Content-Length: 2\r\n\r\nok", "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"]
    {
        let (client, server) = trusted(&authority, move |peer| {
            peer.request();
            peer.say(format!("HTTP/1.1 200 OK\r\n{body}"));
            peer.close();
        });
        assert_eq!(run(get(&client, &server.url("/"))).unwrap(), "ok");
    }
    // And one that does not come to it is cut off, with or without.
    for ends in [Peer::close_notify, Peer::close] {
        let (client, server) = trusted(&authority, move |peer| {
            peer.request();
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok");
            ends(peer);
        });
        assert_eq!(error_of(run(get(&client, &server.url("/")))).kind(), Kind::Truncated);
    }
}

#[test]
fn tls_s_own_messages_leave_an_idle_connection_good() {
    let authority = Authority::new();
    let (client, server) = trusted(&authority, |peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
            peer.wait_for_cue();
            peer.update_keys();
        }
    });
    News::run(async |news| {
        for path in ["/1", "/2", "/3"] {
            assert_eq!(get(&client, &server.url(path)).await.unwrap(), path);
            news.after(|| server.cue()).await;
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_idle_session_that_the_server_ended_or_spoke_on_is_not_used() {
    let authority = Authority::new();
    for happens in
        [Peer::close_notify as fn(&mut Peer), Peer::close, Peer::reset, |peer| peer.say("x")]
    {
        let (client, server) = trusted(&authority, move |peer| {
            while let Some(asked) = peer.request() {
                peer.say(echo(&asked));
                if peer.number == 0 {
                    peer.wait_for_cue();
                    happens(peer);
                }
            }
        });
        News::run(async |news| {
            get(&client, &server.url("/1")).await.unwrap();
            news.after(|| server.cue()).await;
            // A POST is not repeated: so this is no retry.
            let response = client.post(server.url("/2")).send().await;
            assert_eq!(response.unwrap().text().await.unwrap(), "/2");
        });
        assert_eq!(server.connections(), 2);
    }
}

#[test]
fn bytes_behind_a_response_spoil_the_session() {
    let authority = Authority::new();
    // In one record with its end, and in one of their own.
    for (body, more) in [
        ("ok", "x"),
        ("ok", "x".repeat(20_000).leak()),
        ("ok".repeat(20_000).leak(), "x"),
        ("ok".repeat(20_000).leak(), "x".repeat(20_000).leak()),
    ] {
        let (client, server) = trusted(&authority, move |peer| {
            while peer.request().is_some() {
                let length = body.len();
                peer.say(format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}{more}"
                ));
            }
        });
        run(async {
            for _ in 0..2 {
                assert_eq!(get(&client, &server.url("/")).await.unwrap(), body);
            }
        });
        assert_eq!(server.connections(), 2);
    }
}

#[test]
fn records_may_cut_a_body_anywhere() {
    let authority = Authority::new();
    let body = "0123456789".repeat(4000);
    let chunks = body.as_bytes().chunks(999).map(str::from_utf8).map(Result::unwrap);
    let chunks: String =
        chunks.map(|chunk| format!("{:x};a=b\r\n{chunk}\r\n", chunk.len())).collect();
    for answer in [
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\nT: v\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\n\r\n{body}"),
    ] {
        for step in [7, 1000, 16 * 1024, usize::MAX] {
            let answer = answer.clone();
            let (client, server) = trusted(&authority, move |peer| {
                peer.request();
                answer.as_bytes().chunks(step).for_each(|record| peer.say(record));
                peer.close_notify();
            });
            assert!(run(get(&client, &server.url("/"))).unwrap() == body, "in steps of {step}");
        }
    }
}

#[test]
fn large_bodies_go_both_ways() {
    const LARGE: usize = 8 * 1024 * 1024;
    let authority = Authority::new();
    let (client, server) = trusted(&authority, |peer| {
        while let Some(asked) = peer.request() {
            peer.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", asked.body.len()));
            peer.say(&asked.body);
        }
    });
    run(async {
        for length in [0, 1, 16 * 1024, LARGE] {
            let mut body = b"0123456789".repeat(length / 10 + 1);
            body.truncate(length);
            let request = client.post(server.url("/")).body(body.clone());
            assert!(request.send().await.unwrap().bytes().await.unwrap() == body);
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_refusal_during_a_large_upload_is_heard_through_tls() {
    let authority = Authority::new();
    let (client, server) = trusted(&authority, |peer| {
        peer.head();
        peer.say("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
        peer.close();
    });
    run(async {
        let upload = client.post(server.url("/")).body(vec![b'x'; 32 * 1024 * 1024]);
        let mut response = upload.send().await.unwrap();
        assert_eq!((response.status(), response.text().await.unwrap().as_str()), (413, "no"));
    });
}

#[test]
fn silence_under_tls_is_too_slow() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("127.0.0.1"), |peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
        peer.wait_for_end();
        peer.mark();
    });
    let client = authority.client(|builder| builder.read_timeout(Duration::from_millis(250)));
    run(async {
        let error = error_of(get(&client, &server.url("/")).await);
        assert_eq!((error.kind(), error.phase()), (Kind::Timeout, Phase::Body));
        until(|| server.marks() == 1).await;
    });
}

#[test]
fn a_redirect_out_of_tls_leaves_the_secrets_behind() {
    let plain = Server::echoing();
    let to = plain.url("/plain");
    let authority = Authority::new();
    let (client, server) = trusted(&authority, move |peer| {
        while peer.request().is_some() {
            peer.say(format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let request = client.get(server.url("/")).bearer_auth("token").header("X", "y");
    run(async { assert_eq!(request.send().await.unwrap().status(), 200) });
    assert_eq!(server.asked()[0].header("authorization"), Some("Bearer token"));
    assert_eq!(plain.asked()[0].header("authorization"), None);
    assert_eq!(plain.asked()[0].header("x"), Some("y"));
}

#[test]
fn a_response_may_be_dropped_after_its_runtime_has_stopped_or_gone() {
    let authority = Authority::new();
    for gone in [false, true] {
        let (client, server) = trusted(&authority, |peer| {
            peer.head();
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
            peer.wait_for_cue();
        });
        let runtime = runtime::Runtime::new().unwrap();
        // The upload has filled whatever the system buffers, so that the goodbye would have to wait.
        let request = client.post(server.url("/")).body(vec![b'x'; 32 * 1024 * 1024]);
        let mut response = runtime.block_on(request.send()).unwrap();
        runtime.block_on(async { assert_eq!(response.chunk().await.unwrap().unwrap(), b"he") });
        if gone {
            drop(runtime);
            drop(response);
        } else {
            drop(response);
        }
    }
}
