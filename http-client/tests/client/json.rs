//! Values as bodies, and bodies as values.

use std::collections::BTreeMap;

use http_client::{Client, Kind, Limits, Phase};
use serde_json::{Value, json};

use crate::run::{error_of, run};
use crate::server::Server;

/// A server that gives back what it got, and calls it JSON.
fn mirror() -> Server {
    Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                asked.body.len()
            ));
            peer.say(asked.body);
        }
    })
}

#[test]
fn a_value_goes_there_and_comes_back() {
    let server = mirror();
    let value = json!({"name": "Ünï", "list": [1, 2.5, null], "nested": {"a": true}});
    run(async {
        let mut response = Client::new().post(server.url("/")).json(&value).send().await.unwrap();
        assert_eq!(response.json::<Value>().await.unwrap(), value);
    });
    assert_eq!(server.asked()[0].header("Content-Type"), Some("application/json"));
}

#[test]
fn the_request_s_own_content_type_counts() {
    let server = mirror();
    run(async {
        let client = Client::builder().header("Content-Type", "usual").build();
        let url = server.url("/");
        client.post(&url).json(&1).send().await.unwrap();
        let own = client.post(&url).json("x").header("Content-Type", "application/problem+json");
        own.send().await.unwrap();
    });
    let asked = server.asked();
    let types: Vec<_> = asked.iter().map(|asked| asked.header("Content-Type").unwrap()).collect();
    assert_eq!(types, ["application/json", "application/problem+json"]);
}

#[test]
fn a_value_that_is_no_json_is_an_error_before_anything_is_opened() {
    let server = mirror();
    let no_text = BTreeMap::from([((1, 2), 3)]);
    run(async {
        let request = Client::new().post(server.url("/")).json(&no_text);
        let error = error_of(request.send().await);
        assert_eq!((error.kind(), error.phase()), (Kind::InvalidRequest, Phase::Request));
        assert_eq!(error.cause(), "the value cannot be written as JSON: key must be a string");
        // Another body takes its place, and the error goes with it.
        let request = Client::new().post(server.url("/")).json(&no_text).body("[]");
        assert_eq!(request.send().await.unwrap().text().await.unwrap(), "[]");
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn what_is_not_the_json_that_is_wanted_is_an_error_with_a_place() {
    for (answer, cause) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1,\n\"two\"]",
            "the body is not the JSON that is wanted: invalid type: string \"two\", expected u32 at line 2 column 5",
        ),
        (
            "HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            "the body is not the JSON that is wanted: expected value at line 1 column 1; the server calls it text/html",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "the body is not the JSON that is wanted: EOF while parsing a value at line 1 column 0",
        ),
    ] {
        let server = Server::answering(answer);
        run(async {
            let client = Client::new();
            for _ in 0..2 {
                let mut response = client.get(server.url("/")).send().await.unwrap();
                let error = error_of(response.json::<Vec<u32>>().await);
                assert_eq!((error.kind(), error.phase()), (Kind::BadJson, Phase::Body));
                assert_eq!(error.cause(), cause);
            }
        });
        // It was a whole body all the same.
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn json_has_the_limit_of_bodies() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n[1, 2]");
    run(async {
        for (body, fits) in [(6, true), (5, false)] {
            let limits = Limits { body, ..Limits::default() };
            let client = Client::builder().limits(limits).build();
            let mut response = client.get(server.url("/")).send().await.unwrap();
            let read = response.json::<Vec<u32>>().await;
            assert_eq!(read.is_ok(), fits);
            assert!(fits || read.unwrap_err().kind() == Kind::BodyTooLarge);
        }
    });
}
