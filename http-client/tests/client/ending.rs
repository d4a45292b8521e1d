//! Why was a connection not used again? Each way it can end says so in the trace, in one sentence, once.

use std::time::Duration;

use http_client::{Client, ClientBuilder};
use runtime::Runtime;
use runtime::time::sleep;

use crate::certificate::Authority;
use crate::peer::Peer;
use crate::run::{Notes, get, run_in};
use crate::server::{Server, echo};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Why the connections to `server` have ended, in the order in which they did.
fn reasons(notes: &Notes, server: &Server) -> Vec<String> {
    let begins = format!("the connection to {} is closed: ", server.authority());
    let notes = notes.about("pool");
    notes.iter().filter_map(|note| note.strip_prefix(&begins)).map(String::from).collect()
}

fn client(set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    set(Client::builder()).build()
}

/// Why the one connection of a client has ended that has got this answer.
fn reason_after(answer: &str) -> String {
    let server = Server::answering(answer);
    let notes = Notes::of(async {
        let mut response = Client::new().get(server.url("/")).send().await.unwrap();
        response.bytes().await.unwrap();
    });
    let reasons = reasons(&notes, &server);
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    reasons.into_iter().next().unwrap()
}

#[test]
fn a_response_says_why_its_connection_ends_with_it() {
    for (answer, why) in [
        (
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            "the server said Connection: close",
        ),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "the server speaks HTTP/1.0, and did not say Connection: keep-alive",
        ),
        (&format!("{OK}x"), "bytes came that nobody asked for"),
        // One that could be used again, if the client were still there.
        (OK, "the client is gone"),
    ] {
        assert_eq!(reason_after(answer), why, "{answer}");
    }
}

#[test]
fn a_body_until_the_end_of_the_connection_says_so() {
    let server = Server::new(|peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\n\r\nall of it");
    });
    let notes = Notes::of(async { get(&Client::new(), &server.url("/")).await.unwrap() });
    assert_eq!(reasons(&notes, &server), ["the body ends where the connection ends"]);
}

#[test]
fn a_request_says_why_its_connection_ends_with_it() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.head() {
            peer.say(echo(&asked));
            if asked.method() == "POST" {
                return peer.wait_for_cue();
            }
        }
    });
    let notes = Notes::of(async {
        let client = Client::new();
        let last = client.get(server.url("/")).header("Connection", "close");
        last.send().await.unwrap().text().await.unwrap();
        let large = client.post(server.url("/")).body(vec![b'x'; 32 * 1024 * 1024]);
        large.send().await.unwrap().text().await.unwrap();
    });
    let whys = ["the request said Connection: close", "the request was not sent whole"];
    assert_eq!(reasons(&notes, &server), whys);
}

#[test]
fn who_does_not_wait_for_the_end_is_told_as_the_reason() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/silent" {
                return peer.wait_for_end();
            }
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
        }
    });
    let notes = Notes::of(async {
        let client = Client::new();
        drop(client.get(server.url("/")).send().await.unwrap());
        let limit = Duration::from_millis(250);
        client.get(server.url("/silent")).timeout(limit).send().await.unwrap_err();
    });
    let whys = [
        "the response was dropped before its end",
        "the request was given up before its response came",
    ];
    assert_eq!(reasons(&notes, &server), whys);
}

#[test]
fn what_has_gone_wrong_is_the_reason() {
    let server = Server::new(|peer| {
        if let Some(asked) = peer.request() {
            match asked.target() {
                "/garbage" => peer.say("garbage\r\n\r\n"),
                "/cut" => peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"),
                _ => {}
            }
        }
    });
    let mut causes = Vec::new();
    let notes = Notes::of(async {
        for path in ["/garbage", "/nothing", "/cut"] {
            let error = get(&Client::new(), &server.url(path)).await.unwrap_err();
            causes.push(error.cause().to_string());
        }
    });
    assert_eq!(reasons(&notes, &server), causes);
}

/// Why a connection was not used again on which this happened while it was idle.
fn reason_after_idling(
    server: Server,
    client: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Vec<String> {
    let notes = Notes::with(async |notes| {
        let client = client(Client::builder()).build();
        get(&client, &server.url("/1")).await.unwrap();
        notes.news.after(|| server.cue()).await;
        get(&client, &server.url("/2")).await.unwrap();
    });
    reasons(&notes, &server)
}

#[test]
fn what_happened_while_it_was_idle_is_the_reason() {
    let authority = Authority::new();
    type Case = (fn(&mut Peer), &'static str);
    let cases: [Case; 4] = [
        (Peer::close, "the server closed it while it was idle"),
        (Peer::end_writing, "the server closed it while it was idle"),
        (Peer::reset, "connection reset by peer"),
        (|peer| peer.say("x"), "bytes came that nobody asked for"),
    ];
    for (happens, why) in cases {
        for tls in [false, true] {
            let script = move |peer: &mut Peer| {
                while let Some(asked) = peer.request() {
                    peer.say(echo(&asked));
                    if peer.number == 0 {
                        peer.wait_for_cue();
                        happens(peer);
                    }
                }
            };
            let reasons = if tls {
                let server = Server::tls(authority.server("127.0.0.1"), script);
                reason_after_idling(server, |builder| builder.ca_pem(&authority.ca()).unwrap())
            } else {
                reason_after_idling(Server::new(script), |builder| builder)
            };
            assert_eq!(reasons, [why, "the client is gone"]);
        }
    }
}

#[test]
fn the_pool_says_why_it_lets_a_connection_go() {
    let (one, other) = (Server::echoing(), Server::echoing());
    let notes = Notes::of(async {
        let none_kept = client(|builder| builder.idle_timeout(Duration::ZERO));
        get(&none_kept, &one.url("/")).await.unwrap();

        let one_at_a_time = client(|builder| builder.connections(1));
        get(&one_at_a_time, &one.url("/")).await.unwrap();
        get(&one_at_a_time, &other.url("/")).await.unwrap();

        let closed = Client::new();
        get(&closed, &one.url("/")).await.unwrap();
        let under_way = closed.get(one.url("/2")).send().await.unwrap();
        closed.close();
        { under_way }.text().await.unwrap();
    });
    let whys = [
        "the client keeps no idle connections (idle_timeout is zero)",
        "it was idle, and another connection needs its place",
        "the client was closed",
    ];
    assert_eq!(reasons(&notes, &one), whys);
    assert_eq!(reasons(&notes, &other), ["the client is gone"]);
}

#[test]
fn a_connection_that_was_idle_for_too_long_says_how_long() {
    let server = Server::echoing();
    let notes = std::rc::Rc::new(Notes::default());
    let runtime = Runtime::builder().paused_clock().observer(notes.clone()).build().unwrap();
    run_in(&runtime, async {
        let client = Client::new();
        get(&client, &server.url("/")).await.unwrap();
        sleep(Duration::from_secs(16)).await;
        get(&client, &server.url("/")).await.unwrap();
    });
    let whys = ["it was idle for longer than 15s", "the client is gone"];
    assert_eq!(reasons(&notes, &server), whys);
}

#[test]
fn a_connection_of_another_runtime_says_so() {
    let server = Server::echoing();
    let client = Client::new();
    let first = Runtime::new().unwrap();
    run_in(&first, async { get(&client, &server.url("/")).await.unwrap() });
    let notes = Notes::of(async { get(&client, &server.url("/")).await.unwrap() });
    assert_eq!(reasons(&notes, &server), ["it belongs to another runtime"]);
}

#[test]
fn a_redirect_whose_body_is_not_worth_reading_says_so() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/" {
                let fields = "Location: /there\r\nContent-Length: 100000";
                peer.say(format!("HTTP/1.1 302 Found\r\n{fields}\r\n\r\n"));
            } else {
                peer.say(echo(&asked));
            }
        }
    });
    let notes = Notes::of(async { get(&Client::new(), &server.url("/")).await.unwrap() });
    let whys = ["the response was not read to its end", "the client is gone"];
    assert_eq!(reasons(&notes, &server), whys);
}
