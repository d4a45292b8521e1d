//! Bodies that are compressed on their way, over real sockets. The codings themselves are tested without any, byte by byte.

use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http_client::{Client, Kind, Limits, Phase};
use runtime::yield_now;

use crate::cancel::after_polls;
use crate::run::{error_of, get, one_at_a_time, run, until};
use crate::server::{Server, echo};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packing = ZlibEncoder::new(Vec::new(), Compression::default());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

/// "hello" in Brotli, which may hold bytes as they are.
const BROTLI: &[u8] = b"\x0b\x02\x80hello\x03";

fn client() -> Client {
    Client::builder().connections(1).auto_decompress(true).build()
}

/// A server that gives every request this.
fn answering(head: &str, body: &[u8]) -> Server {
    let answer = [head.as_bytes(), body].concat();
    Server::new(move |peer| {
        while peer.request().is_some() {
            peer.say(&answer);
        }
    })
}

fn with_length(names: &str, body: &[u8]) -> Server {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {names}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    answering(&head, body)
}

#[test]
fn a_packed_body_is_asked_for_and_unpacked() {
    let hello = b"hello";
    for (names, packed) in [
        ("gzip", gzip(hello)),
        ("X-Gzip", gzip(hello)),
        ("deflate", zlib(hello)),
        ("br", BROTLI.to_vec()),
        ("identity", hello.to_vec()),
        ("deflate, gzip", gzip(&zlib(hello))),
    ] {
        let server = with_length(names, &packed);
        run(async {
            let client = client();
            for _ in 0..2 {
                let mut response = client.get(server.url("/")).send().await.unwrap();
                let is_packed = names != "identity";
                assert_eq!(response.headers().contains("content-encoding"), !is_packed);
                assert_eq!(response.content_length().is_some(), !is_packed);
                assert_eq!(response.text().await.unwrap(), "hello", "{names}");
            }
        });
        assert_eq!(server.connections(), 1, "{names}");
        let asked = server.asked();
        assert_eq!(asked[0].header("Accept-Encoding"), Some("gzip, deflate, br"));
    }
}

#[test]
fn a_packed_body_in_chunks_leaves_the_connection_usable() {
    let packed = gzip(b"hello");
    let mut body = Vec::new();
    for byte in &packed {
        body.extend_from_slice(&[b'1', b'\r', b'\n', *byte, b'\r', b'\n']);
    }
    body.extend_from_slice(b"0\r\nT: v\r\n\r\n");
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = answering(head, &body);
    run(async {
        let client = client();
        for _ in 0..3 {
            let mut response = client.get(server.url("/")).send().await.unwrap();
            assert_eq!(response.bytes().await.unwrap(), b"hello");
            assert_eq!(response.trailers().unwrap().get("t"), Some("v"));
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_body_is_left_as_it_is_unless_the_client_has_asked() {
    let packed = gzip(b"hello");
    let server = with_length("gzip", &packed);
    run(async {
        let url = server.url("/");
        let usual = Client::builder().auto_decompress(true).header("Accept-Encoding", "gzip");
        for request in [
            Client::new().get(&url),
            Client::builder().auto_decompress(true).auto_decompress(false).build().get(&url),
            client().get(&url).header("accept-encoding", "gzip"),
            client().get(&url).header("Range", "bytes=0-"),
            usual.build().get(&url),
        ] {
            let mut response = request.send().await.unwrap();
            assert_eq!(response.headers().get("content-encoding"), Some("gzip"));
            assert_eq!(response.content_length(), Some(packed.len() as u64));
            assert_eq!(response.bytes().await.unwrap(), packed);
        }
    });
    let server = with_length("zstd, gzip", b"as it came");
    run(async {
        let mut response = client().get(server.url("/")).send().await.unwrap();
        assert_eq!(response.headers().get("content-encoding"), Some("zstd, gzip"));
        assert_eq!(response.text().await.unwrap(), "as it came");
    });
}

#[test]
fn a_response_without_a_body_has_none_whatever_its_coding() {
    for (method, head) in [
        ("HEAD", "200 OK\r\nContent-Length: 100"),
        ("GET", "204 No Content"),
        ("GET", "304 Not Modified\r\nContent-Length: 100"),
        ("GET", "200 OK\r\nContent-Length: 0"),
    ] {
        let server = answering(&format!("HTTP/1.1 {head}\r\nContent-Encoding: gzip\r\n\r\n"), b"");
        run(async {
            let client = client();
            for _ in 0..2 {
                let mut response = client.request(method, server.url("/")).send().await.unwrap();
                // Nothing was unpacked, so the header says what it said.
                assert_eq!(response.headers().get("content-encoding"), Some("gzip"), "{head}");
                assert_eq!(response.text().await.unwrap(), "", "{head}");
            }
        });
        assert_eq!(server.connections(), 1, "{head}");
        let asks = server.asked()[0].header("Accept-Encoding").is_some();
        assert_eq!(asks, method != "HEAD");
    }
    let chunked = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = answering(chunked, b"0\r\n\r\n");
    assert_eq!(run(get(&client(), &server.url("/"))).unwrap(), "");
}

#[test]
fn each_request_of_a_chain_asks_and_only_the_last_is_unpacked() {
    let packed = gzip(b"hello");
    let server = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            let status = if asked.target() == "/from" { "302 Found" } else { "200 OK" };
            let length = packed.len();
            peer.say(format!(
                "HTTP/1.1 {status}\r\nLocation: /to\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
            ));
            // The redirect's own body is no gzip, which is nobody's business.
            peer.say(if asked.target() == "/from" { vec![b'x'; length] } else { packed.clone() });
        }
    });
    assert_eq!(run(get(&client(), &server.url("/from"))).unwrap(), "hello");
    assert_eq!(server.connections(), 1);
    assert!(server.asked().iter().all(|asked| asked.header("Accept-Encoding").is_some()));
}

#[test]
fn a_body_that_is_not_what_it_says_is_an_error_and_stays_one() {
    let packed = gzip(b"hello");
    let mut damaged = packed.clone();
    damaged[packed.len() - 6] ^= 1;
    for (body, cause) in [
        (&packed[..packed.len() - 1], "the body ends in the middle of what it is packed into"),
        (
            &[&packed[..], b"xyz"].concat()[..],
            "the body cannot be unpacked: its gzip is malformed: incorrect header check",
        ),
        (&damaged, "the body cannot be unpacked: its gzip is malformed: incorrect data check"),
        (b"<html>", "the body cannot be unpacked: its gzip is malformed: incorrect header check"),
    ] {
        let server = with_length("gzip", body);
        run(async {
            let client = client();
            for _ in 0..2 {
                let mut response = client.get(server.url("/")).send().await.unwrap();
                for _ in 0..2 {
                    let error = error_of(response.bytes().await);
                    assert_eq!((error.kind(), error.phase()), (Kind::BadCoding, Phase::Body));
                    assert_eq!(error.cause(), cause);
                }
            }
        });
    }
}

#[test]
fn a_connection_that_ends_too_early_is_that_error_and_no_other() {
    let packed = gzip(b"hello");
    for end in [0, 5, packed.len() - 1] {
        let (packed, length) = (packed.clone(), packed.len());
        let server = Server::new(move |peer| {
            peer.request();
            peer.say(format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
            ));
            peer.say(&packed[..end]);
        });
        let error = run(async { error_of(get(&client(), &server.url("/")).await) });
        assert_eq!(error.kind(), Kind::Truncated);
    }
    // Where only the end of the connection tells the end, the coding still knows better.
    for (end, whole) in [(packed.len(), true), (packed.len() - 1, false)] {
        let packed = packed.clone();
        let server = Server::new(move |peer| {
            peer.request();
            peer.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
            peer.say(&packed[..end]);
        });
        let came = run(get(&client(), &server.url("/")));
        assert_eq!(came.is_ok(), whole);
        assert!(whole || came.unwrap_err().kind() == Kind::BadCoding);
    }
}

#[test]
fn the_limit_of_a_body_is_for_what_comes_out() {
    let bomb = gzip(&vec![b'x'; 1024 * 1024]);
    assert!(bomb.len() < 8 * 1024);
    let server = with_length("gzip", &bomb);
    run(async {
        for (body, fits) in [(1024 * 1024, true), (1024 * 1024 - 1, false), (0, false)] {
            let limits = Limits { body, ..Limits::default() };
            let client = Client::builder().limits(limits).auto_decompress(true).build();
            let mut response = client.get(server.url("/")).send().await.unwrap();
            let came = response.bytes().await;
            assert_eq!(came.is_ok(), fits);
            assert!(fits || came.unwrap_err().kind() == Kind::BodyTooLarge);
        }
        let mut response = client().get(server.url("/")).send().await.unwrap();
        let mut length = 0;
        while let Some(piece) = response.chunk().await.unwrap() {
            assert!(piece.len() <= 16 * 1024);
            length += piece.len();
        }
        assert_eq!(length, 1024 * 1024);
    });
}

#[test]
fn a_bomb_leaves_the_other_tasks_their_turns() {
    // 4 MiB of the letter x, which come in one piece with the head.
    let bomb = b"\x9b\xff\xff?\0$\xf0\xe2\xb1@r\xef\x7f\0";
    let server = with_length("br", bomb);
    run(async {
        let client = client();
        let mut response = client.get(server.url("/")).send().await.unwrap();
        let turns = Rc::new(Cell::new(0));
        let other = runtime::spawn({
            let turns = turns.clone();
            async move {
                loop {
                    turns.set(turns.get() + 1);
                    yield_now().await;
                }
            }
        });
        assert_eq!(response.bytes().await.unwrap().len(), 4 * 1024 * 1024);
        assert!(turns.get() >= 3, "{} turns", turns.get());
        other.abort();
    });
}

#[test]
fn a_response_that_is_dropped_half_unpacked_closes_its_connection() {
    let bomb = gzip(&vec![b'x'; 1024 * 1024]);
    let server = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/bomb" {
                let length = bomb.len();
                peer.say(format!(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
                ));
                peer.say(&bomb);
            } else {
                peer.say(echo(&asked));
            }
        }
    });
    run(async {
        let client = client();
        let mut response = client.get(server.url("/bomb")).send().await.unwrap();
        assert!(response.chunk().await.unwrap().is_some());
        drop(response);
        assert_eq!(get(&client, &server.url("/next")).await.unwrap(), "/next");
        assert_eq!(get(&one_at_a_time(), &server.url("/next")).await.unwrap(), "/next");
    });
    assert_eq!(server.connections(), 3);
}

#[test]
fn a_piece_is_not_lost_with_the_call_that_did_not_wait_for_it() {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    let mut parts = Vec::new();
    for piece in ["a", "bc", "def"] {
        packing.write_all(piece.as_bytes()).unwrap();
        packing.flush().unwrap();
        parts.push(std::mem::take(packing.get_mut()));
    }
    parts.push(packing.finish().unwrap());
    let server = Server::new(move |peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        for part in &parts {
            peer.wait_for_cue();
            peer.say(part);
            peer.mark();
        }
    });
    run(async {
        let mut response = client().get(server.url("/")).send().await.unwrap();
        let mut body = Vec::new();
        for said in 1..=3 {
            assert!(after_polls(1, async { response.chunk().await.is_ok() }).await.is_none());
            server.cue();
            until(|| server.marks() == said).await;
            while body.len() < said * (said + 1) / 2 {
                body.extend_from_slice(response.chunk().await.unwrap().unwrap());
            }
        }
        assert_eq!(body, b"abcdef");
        server.cue();
        assert!(response.chunk().await.unwrap().is_none());
    });
}
