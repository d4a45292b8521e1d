//! What can happen to a connection that nobody uses, and how long is it kept?

use std::time::Duration;

use http_client::Client;
use runtime::Runtime;

use crate::peer::Peer;
use crate::run::{News, get, run, run_in, until};
use crate::server::{Server, echo};

/// What happens to the idle connection, after which the next request goes on a new one.
fn is_not_used_after(happens: impl Fn(&mut Peer) + Send + Sync + 'static) {
    let server = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
            if peer.number == 0 {
                peer.wait_for_cue();
                happens(peer);
            }
        }
    });
    News::run(async |news| {
        let client = Client::new();
        assert_eq!(get(&client, &server.url("/1")).await.unwrap(), "/1");
        news.after(|| server.cue()).await;
        // A POST, which is not repeated: so this is no retry.
        let response = client.post(server.url("/2")).body("x").send().await;
        assert_eq!(response.unwrap().text().await.unwrap(), "/2");
    });
    assert_eq!(server.lines(), [(0, "GET /1".into()), (1, "POST /2".into())]);
}

#[test]
fn an_idle_connection_that_the_server_closed_is_not_used() {
    is_not_used_after(Peer::close);
    is_not_used_after(Peer::reset);
    is_not_used_after(Peer::end_writing);
}

#[test]
fn bytes_that_nobody_asked_for_spoil_an_idle_connection() {
    is_not_used_after(|peer| peer.say("x"));
    is_not_used_after(|peer| peer.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"));
    is_not_used_after(|peer| {
        peer.say("HTTP/1.0 408 Request Time-out\r\n\r\n");
        peer.close();
    });
}

#[test]
fn a_program_that_kept_the_loop_from_looking_does_not_use_a_dead_connection() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
            if peer.number == 0 {
                peer.wait_for_cue();
                peer.close();
                peer.mark();
            }
        }
    });
    run(async {
        let client = Client::new();
        assert_eq!(get(&client, &server.url("/1")).await.unwrap(), "/1");
        // No await from here: the reactor cannot have heard of the end.
        server.cue();
        loop {
            std::thread::sleep(Duration::from_millis(2));
            if server.marks() == 1 {
                break;
            }
        }
        let response = client.post(server.url("/2")).body("x").send().await;
        assert_eq!(response.unwrap().text().await.unwrap(), "/2");
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn an_idle_time_of_zero_keeps_none() {
    let server = Server::echoing();
    run(async {
        let client = Client::builder().idle_timeout(Duration::ZERO).build();
        for _ in 0..3 {
            get(&client, &server.url("/")).await.unwrap();
        }
    });
    assert_eq!(server.connections(), 3);
}

#[test]
fn a_connection_that_was_idle_for_too_long_is_closed_and_not_used() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
        }
        peer.mark();
    });
    let runtime = Runtime::builder().paused_clock().build().unwrap();
    run_in(&runtime, async {
        let client = Client::builder().idle_timeout(Duration::from_secs(15)).build();
        for pause in [14, 16] {
            get(&client, &server.url("/")).await.unwrap();
            runtime::time::sleep(Duration::from_secs(pause)).await;
        }
        assert_eq!((server.connections(), server.marks()), (1, 0));
        get(&client, &server.url("/")).await.unwrap();
        assert_eq!(server.connections(), 2);
        while server.marks() == 0 {
            std::thread::yield_now();
        }
    });
}

#[test]
fn close_closes_idle_connections_and_keeps_none_any_more() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
        }
        peer.mark();
    });
    run(async {
        let client = Client::new();
        get(&client, &server.url("/1")).await.unwrap();
        let under_way = client.get(server.url("/2")).send().await.unwrap();
        client.close();
        client.close();
        assert_eq!({ under_way }.text().await.unwrap(), "/2");
        until(|| server.marks() == 1).await;
        assert_eq!(get(&client, &server.url("/3")).await.unwrap(), "/3");
        until(|| server.marks() == 2).await;
    });
    assert_eq!(server.connections(), 2);
}

#[test]
fn dropping_the_last_client_closes_its_idle_connections() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
        }
        peer.mark();
    });
    run(async {
        let client = Client::new();
        let other = client.clone();
        get(&client, &server.url("/")).await.unwrap();
        drop(client);
        get(&other, &server.url("/")).await.unwrap();
        assert_eq!(server.connections(), 1);
        drop(other);
        until(|| server.marks() == 1).await;
    });
}
