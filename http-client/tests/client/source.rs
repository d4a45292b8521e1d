//! Bodies that come from a source: how they are framed, who waits for whom, and what becomes of the source.

use std::cell::Cell;
use std::future::pending;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use http_client::{Body, Client, Kind, Limits};
use runtime::io::{AsyncWriteExt, duplex};
use runtime::time::sleep;
use runtime::{spawn, yield_now};

use crate::certificate::Authority;
use crate::peer::Peer;
use crate::run::{error_of, get, one_at_a_time, run, until};
use crate::server::Server;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A source that counts what was asked of it, and goes when it is dropped.
#[derive(Clone, Default)]
struct Counted {
    asked: Rc<Cell<usize>>,
}

impl Counted {
    /// Gives `piece` for ever.
    fn endless(&self, piece: &'static [u8]) -> Body {
        let asked = self.asked.clone();
        Body::pieces(move || {
            asked.set(asked.get() + 1);
            async move { Ok(Some(piece.to_vec())) }
        })
    }

    fn is_gone(&self) -> bool {
        Rc::strong_count(&self.asked) == 1
    }
}

fn pieces(all: &'static [&'static str]) -> Body {
    let mut all = all.iter().copied();
    Body::pieces(move || {
        let piece = all.next();
        async move { Ok(piece.map(Into::into)) }
    })
}

#[test]
fn a_source_is_sent_in_chunks_and_one_of_known_length_is_not() {
    let server = Server::answering(OK);
    run(async {
        let client = one_at_a_time();
        for body in [pieces(&["hel", "", "lo"]), pieces(&["hel", "lo"]).with_length(5)] {
            let mut response = client.post(server.url("/")).body(body).send().await.unwrap();
            assert_eq!(response.text().await.unwrap(), "ok");
        }
        client.put(server.url("/")).body(pieces(&[])).send().await.unwrap();
    });
    let asked = server.asked();
    assert_eq!(asked[0].header("transfer-encoding"), Some("chunked"));
    assert_eq!(asked[0].header("content-length"), None);
    assert_eq!(asked[0].body, b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
    assert_eq!(asked[1].header("transfer-encoding"), None);
    assert_eq!((asked[1].header("content-length"), &*asked[1].body), (Some("5"), &b"hello"[..]));
    assert_eq!(asked[2].body, b"0\r\n\r\n");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_large_reader_arrives_whole_plain_and_over_tls() {
    let echoes = |peer: &mut Peer| {
        while let Some(asked) = peer.request() {
            let framing = match asked.header("content-length") {
                Some(length) => format!("Content-Length: {length}"),
                None => "Transfer-Encoding: chunked".into(),
            };
            peer.say(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n"));
            // What is in chunks goes back in the same chunks.
            peer.say(&asked.body);
        }
    };
    let authority = Authority::new();
    let data: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    for server in [Server::new(echoes), Server::tls(authority.server("127.0.0.1"), echoes)] {
        run(async {
            let client = authority.client(|builder| builder.connections(1));
            for length in [None, Some(data.len() as u64)] {
                let (mut maker, reader) = duplex(10_000);
                let copy = data.clone();
                let making = spawn(async move { maker.write_all(&copy).await });
                let body = Body::reader(reader);
                let body = match length {
                    Some(length) => body.with_length(length),
                    None => body,
                };
                let sent = client.post(server.url("/")).body(body).send().await;
                assert!(sent.unwrap().bytes().await.unwrap() == data, "{length:?}");
                making.await.unwrap().unwrap();
            }
        });
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn what_is_there_is_sent_while_the_source_makes_the_rest() {
    let script = |peer: &mut Peer| {
        peer.head();
        assert_eq!(peer.take(8), b"5\r\nhello");
        peer.mark();
        peer.wait_for_end();
    };
    let authority = Authority::new();
    for server in [Server::new(script), Server::tls(authority.server("127.0.0.1"), script)] {
        run(async {
            let (mut maker, reader) = duplex(100);
            maker.write_all(b"hello").await.unwrap();
            let body = Body::reader(reader);
            let client = authority.client(|builder| builder);
            let sending = spawn(client.post(server.url("/")).body(body).send());
            // The line end after a chunk goes with the next one.
            until(|| server.marks() == 1).await;
            sending.abort();
            drop(maker);
        });
    }
}

#[test]
fn a_source_that_gives_less_or_more_than_it_said_is_an_error() {
    let server = Server::new(|peer| while peer.request().is_some() {});
    run(async {
        for (all, gave) in [(&["abc"][..], 3), (&["abc", "def"], 6), (&[], 0)] {
            let body = pieces(all).with_length(5);
            let error = error_of(Client::new().post(server.url("/")).body(body).send().await);
            assert_eq!(error.kind(), Kind::Body);
            let why = format!("the body was to have 5 bytes, and its source gave {gave}");
            assert_eq!(error.cause(), why);
        }
        // No more is asked than was said.
        let counted = Counted::default();
        let body = counted.endless(b"abc").with_length(6);
        let request = Client::new().post(server.url("/")).body(body);
        drop(request.timeout(Duration::from_millis(20)).send().await);
        assert_eq!(counted.asked.get(), 2);
    });
}

#[test]
fn a_source_that_fails_breaks_the_request_off() {
    let server = Server::new(|peer| {
        while peer.request().is_some() {
            peer.say(OK);
        }
    });
    run(async {
        let client = one_at_a_time();
        let mut left = 2;
        let body = Body::pieces(move || {
            left -= 1;
            let more = left > 0;
            async move {
                if more {
                    Ok(Some(b"abc".to_vec()))
                } else {
                    Err(io::Error::other("the disk is gone"))
                }
            }
        });
        let error = error_of(client.post(server.url("/")).body(body).send().await);
        assert_eq!(error.kind(), Kind::Body);
        assert_eq!(error.cause(), "the body's source failed: the disk is gone");
        assert!(std::error::Error::source(&error).is_some());
        // The connection that was in the middle of it is not used again.
        assert_eq!(get(&client, &server.url("/")).await.unwrap(), "ok");
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn while_the_server_does_not_read_the_source_is_not_asked() {
    let server = Server::new(|peer| {
        peer.head();
        peer.mark();
        peer.wait_for_cue();
    });
    run(async {
        const PIECE: &[u8] = &[b'x'; 64 * 1024];
        let counted = Counted::default();
        let request = Client::new().post(server.url("/")).body(counted.endless(PIECE));
        let sending = spawn(request.send());
        until(|| server.marks() == 1).await;
        let mut before = usize::MAX;
        while before != counted.asked.get() {
            before = counted.asked.get();
            sleep(Duration::from_millis(50)).await;
        }
        assert!(before > 0 && !counted.is_gone());
        sending.abort();
        assert!(sending.await.is_err());
        assert!(counted.is_gone(), "a request that is dropped drops its source");
    });
}

#[test]
fn after_a_refusal_the_source_is_not_asked_any_more_and_dropped() {
    let server = Server::new(|peer| {
        peer.head();
        peer.say("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
        peer.wait_for_end();
    });
    run(async {
        let counted = Counted::default();
        let request = Client::new().post(server.url("/")).body(counted.endless(b"abc"));
        let mut response = request.send().await.unwrap();
        let asked = counted.asked.get();
        assert_eq!((response.status(), response.text().await.unwrap().as_str()), (413, "no"));
        assert_eq!(counted.asked.get(), asked);
        assert!(counted.is_gone());
    });
}

#[test]
fn a_source_that_is_slow_is_no_server_that_is_silent() {
    let server = Server::answering(OK);
    run(async {
        let client = Client::builder().read_timeout(Duration::from_millis(60)).build();
        let (mut maker, reader) = duplex(100);
        let _making = spawn(async move {
            for _ in 0..3 {
                sleep(Duration::from_millis(100)).await;
                maker.write_all(b"x").await.unwrap();
            }
        });
        let request = client.post(server.url("/")).body(Body::reader(reader));
        assert_eq!(request.send().await.unwrap().text().await.unwrap(), "ok");
        // The whole request has a limit all the same.
        let forever = Body::pieces(pending);
        let request = client.post(server.url("/")).body(forever);
        let error = error_of(request.timeout(Duration::from_millis(100)).send().await);
        assert!(error.is_timeout(), "{error}");
    });
}

#[test]
fn empty_pieces_without_end_leave_the_others_their_turn() {
    let server = Server::new(|peer| peer.wait_for_end());
    run(async {
        let counted = Counted::default();
        let request = Client::new().post(server.url("/")).body(counted.endless(b""));
        let sending = spawn(request.send());
        while counted.asked.get() < 10 {
            yield_now().await;
        }
        sending.abort();
    });
}

#[test]
fn a_body_that_is_on_its_way_cannot_be_sent_again() {
    let moved = |status: &str| {
        format!("HTTP/1.1 {status} Moved\r\nLocation: /n\r\nContent-Length: 0\r\n\r\n")
    };
    let server = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            peer.say(match asked.target() {
                "/307" => moved("307"),
                "/303" => moved("303"),
                _ => OK.into(),
            });
        }
    });
    run(async {
        let client = one_at_a_time();
        let post = |path| client.post(server.url(path)).body(pieces(&["abc"])).send();
        let error = error_of(post("/307").await);
        assert_eq!(error.kind(), Kind::Redirect);
        assert!(error.cause().contains("came from a source"), "{error}");
        assert_eq!(post("/303").await.unwrap().text().await.unwrap(), "ok");
        // Who wants to look at the redirect can.
        let client = Client::builder().limits(Limits { redirects: 0, ..Limits::default() }).build();
        let request = client.post(server.url("/307")).body(pieces(&["abc"]));
        assert_eq!(request.send().await.unwrap().status(), 307);
    });
}

#[test]
fn a_lost_connection_is_tried_again_only_with_a_body_that_is_whole() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.method() == "PUT" && peer.number == 0 {
                return peer.close();
            }
            peer.say(OK);
        }
    });
    run(async {
        let client = one_at_a_time();
        get(&client, &server.url("/")).await.unwrap();
        let error = error_of(client.put(server.url("/")).body(pieces(&["abc"])).send().await);
        assert_eq!(error.kind(), Kind::Closed);
        assert!(
            error.cause().ends_with("came from a source, so it cannot be sent again"),
            "{error}"
        );
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn framing_is_the_client_s_own_business() {
    run(async {
        let client = Client::new();
        for (name, value, why) in [
            ("Content-Length", "3", "say with_length of the body"),
            ("Transfer-Encoding", "chunked", "leave it out"),
            ("Expect", "100-continue", "Expect is not supported"),
        ] {
            let request = client.post("http://127.0.0.1:1/").header(name, value);
            let error = error_of(request.body(pieces(&["abc"])).send().await);
            assert_eq!(error.kind(), Kind::InvalidRequest);
            assert!(error.cause().contains(why), "{error}");
        }
    });
}
