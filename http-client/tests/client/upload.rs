//! What does the server do while it is still being told?

use http_client::{Client, Kind, Limits, Phase};

use crate::peer::Peer;
use crate::run::{error_of, get, one_at_a_time, run};
use crate::server::{Server, echo};

/// More than the system buffers between the two.
const LARGE: usize = 32 * 1024 * 1024;

#[test]
fn a_large_body_arrives_whole() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", asked.body.len()));
            peer.say(asked.body);
        }
    });
    run(async {
        let client =
            Client::builder().limits(Limits { body: u64::MAX, ..Limits::default() }).build();
        for length in [0, 1, 100_000, LARGE] {
            let mut body = b"0123456789".repeat(length / 10 + 1);
            body.truncate(length);
            let mut response =
                client.post(server.url("/")).body(body.clone()).send().await.unwrap();
            assert!(response.bytes().await.unwrap() == body, "{length}");
        }
    });
    assert_eq!(server.connections(), 1);
}

/// Refuses a large upload after its head, in the way of `says` and `ends`, and then serves a small request.
fn is_refused(says: &'static str, ends: fn(&mut Peer)) {
    let server = Server::new(move |peer| {
        while let Some(asked) = peer.head() {
            if asked.method() == "POST" {
                peer.say(says);
                return ends(peer);
            }
            peer.say(echo(&asked));
        }
    });
    run(async {
        let client = one_at_a_time();
        // The second time on a connection that was used before.
        for _ in 0..2 {
            let upload = client.post(server.url("/large")).body(vec![b'x'; LARGE]).send().await;
            let mut response = upload.unwrap();
            assert_eq!((response.status(), response.text().await.unwrap().as_str()), (413, "no"));
            assert_eq!(get(&client, &server.url("/small")).await.unwrap(), "/small");
        }
    });
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_refusal_during_a_large_upload_is_heard() {
    let close = "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno";
    let keep = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno";
    let until_close = "HTTP/1.1 413 Too Large\r\n\r\nno";
    is_refused(close, Peer::close);
    is_refused(close, Peer::wait_for_end);
    is_refused(close, |peer| peer.wait_for_cue());
    is_refused(keep, Peer::close);
    is_refused(keep, |peer| peer.wait_for_cue());
    is_refused(until_close, Peer::end_writing);
}

#[test]
fn a_connection_whose_request_was_answered_too_early_is_not_used_again() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.head() {
            peer.say(echo(&asked));
            if asked.method() == "POST" {
                return peer.wait_for_cue();
            }
        }
    });
    run(async {
        let client = one_at_a_time();
        let upload = client.post(server.url("/1")).body(vec![b'x'; LARGE]).send().await;
        assert_eq!(upload.unwrap().text().await.unwrap(), "/1");
        assert_eq!(get(&client, &server.url("/2")).await.unwrap(), "/2");
    });
    assert_eq!(server.lines(), [(0, "POST /1".into()), (1, "GET /2".into())]);
}

#[test]
fn a_server_may_answer_with_what_it_is_being_told() {
    let server = Server::new(|peer| {
        while peer.head().is_some() {
            peer.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n"));
            let mut left = LARGE;
            while left > 0 {
                let piece = peer.take(left.min(64 * 1024));
                if piece.is_empty() {
                    return;
                }
                left -= piece.len();
                peer.say(piece);
            }
        }
    });
    run(async {
        let client = Client::new();
        for _ in 0..2 {
            let request = client.post(server.url("/")).body(vec![b'x'; LARGE]).send();
            let (mut response, mut length) = (request.await.unwrap(), 0);
            while let Some(piece) = response.chunk().await.unwrap() {
                length += piece.len();
            }
            assert_eq!(length, LARGE);
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_server_that_leaves_in_the_middle_is_an_error() {
    for ends in [Peer::close, Peer::reset] {
        let server = Server::new(move |peer| {
            peer.head();
            ends(peer);
        });
        run(async {
            let upload = Client::new().post(server.url("/")).body(vec![b'x'; LARGE]).send().await;
            let error = error_of(upload);
            assert!(matches!(error.kind(), Kind::Io | Kind::Closed), "{error}");
            assert_eq!(error.phase(), Phase::Send);
        });
    }
}

#[test]
fn a_server_that_only_listens_any_more_is_an_error_at_once() {
    let server = Server::new(|peer| {
        peer.head();
        peer.end_writing();
        peer.wait_for_cue();
    });
    run(async {
        let upload = Client::new().post(server.url("/")).body(vec![b'x'; LARGE]).send().await;
        assert_eq!(error_of(upload).kind(), Kind::Closed);
    });
}
