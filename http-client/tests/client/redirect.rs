//! Where does a redirect lead, and what goes along?

use std::sync::Arc;

use http_client::{Client, Kind, Limits, Phase};

use crate::dead_end::Deaf;
use crate::run::{error_of, get, one_at_a_time, run};
use crate::server::{Server, echo};

/// A server that sends requests for `/from…` on with this status to this place.
fn leading(status: u16, to: impl Into<String>) -> Server {
    let to = to.into();
    Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            if asked.target().starts_with("/from") {
                peer.say(format!(
                    "HTTP/1.1 {status} Elsewhere\r\nLocation: {to}\r\nContent-Length: 4\r\n\r\nbody"
                ));
            } else {
                peer.say(echo(&asked));
            }
        }
    })
}

#[test]
fn a_redirect_is_followed_on_the_same_connection() {
    let server = leading(302, "to?x#y");
    run(async {
        let mut response = Client::new().get(server.url("/from")).send().await.unwrap();
        assert_eq!(response.url().to_string(), server.url("/to?x"));
        assert_eq!(response.text().await.unwrap(), "/to?x");
    });
    assert_eq!(server.lines(), [(0, "GET /from".into()), (0, "GET /to?x".into())]);
}

#[test]
fn the_method_and_the_body_go_along_as_the_status_says() {
    for (status, method, then) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (301, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (307, "PATCH", "PATCH"),
        (302, "HEAD", "HEAD"),
    ] {
        let server = leading(status, "/to");
        run(async {
            let request = Client::new().request(method, server.url("/from"));
            let request = request.header("Content-Type", "text/plain").body("body");
            assert_eq!(request.send().await.unwrap().status(), 200);
        });
        let asked = server.asked();
        let kept = method == then;
        assert_eq!(asked[1].method(), then, "{status}");
        assert_eq!(asked[1].body, if kept { &b"body"[..] } else { b"" }, "{status}");
        assert_eq!(asked[1].header("content-type").is_some(), kept, "{status}");
    }
}

#[test]
fn a_loop_ends_with_an_error_that_says_where() {
    let server = leading(302, "/from/again");
    run(async {
        let error = error_of(get(&Client::new(), &server.url("/from")).await);
        assert_eq!((error.kind(), error.phase()), (Kind::Redirect, Phase::Redirect));
        let again = server.url("/from/again");
        assert_eq!(
            error.cause(),
            format!("more than 10 redirects (Limits::redirects), the last to {again}")
        );
        assert_eq!(error.request(), format!("GET {}, redirected to {again}", server.url("/from")));
    });
    assert_eq!((server.asked().len(), server.connections()), (11, 1));
}

#[test]
fn as_many_redirects_as_allowed_are_followed() {
    let server = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            match asked.target().trim_start_matches('/').parse::<u32>() {
                Ok(0) | Err(_) => peer.say(echo(&asked)),
                Ok(left) => peer.say(format!(
                    "HTTP/1.1 302 Found\r\nLocation: /{}\r\nContent-Length: 0\r\n\r\n",
                    left - 1
                )),
            }
        }
    });
    run(async {
        let allowing =
            |redirects| Client::builder().limits(Limits { redirects, ..Limits::default() }).build();
        assert_eq!(get(&allowing(3), &server.url("/3")).await.unwrap(), "/0");
        assert_eq!(error_of(get(&allowing(3), &server.url("/4")).await).kind(), Kind::Redirect);
        // None at all: then the redirect itself is the answer.
        let response = allowing(0).get(server.url("/4")).send().await.unwrap();
        assert_eq!((response.status(), response.headers().get("location")), (302, Some("/3")));
    });
}

#[test]
fn what_is_no_redirect_is_an_answer() {
    let server = Server::answering("HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!(run(get(&Client::new(), &server.url("/"))).unwrap(), "ok");
    let server = leading(300, "/to");
    assert_eq!(run(get(&Client::new(), &server.url("/from"))).unwrap(), "body");
}

#[test]
fn a_place_that_cannot_be_gone_to_is_an_error() {
    for to in ["ftp://a.test/", "http://:bad:/", "http://h.test:99999/", "http://[::1/"] {
        let server = leading(302, to);
        run(async {
            let error = error_of(get(&Client::new(), &server.url("/from")).await);
            assert_eq!((error.kind(), error.phase()), (Kind::Redirect, Phase::Redirect));
        });
    }
}

#[test]
fn an_error_behind_a_redirect_names_both_places() {
    let deaf = Deaf::new();
    let server = leading(302, deaf.url());
    let error = run(async { error_of(get(&Client::new(), &server.url("/from")).await) });
    assert_eq!((error.kind(), error.phase()), (Kind::Connect, Phase::Connect));
    assert_eq!(
        error.request(),
        format!("GET {}, redirected to {}", server.url("/from"), deaf.url())
    );
}

const SECRETS: [&str; 3] = ["Authorization", "Cookie", "Proxy-Authorization"];

#[test]
fn secrets_stay_with_their_origin_and_do_not_come_back() {
    let other = leading(307, "/from/elsewhere");
    let back = Arc::new(std::sync::Mutex::new(String::new()));
    let server = Server::new({
        let (other, back) = (other.url("/from"), back.clone());
        move |peer| {
            while let Some(asked) = peer.request() {
                let to = match asked.target() {
                    "/same" => "/away",
                    "/away" => &other,
                    _ => return peer.say(echo(&asked)),
                };
                let to = if to == other { back.lock().unwrap().clone() } else { to.to_string() };
                peer.say(format!("HTTP/1.1 307 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"));
            }
        }
    });
    let home = server.url("/home");
    let between = Server::new(move |peer| {
        while peer.request().is_some() {
            peer.say(format!("HTTP/1.1 307 X\r\nLocation: {home}\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    *back.lock().unwrap() = between.url("/between");
    run(async {
        let client = Client::builder().header("Authorization", "Bearer s").build();
        let request = client.get(server.url("/same")).header("Cookie", "s").header("X", "y");
        let response = request.header("Proxy-Authorization", "s").header("Host", "h.test").send();
        assert_eq!(response.await.unwrap().text().await.unwrap(), "/home");
    });
    let [same, away, home] = &server.asked()[..] else { panic!("three requests") };
    let between = &between.asked()[0];
    for name in SECRETS {
        assert!(same.header(name).is_some() && away.header(name).is_some(), "{name}");
        assert!(between.header(name).is_none() && home.header(name).is_none(), "{name}");
    }
    assert!([same, away, between, home].iter().all(|asked| asked.header("X") == Some("y")));
    assert_eq!((same.header("Host"), away.header("Host")), (Some("h.test"), Some("h.test")));
    assert_eq!(home.header("Host"), Some(&*server.authority()));
}

#[test]
fn a_user_in_the_url_is_known_to_its_origin_alone() {
    let other = Server::echoing();
    for (to, known) in [("/to".to_string(), true), (other.url("/to"), false)] {
        let server = leading(302, to);
        let url = server.url("/from").replace("http://", "http://u:secret@");
        let response = run(async { Client::new().get(&url).send().await.unwrap() });
        assert!(!format!("{response:?}").contains("secret"));
        let last = [server.asked(), other.asked()].concat().pop().unwrap();
        assert_eq!(last.header("Authorization").is_some(), known);
    }
}

/// A redirect with this behind its head, after which the server waits: says how many connections it took.
fn connections_with(rest: impl Into<String>) -> usize {
    let rest = rest.into();
    let server = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            if asked.target() == "/from" {
                peer.say(format!("HTTP/1.1 302 Found\r\nLocation: /to\r\n{rest}"));
            } else {
                peer.say(echo(&asked));
            }
        }
    });
    run(async {
        assert_eq!(get(&one_at_a_time(), &server.url("/from")).await.unwrap(), "/to");
    });
    server.connections()
}

#[test]
fn a_redirect_s_body_is_read_if_that_is_worth_it_and_never_left_in_the_way() {
    let chunks = "5\r\nhello\r\n".repeat(100_000);
    for (rest, connections) in [
        ("Content-Length: 5\r\n\r\nhello".into(), 1),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".into(), 1),
        // Large, endless, not there, and one that only the end of the connection ends.
        ("Content-Length: 100000\r\n\r\nhello".into(), 2),
        (format!("Transfer-Encoding: chunked\r\n\r\n{chunks}"), 2),
        ("Content-Length: 5\r\n\r\nhe".into(), 2),
        ("\r\nhello".into(), 2),
        ("Connection: close\r\nContent-Length: 5\r\n\r\nhello".into(), 2),
        ("Transfer-Encoding: chunked\r\n\r\ngarbage".into(), 2),
    ] {
        assert_eq!(connections_with(&*rest), connections, "{rest:.100}");
    }
}
