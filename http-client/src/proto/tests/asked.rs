//! The cases that are about requests: what is sent for a URL, what is refused, and what follows a redirect.

use serde_json::Value;

use super::{all_cases, bytes, method, snake};
use crate::body::Body;
use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::encode::Message;
use crate::proto::reader::Reader;
use crate::proto::redirect;
use crate::url::Url;

/// The cases of a group, without those about bodies that come from a source: they need a connection to go out on.
fn cases(group: &str) -> Vec<Value> {
    let is_stream = |case: &Value| {
        let body = case["request_body"].as_str().unwrap_or_default();
        body.starts_with("<stream") || body == "<one-shot stream>"
    };
    all_cases().into_iter().filter(|case| case["group"] == group && !is_stream(case)).collect()
}

fn message(case: &Value) -> Result<Message, Fault> {
    let url = case["url"].as_str().unwrap_or("http://h.test/");
    // The file has one character per byte.
    let url = String::from_utf8(url.chars().map(|letter| letter as u8).collect()).unwrap();
    let url = Url::parse(&url).map_err(|why| Fault::new(Kind::Url, why))?;
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let fields = case["request_headers"].as_array().into_iter().flatten();
    let headers = fields.map(|field| (text(&field[0]), text(&field[1]))).collect();
    let body = case["request_body"].as_str().map(Body::from);
    Ok(Message { method: method(case).to_string().into(), url, headers, body })
}

/// The lines of a message's head.
fn sent(message: &Message) -> Result<Vec<String>, Fault> {
    Ok(String::from_utf8(message.head()?).unwrap().lines().map(str::to_string).collect())
}

#[test]
fn every_request_is_sent_as_it_should_be_or_refused() {
    let cases = cases("request");
    for case in &cases {
        let (id, expect) = (&case["id"], &case["expect"]);
        let sent = message(case).and_then(|message| sent(&message));
        if id == "req-expect-100-ok" {
            // The choice that the case gives as its `alt`.
            assert_eq!(sent.unwrap_err().kind, Kind::InvalidRequest);
            continue;
        }
        if expect["kind"] == "error" {
            assert_eq!(
                snake(sent.unwrap_err().kind),
                expect["error_kind"].as_str().unwrap(),
                "{id}"
            );
            continue;
        }
        let sent = sent.unwrap();
        if let Some(line) = expect["request_line"].as_str() {
            assert_eq!(sent[0], line, "{id}");
        }
        for (name, value) in expect["headers"].as_object().into_iter().flatten() {
            let line = format!("{name}: {}", value.as_str().unwrap());
            assert!(sent.iter().any(|own| own.eq_ignore_ascii_case(&line)), "{id}: {sent:?}");
        }
    }
    assert!(cases.len() > 20);
}

/// What follows a response that is this.
fn followed(request: &Message, response: &[u8]) -> Result<Option<Message>, Fault> {
    let mut reader = Reader::new(Limits::default());
    reader.room()[..response.len()].copy_from_slice(response);
    reader.filled(response.len());
    redirect::follow(request, &reader.head(&request.method)?.unwrap())
}

#[test]
fn every_redirect_leads_where_it_should() {
    let cases = cases("redirect");
    for case in &cases {
        let (id, expect) = (&case["id"], &case["expect"]);
        let request = message(case).unwrap();
        let second = followed(&request, &bytes(case));
        if expect["kind"] == "error" && case["loop"] != true {
            assert_eq!(second.unwrap_err().kind, Kind::Redirect, "{id}");
            continue;
        }
        let Some(second) = second.unwrap() else {
            assert!(expect["second_request"].is_null() && expect["status"] != 200, "{id}");
            continue;
        };
        is_expected(&second, &expect["second_request"], id);
        if let Some(later) = case["second_server_bytes"].as_str() {
            let third = followed(&second, later.as_bytes()).unwrap().unwrap();
            is_expected(&third, &expect["third_request"], id);
        }
    }
    assert!(cases.len() > 10);
}

fn is_expected(message: &Message, expected: &Value, id: &Value) {
    if let Some(method) = expected["method"].as_str() {
        assert_eq!(message.method, method, "{id}");
    }
    if let Some(url) = expected["url"].as_str() {
        assert_eq!(message.url.to_string(), url, "{id}");
    }
    if let Some(body) = expected["body"].as_str() {
        let sent = message.body.as_ref().map_or(Some(&[][..]), Body::bytes);
        assert_eq!(sent, Some(body.as_bytes()), "{id}");
    }
    let absent = expected["headers_absent"].as_array().into_iter().flatten();
    for name in absent.map(|name| name.as_str().unwrap()) {
        assert!(message.headers.iter().all(|(own, _)| !own.eq_ignore_ascii_case(name)), "{id}");
    }
}
