//! How many connections are there at once, and who gets the next one?

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use http_client::{Client, Kind};
use runtime::{dump, join_all, spawn, yield_now};

use crate::dead_end::Deaf;
use crate::run::{error_of, get, one_at_a_time, run, until};
use crate::server::{Server, echo};

/// Looks at the number of sockets whenever it is its turn.
async fn never_more_sockets_than(limit: usize) {
    loop {
        assert!(dump().sources <= limit, "{}", dump());
        yield_now().await;
    }
}

#[test]
fn there_are_never_more_connections_than_allowed() {
    for close in ["Connection: close\r\n", ""] {
        let server =
            Server::answering(format!("HTTP/1.1 200 OK\r\n{close}Content-Length: 2\r\n\r\nok"));
        run(async {
            let watch = spawn(never_more_sockets_than(3));
            let client = Client::builder().connections(3).build();
            let urls: Vec<String> = (0..20).map(|n| server.url(&format!("/{n}"))).collect();
            let all = join_all(urls.iter().map(|url| get(&client, url))).await;
            assert!(all.iter().all(|text| text.as_ref().is_ok_and(|text| text == "ok")));
            assert!(!watch.is_finished(), "the watch has seen too many");
            watch.abort();
        });
        assert_eq!(server.connections(), if close.is_empty() { 3 } else { 20 });
    }
}

#[test]
fn a_limit_of_zero_is_one() {
    let server = Server::echoing();
    let client = Client::builder().connections(0).build();
    assert_eq!(run(get(&client, &server.url("/"))).unwrap(), "/");
}

#[test]
fn who_waits_is_served_in_order() {
    let server = Server::echoing();
    run(async {
        let client = one_at_a_time();
        let urls: Vec<String> = (0..10).map(|n| server.url(&format!("/{n}"))).collect();
        let all = join_all(urls.iter().map(|url| get(&client, url))).await;
        assert!(all.iter().all(Result::is_ok));
    });
    let expected: Vec<_> = (0..10).map(|n| (0, format!("GET /{n}"))).collect();
    assert_eq!(server.lines(), expected);
}

#[test]
fn a_waiter_that_gives_up_passes_its_place_on() {
    let server = Server::echoing();
    run(async {
        let client = one_at_a_time();
        let held = client.get(server.url("/held")).send().await.unwrap();
        let url = server.url("/second");
        {
            let mut first = pin!(client.get(server.url("/first")).send());
            let mut second = pin!(get(&client, &url));
            poll_fn(|cx| {
                assert!(
                    first.as_mut().poll(cx).is_pending() && second.as_mut().poll(cx).is_pending()
                );
                Poll::Ready(())
            })
            .await;
            // The first in line is called, and gone before it can come.
            drop(held);
        }
        assert_eq!(get(&client, &url).await.unwrap(), "/second");
    });
    assert_eq!(server.lines().len(), 2);
}

#[test]
fn a_waiter_behind_one_that_gives_up_is_served() {
    let server = Server::echoing();
    run(async {
        let client = one_at_a_time();
        let held = client.get(server.url("/held")).send().await.unwrap();
        let ask = |path: &'static str| {
            let (client, url) = (client.clone(), server.url(path));
            spawn(async move { get(&client, &url).await })
        };
        let (first, second) = (ask("/first"), ask("/second"));
        yield_now().await;
        // In this order: the place is given to the first, which will not come.
        drop(held);
        first.abort();
        assert_eq!(second.await.unwrap().unwrap(), "/second");
    });
    assert_eq!(server.lines().len(), 2);
}

#[test]
fn a_dropped_response_frees_its_place() {
    let server = Server::new(|peer| {
        while peer.request().is_some() {
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal");
        }
    });
    run(async {
        let client = one_at_a_time();
        for _ in 0..3 {
            assert_eq!(client.get(server.url("/")).send().await.unwrap().status(), 200);
        }
    });
    assert_eq!(server.connections(), 3);
}

#[test]
fn a_response_without_a_body_takes_up_no_place() {
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n");
    run(async {
        let client = one_at_a_time();
        let _first = client.get(server.url("/")).send().await.unwrap();
        let _second = client.get(server.url("/")).send().await.unwrap();
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_idle_connection_to_another_place_makes_room() {
    let server = || {
        Server::new(|peer| {
            while let Some(asked) = peer.request() {
                peer.say(echo(&asked));
            }
            peer.mark();
        })
    };
    let (one, two, three) = (server(), server(), server());
    run(async {
        let watch = spawn(never_more_sockets_than(2));
        let client = Client::builder().connections(2).build();
        for server in [&one, &two, &three] {
            get(&client, &server.url("/")).await.unwrap();
        }
        // The oldest has gone, and the others are there to be used again.
        until(|| one.marks() == 1).await;
        for server in [&two, &three] {
            get(&client, &server.url("/")).await.unwrap();
            assert_eq!((server.connections(), server.marks()), (1, 0));
        }
        assert!(!watch.is_finished());
        watch.abort();
    });
}

#[test]
fn a_connect_that_fails_frees_its_place() {
    let (deaf, server) = (Deaf::new(), Server::echoing());
    run(async {
        let client = one_at_a_time();
        let url = deaf.url();
        let both = runtime::join(get(&client, &url), get(&client, &url)).await;
        for failed in [both.0, both.1] {
            assert_eq!(error_of(failed).kind(), Kind::Connect);
        }
        get(&client, &server.url("/")).await.unwrap();
    });
}

#[test]
fn a_task_that_panics_or_is_aborted_frees_its_place() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.target() != "/silent" {
                peer.say(echo(&asked));
            }
        }
    });
    run(async {
        let client = one_at_a_time();
        let (mine, url) = (client.clone(), server.url("/panic"));
        let panics = spawn(async move {
            let response = mine.get(&url).send().await.unwrap();
            panic!("with a response in its hands: {}", response.status());
        });
        assert!(panics.await.unwrap_err().is_panic());

        let (mine, url) = (client.clone(), server.url("/silent"));
        let waits = spawn(async move { get(&mine, &url).await });
        until(|| server.asked().len() == 2).await;
        waits.abort();

        assert_eq!(get(&client, &server.url("/after")).await.unwrap(), "/after");
    });
}

#[test]
fn many_tasks_share_few_connections_and_nobody_gets_another_s_answer() {
    let server = Server::echoing();
    run(async {
        let client = Client::builder().connections(5).build();
        let tasks: Vec<_> = (0..100)
            .map(|n| {
                let (client, path) = (client.clone(), format!("/{n}"));
                let url = server.url(&path);
                spawn(async move { assert_eq!(get(&client, &url).await.unwrap(), path) })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert!(server.connections() <= 5);
}

/// A client, and a server that answers when the test gives the cue.
fn slow(total: usize, per_host: usize) -> (Client, Server) {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.wait_for_cue();
            peer.say(echo(&asked));
        }
    });
    (Client::builder().connections(total).connections_per_host(per_host).build(), server)
}

fn ask(client: &Client, url: String) -> runtime::JoinHandle<Result<String, http_client::Error>> {
    let client = client.clone();
    spawn(async move { get(&client, &url).await })
}

#[test]
fn who_waits_for_a_host_takes_nothing_from_the_others() {
    // There are connections for three, and all but one go on if one host had them all.
    let ((client, slow), quick) = (slow(3, 1), Server::echoing());
    run(async {
        let waiting: Vec<_> = (0..5).map(|n| ask(&client, slow.url(&format!("/{n}")))).collect();
        until(|| slow.asked().len() == 1).await;
        for path in ["/a", "/b"] {
            assert_eq!(get(&client, &quick.url(path)).await.unwrap(), path);
        }
        for (n, task) in waiting.into_iter().enumerate() {
            slow.cue();
            assert_eq!(task.await.unwrap().unwrap(), format!("/{n}"));
        }
    });
    // In order, and one after another.
    let expected: Vec<_> = (0..5).map(|n| (0, format!("GET /{n}"))).collect();
    assert_eq!(slow.lines(), expected);
}

#[test]
fn a_waiter_for_a_host_that_gives_up_passes_its_place_on() {
    let server = Server::echoing();
    run(async {
        let client = Client::builder().connections_per_host(1).build();
        let held = client.get(server.url("/held")).send().await.unwrap();
        let (gives_up, last) = (ask(&client, server.url("/up")), ask(&client, server.url("/last")));
        yield_now().await;
        // In this order: the place is given to the first in line, who will not come.
        drop(held);
        gives_up.abort();
        assert_eq!(last.await.unwrap().unwrap(), "/last");
    });
    assert_eq!(server.lines().len(), 2);
}

#[test]
fn who_gives_up_waiting_for_the_total_leaves_its_host_to_the_next() {
    let (one, other) = (Server::echoing(), Server::echoing());
    run(async {
        let client = Client::builder().connections(1).connections_per_host(1).build();
        let held = client.get(one.url("/held")).send().await.unwrap();
        let ask = |n: usize| ask(&client, other.url(&format!("/{n}")));
        let (gives_up, next, last) = (ask(0), ask(1), ask(2));
        yield_now().await;
        gives_up.abort();
        yield_now().await;
        drop(held);
        assert_eq!(next.await.unwrap().unwrap(), "/1");
        assert_eq!(last.await.unwrap().unwrap(), "/2");
    });
    assert_eq!(other.lines(), [(0, "GET /1".into()), (0, "GET /2".into())]);
}

#[test]
fn idle_connections_to_a_host_count_and_those_to_others_are_left_alone() {
    // The first connection breaks when it is used again, so that a second one is opened beside an idle third.
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/breaks" && peer.number == 1 {
                return;
            }
            peer.say(echo(&asked));
        }
        peer.mark();
    });
    let other = Server::echoing();
    run(async {
        let client = Client::builder().connections_per_host(2).build();
        get(&client, &other.url("/")).await.unwrap();
        let url = server.url("/");
        let (one, two) = runtime::join(client.get(&url).send(), client.get(&url).send()).await;
        for mut response in [one.unwrap(), two.unwrap()] {
            response.text().await.unwrap();
        }
        let watch = spawn(never_more_sockets_than(3));
        assert_eq!(get(&client, &server.url("/breaks")).await.unwrap(), "/breaks");
        assert!(!watch.is_finished());
        watch.abort();
        get(&client, &other.url("/")).await.unwrap();
    });
    assert_eq!((server.connections(), other.connections()), (3, 1));
}
