//! The keep-alive race: the server closes an idle connection just when it is used again. Who repeats what, and how often?

use http_client::{Client, Error, Kind, Phase, Response};

use crate::peer::Peer;
use crate::run::{error_of, get, one_at_a_time, run};
use crate::server::{Server, echo};

/// A server that answers the first request on each of its first `races` connections, and lets the race happen to the
/// second. Later connections go well, if there are any.
fn racing(races: usize, ends: impl Fn(&mut Peer) + Send + Sync + 'static) -> Server {
    Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/race" && peer.number < races {
                return ends(peer);
            }
            peer.say(echo(&asked));
        }
    })
}

async fn race(client: &Client, server: &Server, method: &str) -> Result<Response, Error> {
    get(client, &server.url("/first")).await.unwrap();
    client.request(method, server.url("/race")).body("body").send().await
}

#[test]
fn what_can_be_repeated_is_repeated_once_on_a_new_connection() {
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"] {
        for end in [Peer::close, Peer::reset, Peer::end_writing] {
            let server = racing(1, end);
            let status =
                run(async { race(&one_at_a_time(), &server, method).await.unwrap().status() });
            assert_eq!(status, 200);
            let race = format!("{method} /race");
            assert_eq!(server.lines(), [(0, "GET /first".into()), (0, race.clone()), (1, race)]);
            assert!(server.asked()[1..].iter().all(|asked| asked.body == b"body"));
        }
    }
}

#[test]
fn a_post_is_not_repeated_and_the_error_says_why() {
    for (end, kind) in [(Peer::close as fn(&mut Peer), Kind::Closed), (Peer::reset, Kind::Io)] {
        for method in ["POST", "PATCH", "get"] {
            let server = racing(1, end);
            let error = run(async { error_of(race(&Client::new(), &server, method).await) });
            assert_eq!((error.kind(), error.phase()), (kind, Phase::Head));
            let why = format!("the server may have carried out the {method}, it is not sent again");
            assert!(error.cause().ends_with(&why), "{error}");
            assert_eq!(server.asked().len(), 2);
        }
    }
}

#[test]
fn a_second_failure_is_the_user_s() {
    let server = racing(2, Peer::close);
    let error = run(async { error_of(race(&Client::new(), &server, "GET").await) });
    assert_eq!(error.kind(), Kind::Closed);
    assert_eq!(error.cause(), "the server closed the connection without an answer");
    assert_eq!(server.connections(), 2);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_new_connection_that_fails_is_not_tried_again() {
    let server = racing(1, Peer::close);
    run(async {
        let error = error_of(get(&Client::new(), &server.url("/race")).await);
        assert_eq!((error.kind(), error.phase()), (Kind::Closed, Phase::Head));
    });
    assert_eq!((server.connections(), server.asked().len()), (1, 1));
}

#[test]
fn an_answer_that_has_begun_is_not_asked_for_again() {
    for (end, kind) in [(Peer::close as fn(&mut Peer), Kind::Truncated), (Peer::reset, Kind::Io)] {
        let server = racing(1, move |peer| {
            peer.say("H");
            end(peer);
        });
        let error = run(async { error_of(race(&Client::new(), &server, "GET").await) });
        assert_eq!(error.kind(), kind);
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn the_second_try_does_not_trust_another_idle_connection() {
    let server = racing(2, Peer::close);
    run(async {
        let client = Client::new();
        let url = server.url("/first");
        let (one, other) = runtime::join(client.get(&url).send(), client.get(&url).send()).await;
        for mut response in [one.unwrap(), other.unwrap()] {
            response.bytes().await.unwrap();
        }
        assert_eq!(get(&client, &server.url("/race")).await.unwrap(), "/race");
    });
    assert_eq!(server.asked().last().unwrap().connection, 2);
}
