//! Every route, without a socket.

use serde_json::Value;

use super::*;
use crate::server::request::tests::request;
use crate::server::routes::answer;

/// The answer to a GET, with its whole body.
fn get(target: &str, headers: &str) -> (Response, Vec<u8>) {
    let mut response = answer(&request(&format!("GET {target}"), headers, b""));
    let bytes = match std::mem::replace(&mut response.body, Body::Whole(Vec::new())) {
        Body::Whole(bytes) => bytes,
        Body::Pieces { pieces, .. } => pieces.flat_map(|piece| piece.bytes).collect(),
    };
    (response, bytes)
}

fn status_of(target: &str) -> u16 {
    get(target, "").0.status
}

/// The value of a header field of the answer.
fn field(target: &str, name: &str) -> Option<String> {
    let (response, _) = get(target, "");
    response.headers.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
}

fn value(target: &str, headers: &str) -> Value {
    let (response, body) = get(target, headers);
    assert_eq!(response.status, 200, "{target}");
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn the_request_is_told_in_the_shape_of_httpbin() {
    let expected = json!({
        "args": { "a": "b" },
        "headers": { "Host": "h.test", "X": "y" },
        "origin": "127.0.0.1",
        "url": "http://h.test/get?a=b",
    });
    assert_eq!(value("/get?a=b", "x: y\r\n"), expected);
    assert_eq!(value("/headers", ""), json!({ "headers": { "Host": "h.test" } }));

    for method in ["post", "put", "patch", "delete"] {
        let line = format!("{} /{method}", method.to_uppercase());
        let Body::Whole(body) = answer(&request(&line, "", b"[1]")).body else { panic!() };
        let expected = json!({
            "args": {}, "data": "[1]", "files": {}, "form": {}, "headers": { "Host": "h.test" },
            "json": [1], "origin": "127.0.0.1", "url": format!("http://h.test/{method}"),
        });
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
    }
}

#[test]
fn a_status_is_the_one_that_was_asked_for() {
    for status in [200, 204, 404, 500, 999] {
        assert_eq!(status_of(&format!("/status/{status}")), status);
    }
    assert_eq!(field("/status/308", "Location").as_deref(), Some("/redirect/1"));
    assert_eq!(field("/status/401", "WWW-Authenticate").as_deref(), Some(REALM));
    for wrong in ["/status/100", "/status/1000", "/status/ok", "/status/-1", "/status/"] {
        assert_eq!(status_of(wrong), 400, "{wrong}");
    }
}

#[test]
fn a_redirect_leads_step_by_step_to_get() {
    let location = |target| field(target, "Location").unwrap();
    assert_eq!(location("/redirect/3"), "/relative-redirect/2");
    assert_eq!(location("/relative-redirect/2"), "/relative-redirect/1");
    assert_eq!(location("/relative-redirect/1"), "/get");
    assert_eq!(status_of("/redirect/0"), 400);
}

#[test]
fn a_redirect_to_anywhere_stays_one_header_field() {
    let location = |target| field(target, "Location").unwrap();
    assert_eq!(location("/redirect-to?url=http%3A%2F%2Fh%2F%3Fa%3Db"), "http://h/?a=b");
    assert_eq!(location("/redirect-to?url=/%0D%0AX:%20%C3%A9"), "/%0D%0AX:%20%C3%A9");
    assert_eq!(status_of("/redirect-to?url=/&status_code=307"), 307);
    assert_eq!(status_of("/redirect-to?url=/&status_code=200"), 400);
    assert_eq!(status_of("/redirect-to"), 400);
}

#[test]
fn random_bytes_are_as_many_as_asked_for_and_the_same_for_the_same_seed() {
    for length in [0, 1, 16 * 1024, 16 * 1024 + 1, 100_000] {
        assert_eq!(get(&format!("/bytes/{length}"), "").1.len(), length);
    }
    let seeded = |seed| get(&format!("/bytes/50000?seed={seed}"), "").1;
    assert!(seeded(1) == seeded(1) && seeded(1) != seeded(2));
    assert_eq!((status_of("/bytes/-1"), status_of("/bytes/9?seed=x")), (400, 400));
}

#[test]
fn a_stream_is_numbered_lines() {
    let (_, body) = get("/stream/3", "");
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let ids: Vec<Value> =
        lines.map(|line| serde_json::from_slice::<Value>(line).unwrap()["id"].take()).collect();
    assert_eq!(ids, [0, 1, 2]);
}

#[test]
fn drops_are_spread_over_the_duration_and_none_is_lost() {
    for (length, seconds) in [(1, 2.0), (3, 0.0), (10, 2.0), (5000, 0.7), (100_001, 60.0)] {
        let duration = Duration::from_secs_f64(seconds);
        let drops: Vec<Piece> = drips(length, duration).collect();
        assert_eq!(drops.iter().map(|drop| drop.bytes.len() as u64).sum::<u64>(), length);
        assert_eq!(drops[0].after, Duration::ZERO);
        assert!(drops.is_sorted_by_key(|drop| drop.after) && drops.len() <= 60_000);
        assert!(drops.iter().all(|drop| !drop.bytes.is_empty() && drop.after <= duration));
    }
    for wrong in ["numbytes=0", "numbytes=99999999", "duration=-1", "delay=NaN", "code=99"] {
        assert_eq!(status_of(&format!("/drip?{wrong}")), 400, "{wrong}");
    }
}

#[test]
fn seconds_are_any_number_that_time_can_have() {
    assert_eq!(get("/delay/0.25", "").0.delay, Duration::from_millis(250));
    assert_eq!(get("/delay/11", "").0.delay, LONGEST_DELAY);
    for wrong in ["-1", "NaN", "inf", "1e300", "", "1s"] {
        assert_eq!(status_of(&format!("/delay/{wrong}")), 400, "{wrong}");
    }
}

#[test]
fn who_says_the_right_password_or_any_token_is_let_in() {
    let basic = |text: &str| format!("Authorization: basic {}\r\n", STANDARD.encode(text));
    let expected = json!({ "authenticated": true, "user": "u x" });
    assert_eq!(value("/basic-auth/u%20x/p:q", &basic("u x:p:q")), expected);
    for wrong in ["", "Authorization: Basic !\r\n", &basic("u:x"), "Authorization: x\r\n"] {
        assert_eq!(get("/basic-auth/u/p", wrong).0.status, 401, "{wrong}");
    }
    let expected = json!({ "authenticated": true, "token": "t" });
    assert_eq!(value("/bearer", "Authorization: Bearer t\r\n"), expected);
    assert_eq!(status_of("/bearer"), 401);
}
