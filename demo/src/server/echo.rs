//! What did the client send? The request as JSON, in the shape that httpbin made known.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::server::request::Request;

/// The `fields` of what a request was, such as `args` and `headers`.
pub(super) fn echo(request: &Request, fields: &[&str]) -> Map<String, Value> {
    fields.iter().map(|field| ((*field).to_string(), value(request, field))).collect()
}

fn value(request: &Request, field: &str) -> Value {
    let form = is_form(request);
    match field {
        "args" => pairs(request.query.as_bytes()),
        "data" if form => json!(""),
        "data" => data(&request.body),
        "form" if form => pairs(&request.body),
        "headers" => headers(request),
        "json" if !form => serde_json::from_slice(&request.body).unwrap_or(Value::Null),
        "method" => json!(request.method),
        "origin" => json!(request.peer.ip.to_string()),
        "url" => json!(request.url()),
        "files" | "form" => json!({}),
        _ => Value::Null,
    }
}

fn is_form(request: &Request) -> bool {
    let kind = request.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Names and values of a query or a form. A name that stands there several times has a list.
fn pairs(text: &[u8]) -> Value {
    let mut pairs = Map::new();
    for (name, value) in form_urlencoded::parse(text) {
        let value = Value::from(value);
        match pairs.get_mut(&*name) {
            None => drop(pairs.insert(name.into_owned(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = json!([first, value]),
        }
    }
    pairs.into()
}

/// A body as text if it is text, otherwise as a `data:` URL.
fn data(body: &[u8]) -> Value {
    match str::from_utf8(body) {
        Ok(text) => json!(text),
        Err(_) => json!(format!("data:application/octet-stream;base64,{}", STANDARD.encode(body))),
    }
}

fn headers(request: &Request) -> Value {
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        match headers.get_mut(&title_case(name)) {
            Some(Value::String(values)) => *values = format!("{values},{value}"),
            _ => drop(headers.insert(title_case(name), json!(value))),
        }
    }
    headers.into()
}

/// `x-trace-id` as `X-Trace-Id`.
fn title_case(name: &str) -> String {
    let mut begins = true;
    let title = |letter: char| {
        let titled = if begins { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
        begins = letter == '-';
        titled
    };
    name.chars().map(title).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::request::tests::request;

    fn field(request: &Request, field: &str) -> Value {
        echo(request, &[field]).remove(field).unwrap()
    }

    #[test]
    fn arguments_are_decoded_and_those_that_repeat_are_lists() {
        let request = request("GET /get?b=1&a=2&a=%33&a&e=%20x+y&=z", "", b"");
        let expected = json!({ "a": ["2", "3", ""], "b": "1", "e": " x y", "": "z" });
        assert_eq!(field(&request, "args"), expected);
    }

    #[test]
    fn header_names_are_in_title_case_and_repeated_ones_are_one() {
        let request = request("GET /get", "x-tRACE-id: 1\r\nX-Trace-Id: 2\r\n", b"");
        assert_eq!(field(&request, "headers"), json!({ "Host": "h.test", "X-Trace-Id": "1,2" }));
    }

    #[test]
    fn a_form_is_taken_apart_and_is_no_data() {
        let kind = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
        let request = request("POST /post", kind, b"a=1&a=2&b=%C3%A9");
        assert_eq!(field(&request, "form"), json!({ "a": ["1", "2"], "b": "\u{e9}" }));
        assert_eq!((field(&request, "data"), field(&request, "json")), (json!(""), json!(null)));
    }

    #[test]
    fn a_body_is_json_text_or_bytes() {
        let post = |body: &[u8]| {
            let request = request("POST /post", "", body);
            (field(&request, "data"), field(&request, "json"))
        };
        assert_eq!(post(b"[1]"), (json!("[1]"), json!([1])));
        assert_eq!(post(b"hello"), (json!("hello"), json!(null)));
        assert_eq!(
            post(b"\xff"),
            (json!("data:application/octet-stream;base64,/w=="), json!(null))
        );
    }
}
