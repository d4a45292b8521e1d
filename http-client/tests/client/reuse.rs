//! When is a connection used again, and when must it not be?

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use http_client::{Client, Kind};
use runtime::Runtime;

use crate::run::{get, one_at_a_time, run, run_in, until};
use crate::server::{Server, echo};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Asks twice, where the first answer is this, and says how many connections that took.
fn connections_after(answer: &str) -> usize {
    let server = Server::answering(answer);
    run(async {
        let client = Client::new();
        for _ in 0..2 {
            // Between two requests, nothing that came with the answer is still on its way.
            let mut response = client.get(server.url("/")).send().await.unwrap();
            response.bytes().await.unwrap();
        }
    });
    server.connections()
}

#[test]
fn a_connection_serves_many_requests() {
    let server = Server::echoing();
    run(async {
        let client = Client::new();
        for path in ["/a", "/b", "/c"] {
            assert_eq!(get(&client, &server.url(path)).await.unwrap(), path);
        }
        let response = client.head(server.url("/d")).send().await;
        drop(response);
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn responses_that_tell_their_own_end_leave_the_connection_usable() {
    for answer in [
        OK,
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: v\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ] {
        assert_eq!(connections_after(answer), 1, "{answer}");
    }
}

#[test]
fn what_the_server_does_not_keep_is_not_used_again() {
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: keep-alive, CLOSE\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ] {
        assert_eq!(connections_after(answer), 2, "{answer}");
    }
}

#[test]
fn bytes_behind_a_response_are_not_the_next_one() {
    for more in ["x", "\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"] {
        assert_eq!(connections_after(&format!("{OK}{more}")), 2, "{more:?}");
    }
}

#[test]
fn a_body_that_ends_with_the_connection_is_its_last() {
    let server = Server::new(|peer| {
        if peer.request().is_some() {
            peer.say("HTTP/1.1 200 OK\r\n\r\nall of it");
        }
    });
    run(async {
        let client = Client::new();
        for _ in 0..2 {
            assert_eq!(get(&client, &server.url("/")).await.unwrap(), "all of it");
        }
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_response_that_is_dropped_unread_takes_its_connection_with_it() {
    let server = Server::new(|peer| {
        while peer.request().is_some() {
            peer.say(format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{}",
                "x".repeat(100_000)
            ));
        }
        peer.mark();
    });
    run(async {
        let client = one_at_a_time();
        let unread = client.get(server.url("/")).send().await.unwrap();
        drop(unread);
        let mut half = client.get(server.url("/")).send().await.unwrap();
        assert!(half.chunk().await.unwrap().is_some());
        drop(half);
        until(|| server.marks() == 2).await;
        assert_eq!(get(&client, &server.url("/")).await.unwrap().len(), 100_000);
    });
    assert_eq!(server.connections(), 3);
}

#[test]
fn a_response_read_to_its_last_byte_need_not_be_asked_for_more() {
    let server = Server::answering(OK);
    run(async {
        let client = Client::new();
        for _ in 0..2 {
            let mut response = client.get(server.url("/")).send().await.unwrap();
            let mut length = 0;
            while length < 2 {
                length += response.chunk().await.unwrap().unwrap().len();
            }
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_request_that_says_close_is_the_last_on_its_connection() {
    let server = Server::echoing();
    run(async {
        let client = Client::new();
        for _ in 0..2 {
            let request = client.get(server.url("/")).header("Connection", "close");
            assert_eq!(request.send().await.unwrap().text().await.unwrap(), "/");
        }
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn another_port_or_name_is_another_place() {
    let (one, other) = (Server::echoing(), Server::echoing());
    run(async {
        let client = Client::new();
        for server in [&one, &other, &one, &other] {
            get(&client, &server.url("/")).await.unwrap();
        }
        get(&client, &format!("http://localhost:{}/", one.port())).await.unwrap();
    });
    assert_eq!((one.connections(), other.connections()), (2, 1));
}

#[test]
fn a_connection_stays_in_the_runtime_that_it_was_made_in() {
    let server = Server::echoing();
    let (one, other) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let client = Client::new();
    for runtime in [&one, &other, &one] {
        let text = run_in(runtime, get(&client, &server.url("/")));
        assert_eq!(text.unwrap(), "/");
    }
    drop((one, other));
    assert_eq!(run(get(&client, &server.url("/"))).unwrap(), "/");
    assert_eq!(server.connections(), 4);
}

#[test]
fn what_is_not_http_spoils_its_own_connection_alone() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/bad" {
                peer.say("garbage\r\n\r\n");
            }
            peer.say(echo(&asked));
        }
    });
    run(async {
        let client = Client::new();
        get(&client, &server.url("/1")).await.unwrap();
        let error = get(&client, &server.url("/bad")).await.unwrap_err();
        assert_eq!(error.kind(), Kind::BadStatusLine);
        assert_eq!(get(&client, &server.url("/2")).await.unwrap(), "/2");
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_body_that_came_with_its_head_is_there_at_once_however_many_came_before() {
    let server = Server::echoing();
    run(async {
        let client = Client::new();
        for number in 0..200 {
            let mut response = client.get(server.url("/")).send().await.unwrap();
            let mut text = pin!(response.text());
            let at_once = poll_fn(|cx| Poll::Ready(text.as_mut().poll(cx))).await;
            assert!(at_once.is_ready(), "after {number} others on its connection");
        }
    });
    assert_eq!(server.connections(), 1);
}
