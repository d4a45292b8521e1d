//! Is what came what should have come?

use http_client::{Kind, Phase};

use super::play::Came;
use super::record::Case;
use crate::server::Asked;

/// What is wrong about how a case came out, if anything is.
pub(crate) fn judge(case: &Case, came: &Came) -> Result<(), String> {
    match case.expect_text("kind") {
        Some("error") => is_the_error(case, came)?,
        Some("ok") => is_the_response(case, came)?,
        Some("sent") => {
            came.first.as_ref().map_err(|error| error.to_string())?;
            is_sent(case, &came.asked[0])?;
        }
        other => return Err(format!("{other:?} is not known")),
    }
    is_right_afterwards(case, came)?;
    for (number, key) in [(1, "second_request"), (2, "third_request")] {
        if case.expect(key).is_object() {
            is_followed_by(case, key, came.asked.get(number).ok_or("there is no such request")?)?;
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, came: T, wanted: T) -> Result<(), String> {
    if came == wanted { Ok(()) } else { Err(format!("{what} is {came:?}, not {wanted:?}")) }
}

fn is_the_error(case: &Case, came: &Came) -> Result<(), String> {
    let Err(error) = &came.first else { return Err("it went well".into()) };
    same("the kind", snake(error.kind()), case.expect_text("error_kind").unwrap().into())?;
    let line = error.to_string();
    same("the number of lines", line.lines().count(), 1)?;
    match case.expect_text("error_at").or(case.expect_text("timeout_phase")) {
        Some("head") => same("the phase", error.phase(), Phase::Head)?,
        Some("body") => same("the phase", error.phase(), Phase::Body)?,
        _ => {}
    }
    if let Some(body) = case.expect_text("body_received") {
        same("what had come", came.received.as_slice(), body.as_bytes())?;
    }
    if let Some(why) = case.expect_text("tls_error") {
        // What the file calls by a short name, the error says in a sentence.
        let why = match why {
            "eof in handshake" => "closed in the middle of the handshake",
            "protocol version" => "ProtocolVersion",
            other => other,
        };
        same(&line, line.contains(why), true)?;
    }
    if case.expect_text("server_sees") == Some("no terminating 0-chunk") {
        let body = String::from_utf8_lossy(&came.asked[0].body);
        same("what the server saw", &*body, "5\r\nhello")?;
    }
    if case.expect_number("request_bytes_sent") == Some(0) {
        same("the number of requests", came.asked.len(), 0)?;
    }
    Ok(())
}

fn is_the_response(case: &Case, came: &Came) -> Result<(), String> {
    let whole = came.first.as_ref().map_err(|error| error.to_string())?;
    same("the status", Some(whole.status as usize), case.expect_number("status"))?;
    if let Some(body) = case.expect_text("body") {
        let body: Vec<u8> = body.chars().map(|letter| letter as u8).collect();
        same("the body", &whole.body, &body)?;
    }
    if let Some(length) = case.expect_number("body_len") {
        same("the length", whole.body.len(), length)?;
    }
    for (name, value) in case.expect("headers").as_object().into_iter().flatten() {
        same(name, whole.headers.get(name), value.as_str())?;
    }
    for name in case.expect("headers_absent").as_array().into_iter().flatten() {
        same("a header", whole.headers.contains(name.as_str().unwrap()), false)?;
    }
    for (name, value) in case.expect("trailers").as_object().into_iter().flatten() {
        same(name, whole.trailers.get(name), value.as_str())?;
    }
    if let Some(all) = case.expect("trailers_all").as_array() {
        let came = whole.trailers.iter().map(|(name, value)| {
            format!("{} {}", name.to_lowercase(), String::from_utf8_lossy(value))
        });
        let wanted = all
            .iter()
            .map(|line| format!("{} {}", line[0].as_str().unwrap(), line[1].as_str().unwrap()));
        same("the trailer", came.collect::<Vec<_>>(), wanted.collect())?;
    }
    Ok(())
}

fn is_sent(case: &Case, asked: &Asked) -> Result<(), String> {
    if let Some(line) = case.expect_text("request_line") {
        same("the first line", asked.line(), line)?;
    }
    for (name, value) in case.expect("headers").as_object().into_iter().flatten() {
        same(name, asked.header(name), value.as_str())?;
    }
    if let Some(body) = case.expect_text("wire_body") {
        same("the body on the wire", &*String::from_utf8_lossy(&asked.body), body)?;
    }
    Ok(())
}

/// Whether the connection was used again, and for what.
fn is_right_afterwards(case: &Case, came: &Came) -> Result<(), String> {
    if let Some(Err(error)) = &came.next {
        return Err(format!("the next request: {error}"));
    }
    let again = case.expect_text("next").map(|next| next == "same_connection");
    let again = again.or(case.expect("reusable").as_bool());
    if let (Some(again), Some(_)) = (again, &came.next) {
        same("the number of connections", came.connections, if again { 1 } else { 2 })?;
    }
    if let (Some(second), Some(Ok(text))) = (case.expect("second")["body"].as_str(), &came.next) {
        same("the second body", text.as_str(), second)?;
    }
    if let Some(connections) = case.expect_number("connections") {
        same("the number of connections", came.connections, connections)?;
    }
    if let Some(requests) = case.expect_number("requests_sent") {
        same("the number of requests", came.asked.len(), requests)?;
    }
    Ok(())
}

fn is_followed_by(case: &Case, key: &str, asked: &Asked) -> Result<(), String> {
    let expected = case.expect(key);
    if let Some(method) = expected["method"].as_str() {
        same("the method", asked.method(), method)?;
    }
    if let Some(url) = expected["url"].as_str() {
        let target = url.splitn(4, '/').nth(3).unwrap_or_default();
        same("the target", asked.target(), &format!("/{target}"))?;
    }
    if let Some(body) = expected["body"].as_str() {
        same("the body", asked.body.as_slice(), body.as_bytes())?;
    }
    for name in expected["headers_absent"].as_array().into_iter().flatten() {
        same("a header", asked.header(name.as_str().unwrap()), None)?;
    }
    Ok(())
}

/// `BadChunk` is `bad_chunk` in the cases.
fn snake(kind: Kind) -> String {
    let mut name = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
