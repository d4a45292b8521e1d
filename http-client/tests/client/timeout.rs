//! Who is too slow, and in which phase? Nothing here looks at how long it took.

use std::time::Duration;

use http_client::{Client, ClientBuilder, Kind, Limits, Phase};
use runtime::{join, join_all};

use crate::certificate::Authority;
use crate::dead_end::Full;
use crate::run::{error_of, get, run, until};
use crate::server::{Server, echo};

const MIB: usize = 1024 * 1024;

/// What a server that answers at once keeps below, even on a busy machine.
const SHORT: Duration = Duration::from_millis(250);

/// What a steady server keeps far below with each step, and is above altogether.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(40);

fn client(set: impl Fn(ClientBuilder) -> ClientBuilder) -> Client {
    set(Client::builder().connections(1)).build()
}

async fn times_out(client: &Client, url: &str, phase: Phase) -> String {
    let error = error_of(get(client, url).await);
    assert_eq!((error.kind(), error.phase(), error.is_timeout()), (Kind::Timeout, phase, true));
    assert!(error.cause().starts_with("time is up: "), "{error}");
    error.to_string()
}

/// A server that says this, and no more.
fn stalling(says: &'static str) -> Server {
    Server::new(move |peer| {
        while peer.request().is_some() {
            peer.say(says);
        }
        peer.mark();
    })
}

#[test]
fn connecting_where_there_is_no_room_takes_too_long() {
    let full = Full::new();
    let client = client(|builder| builder.connect_timeout(SHORT));
    let line = run(times_out(&client, &full.url(), Phase::Connect));
    assert_eq!(
        line,
        format!("GET {}: connect: time is up: connecting took longer than 250ms", full.url())
    );
}

#[test]
fn a_connect_that_takes_too_long_says_which_part_of_it() {
    // No time at all, so that the first part that has to wait is the last.
    let client = client(|builder| builder.connect_timeout(Duration::ZERO));
    let server = Server::echoing();
    let named = format!("http://localhost:{}/", server.port());
    let line = run(times_out(&client, &named, Phase::Lookup));
    assert!(line.ends_with("name lookup: time is up: connecting took longer than 0ns"), "{line}");
    run(times_out(&client, &Full::new().url(), Phase::Connect));
}

#[test]
fn the_tls_handshake_is_a_part_of_connecting() {
    let server = stalling("");
    let client = client(|builder| builder.connect_timeout(SHORT));
    run(times_out(&client, &format!("https://{}/", server.authority()), Phase::Handshake));
}

#[test]
fn a_silent_server_is_too_slow_wherever_it_falls_silent() {
    let cases = [
        ("", Phase::Head),
        ("HTTP/1.1 200 OK\r\nContent-Le", Phase::Head),
        ("HTTP/1.1 100 Continue\r\n\r\n", Phase::Head),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Phase::Body),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", Phase::Body),
        ("HTTP/1.1 200 OK\r\n\r\nabc", Phase::Body),
    ];
    let servers = cases.map(|(says, phase)| (stalling(says), phase));
    run(join_all(servers.iter().map(async |(server, phase)| {
        let client = client(|builder| builder.read_timeout(SHORT));
        times_out(&client, &server.url("/"), *phase).await
    })));
}

#[test]
fn a_connection_that_was_too_slow_is_closed_and_not_used_again() {
    for phase in [Phase::Head, Phase::Body] {
        let server = Server::new(move |peer| {
            while let Some(asked) = peer.request() {
                match (asked.target(), phase) {
                    ("/slow", Phase::Head) => {}
                    ("/slow", _) => peer.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
                    _ => peer.say(echo(&asked)),
                }
            }
            peer.mark();
        });
        run(async {
            let client = client(|builder| builder.timeout(SHORT));
            let error = error_of(get(&client, &server.url("/slow")).await);
            assert_eq!(error.phase(), phase);
            until(|| server.marks() == 1).await;
            let calm = client.get(server.url("/calm")).timeout(Duration::MAX);
            assert_eq!(calm.send().await.unwrap().text().await.unwrap(), "/calm");
        });
        assert_eq!(server.connections(), 2);
    }
}

#[test]
fn what_is_slow_but_steady_is_not_too_slow() {
    let answer = Server::new(|peer| {
        peer.request();
        peer.drip(format!("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{:25}", ""), STEP);
    });
    // One record, of which nothing can be read before its last byte has come.
    let authority = Authority::new();
    let record = Server::tls(authority.server("127.0.0.1"), |peer| {
        peer.request();
        peer.in_bytes(STEP);
        peer.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    });
    let client = authority.client(|builder| builder.read_timeout(PATIENCE));
    run(async {
        let (answer, record) = (answer.url("/"), record.url("/"));
        let (answer, record) = join(get(&client, &answer), get(&client, &record)).await;
        assert_eq!((answer.unwrap().len(), record.unwrap().as_str()), (25, "hello"));
    });
}

#[test]
fn a_server_that_stops_reading_is_too_slow() {
    let server = Server::new(|peer| {
        peer.head();
        peer.wait_for_cue();
    });
    run(async {
        let client = client(|builder| builder.read_timeout(SHORT));
        let request = client.post(server.url("/")).body(vec![b'x'; 32 * MIB]);
        let error = error_of(request.send().await);
        assert_eq!((error.kind(), error.phase()), (Kind::Timeout, Phase::Send));
        assert_eq!(error.cause(), "time is up: nothing came or went for 250ms");
    });
}

#[test]
fn the_time_for_everything_is_for_redirects_too() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/" {
                peer.say("HTTP/1.1 302 Found\r\nLocation: /silent\r\nContent-Length: 0\r\n\r\n");
            }
        }
    });
    let client = client(|builder| builder.timeout(SHORT));
    let line = run(times_out(&client, &server.url("/"), Phase::Head));
    let whole = "waiting for the response: time is up: the whole request took longer than 250ms";
    let (first, then) = (server.url("/"), server.url("/silent"));
    assert_eq!(line, format!("GET {first}, redirected to {then}: {whole}"));
}

#[test]
fn an_endless_answer_ends_with_the_time_for_everything() {
    let cases = [
        ("HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxxxxxxxxxx", Phase::Body),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", Phase::Body),
        ("", "HTTP/1.1 102 Processing\r\n\r\n", Phase::Head),
    ];
    let endless = cases.map(|(begins, goes_on, phase)| {
        let server = Server::new(move |peer| {
            peer.request();
            peer.say(begins);
            while peer.is_there() {
                peer.say(goes_on.repeat(100));
            }
        });
        (server, phase)
    });
    run(join_all(endless.iter().map(async |(server, phase)| {
        let limits = Limits { interim: usize::MAX, ..Limits::default() };
        let client = client(|builder| builder.timeout(Duration::from_secs(1)).limits(limits));
        let all = async {
            let mut response = client.get(server.url("/")).send().await?;
            while response.chunk().await?.is_some() {}
            Ok(())
        };
        let error = error_of(all.await);
        assert_eq!((error.kind(), error.phase()), (Kind::Timeout, *phase));
    })));
}

#[test]
fn waiting_for_a_connection_counts_as_well() {
    let server = Server::echoing();
    run(async {
        let client = client(|builder| builder.timeout(SHORT));
        let held = client.get(server.url("/held")).timeout(Duration::MAX).send().await.unwrap();
        let error = error_of(get(&client, &server.url("/")).await);
        assert_eq!((error.kind(), error.phase()), (Kind::Timeout, Phase::Pool));
        assert_eq!({ held }.text().await.unwrap(), "/held");
    });
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn no_time_at_all_is_an_error_and_for_ever_is_no_limit() {
    let server = Server::echoing();
    run(async {
        let none = client(|builder| builder.timeout(Duration::ZERO));
        assert!(error_of(get(&none, &server.url("/")).await).is_timeout());
        let for_ever = client(|builder| {
            builder
                .timeout(Duration::MAX)
                .read_timeout(Duration::MAX)
                .connect_timeout(Duration::MAX)
        });
        assert_eq!(get(&for_ever, &server.url("/")).await.unwrap(), "/");
    });
}
