//! Whoever drops a request half-way leaves nothing behind, wherever it was.

use std::future::{Future, poll_fn};
use std::task::Poll;

use http_client::Client;
use runtime::{dump, yield_now};

use crate::certificate::Authority;
use crate::peer::Peer;
use crate::run::{get, one_at_a_time, run, until};
use crate::server::{Server, echo};

/// Polls `future` at most so often, and drops it if it is not ready by then.
pub(crate) async fn after_polls<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|cx| {
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Drops what `ask` does after one poll, then after two, and so on until it is not dropped any more. In between, the one
/// place that the client has must be free, and nobody may get an answer that was meant for somebody else.
async fn may_be_dropped_anywhere<T>(
    client: &Client,
    server: &Server,
    ask: impl AsyncFn(&Client, &Server) -> T,
) -> usize {
    for polls in 1.. {
        let done = after_polls(polls, ask(client, server)).await;
        let path = format!("/after/{polls}");
        assert_eq!(get(client, &server.url(&path)).await.unwrap(), path);
        // A lookup whose task was aborted goes with its next turn. What may stay is the connection that is idle now, and the
        // timer that watches this test.
        yield_now().await;
        let left = dump();
        assert!(left.sources <= 1 && left.timers == 1 && left.tasks.len() == 1, "{left}");
        if done.is_some() {
            return polls;
        }
    }
    0
}

/// Answers in several pieces, so that there is something to wait for.
fn slowly(peer: &mut Peer) {
    while let Some(asked) = peer.request() {
        match asked.target() {
            "/redirect" => {
                peer.say("HTTP/1.1 307 Temporary Redirect\r\nLocation: /then\r\n");
                std::thread::yield_now();
                peer.say("Content-Length: 4\r\n\r\nbo");
                std::thread::yield_now();
                peer.say("dy");
            }
            "/pieces" => {
                peer.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for _ in 0..5 {
                    std::thread::yield_now();
                    peer.say("5\r\npiece\r\n");
                }
                peer.say("0\r\n\r\n");
            }
            _ => peer.say(echo(&asked)),
        }
    }
}

#[test]
fn a_request_may_be_dropped_at_any_await() {
    let server = Server::new(slowly);
    run(async {
        // On a new connection each time, and on one that is there already.
        for client in [
            Client::builder().connections(1).idle_timeout(std::time::Duration::ZERO).build(),
            one_at_a_time(),
        ] {
            let polls = may_be_dropped_anywhere(&client, &server, async |client, server| {
                assert_eq!(get(client, &server.url("/pieces")).await.unwrap(), "piece".repeat(5));
            });
            assert!(polls.await > 1);
        }
    });
}

#[test]
fn a_lookup_may_be_dropped_at_any_await() {
    let server = Server::new(slowly);
    let url = format!("http://localhost:{}/named", server.port());
    run(async {
        may_be_dropped_anywhere(&one_at_a_time(), &server, async |client, _| {
            assert_eq!(get(client, &url).await.unwrap(), "/named");
        })
        .await;
    });
}

#[test]
fn a_redirected_request_may_be_dropped_at_any_await() {
    let server = Server::new(slowly);
    run(async {
        may_be_dropped_anywhere(&one_at_a_time(), &server, async |client, server| {
            assert_eq!(get(client, &server.url("/redirect")).await.unwrap(), "/then");
        })
        .await;
    });
}

#[test]
fn an_upload_may_be_dropped_at_any_await() {
    let server = Server::new(slowly);
    run(async {
        may_be_dropped_anywhere(&one_at_a_time(), &server, async |client, server| {
            let body = vec![b'x'; 4 * 1024 * 1024];
            let response = client.put(server.url("/upload")).body(body).send().await;
            assert_eq!(response.unwrap().text().await.unwrap(), "/upload");
        })
        .await;
    });
}

#[test]
fn a_request_over_tls_may_be_dropped_at_any_await() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("127.0.0.1"), slowly);
    let client = |idle| {
        authority.client(|builder| {
            builder.connections(1).idle_timeout(std::time::Duration::from_secs(idle))
        })
    };
    run(async {
        for client in [client(0), client(15)] {
            may_be_dropped_anywhere(&client, &server, async |client, server| {
                assert_eq!(get(client, &server.url("/pieces")).await.unwrap(), "piece".repeat(5));
            })
            .await;
        }
    });
}

#[test]
fn a_piece_is_not_lost_with_the_call_that_did_not_wait_for_it() {
    let server = Server::new(|peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
        for piece in ["a", "bc", "def"] {
            peer.wait_for_cue();
            peer.say(piece);
            peer.mark();
        }
        peer.wait_for_end();
    });
    run(async {
        let mut response = Client::new().get(server.url("/")).send().await.unwrap();
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
        assert!(response.chunk().await.unwrap().is_none());
    });
}
