//! What does each route answer? Everything here is computed at once: what is slow on purpose is written into the response.

use std::iter;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::json;

use crate::server::echo::echo;
use crate::server::request::Request;
use crate::server::response::{Body, Piece, Refusal, Response};

type Answer = Result<Response, Refusal>;

/// The longest delay, as httpbin's.
const LONGEST_DELAY: Duration = Duration::from_secs(10);
/// The longest time to drip for.
const LONGEST_DRIP: Duration = Duration::from_secs(60);
/// The most bytes to drip, as httpbin's.
const DRIPS: u64 = 10 * 1024 * 1024;
/// How many random bytes are made at once.
const ROOM: u64 = 16 * 1024;
/// What a URL in a header field must not have: it could end the field.
const NOT_IN_A_FIELD: &AsciiSet = &CONTROLS.add(b' ');

pub(super) fn get(request: &Request, _: &[String]) -> Answer {
    Ok(Response::json(200, &echo(request, &["args", "headers", "origin", "url"]).into()))
}

pub(super) fn headers(request: &Request, _: &[String]) -> Answer {
    Ok(Response::json(200, &echo(request, &["headers"]).into()))
}

pub(super) fn send(request: &Request, _: &[String]) -> Answer {
    let fields = ["args", "data", "files", "form", "headers", "json", "origin", "url"];
    Ok(Response::json(200, &echo(request, &fields).into()))
}

pub(super) fn status(_: &Request, captured: &[String]) -> Answer {
    let status = status_code("the status", &captured[0])?;
    let response = Response::new(status);
    Ok(match status {
        301..=303 | 305 | 307 | 308 => response.header("Location", "/redirect/1"),
        401 => ask_for_password(),
        407 => response.header("Proxy-Authenticate", REALM),
        _ => response,
    })
}

pub(super) fn delay(request: &Request, captured: &[String]) -> Answer {
    let delay = seconds("the delay", &captured[0])?.min(LONGEST_DELAY);
    let fields = ["args", "data", "files", "form", "headers", "origin", "url"];
    Ok(Response::json(200, &echo(request, &fields).into()).after(delay))
}

pub(super) fn drip(request: &Request, _: &[String]) -> Answer {
    let argument =
        |name, default: &str| request.argument(name).unwrap_or_else(|| default.to_string());
    let delay = seconds("delay", &argument("delay", "0"))?.min(LONGEST_DELAY);
    let duration = seconds("duration", &argument("duration", "2"))?.min(LONGEST_DRIP);
    let length = number("numbytes", &argument("numbytes", "10"))?;
    let status = status_code("code", &argument("code", "200"))?;
    if !(1..=DRIPS).contains(&length) {
        return Err(Refusal::new(400, format!("numbytes must be 1 to {DRIPS}, not {length}")));
    }
    let pieces = Box::new(drips(length, duration));
    Ok(octets(status, Body::Pieces { length: Some(length), pieces }).after(delay))
}

/// One byte after another, spread over `duration`; several at once where they would be closer together than a millisecond.
fn drips(length: u64, duration: Duration) -> impl Iterator<Item = Piece> {
    let millis = duration.as_secs() * 1000 + u64::from(duration.subsec_millis());
    let steps = length.min(millis.max(1));
    let sent_before = move |step| length * step / steps;
    (0..steps).map(move |step| {
        let here = sent_before(step + 1) - sent_before(step);
        let after = duration.mul_f64(step as f64 / steps as f64);
        Piece { after, bytes: iter::repeat_n(b'*', here as usize).collect() }
    })
}

pub(super) fn bytes(request: &Request, captured: &[String]) -> Answer {
    let length = number("the number of bytes", &captured[0])?;
    let random = match request.argument("seed") {
        Some(seed) => fastrand::Rng::with_seed(number("seed", &seed)?),
        None => fastrand::Rng::new(),
    };
    let pieces = Box::new(noise(random, length));
    Ok(octets(200, Body::Pieces { length: Some(length), pieces }))
}

fn noise(mut random: fastrand::Rng, length: u64) -> impl Iterator<Item = Piece> {
    let lengths = (0..length).step_by(ROOM as usize).map(move |at| ROOM.min(length - at));
    lengths.map(move |here| {
        let mut bytes = vec![0; here as usize];
        random.fill(&mut bytes);
        Piece { after: Duration::ZERO, bytes }
    })
}

pub(super) fn stream(request: &Request, captured: &[String]) -> Answer {
    let count = number("the number of lines", &captured[0])?;
    let mut line = echo(request, &["args", "headers", "origin", "url"]);
    let pieces = Box::new((0..count).map(move |id| {
        line.insert("id".into(), json!(id));
        let bytes = format!("{}\n", json!(line)).into_bytes();
        Piece { after: Duration::ZERO, bytes }
    }));
    let response = Response::new(200).header("Content-Type", "application/json");
    Ok(response.body(Body::Pieces { length: None, pieces }))
}

pub(super) fn redirect(_: &Request, captured: &[String]) -> Answer {
    let location = match number("the number of redirects", &captured[0])? {
        0 => return Err(Refusal::new(400, "the number of redirects must be at least 1")),
        1 => "/get".to_string(),
        more => format!("/relative-redirect/{}", more - 1),
    };
    Ok(Response::new(302).header("Location", location))
}

pub(super) fn redirect_to(request: &Request, _: &[String]) -> Answer {
    let Some(url) = request.argument("url") else {
        return Err(Refusal::new(400, "?url= must say where to go"));
    };
    let status = match request.argument("status_code") {
        None => 302,
        Some(status) => match number("status_code", &status)? {
            status @ 300..=399 => status as u16,
            other => {
                return Err(Refusal::new(400, format!("status_code must be 3xx, not {other}")));
            }
        },
    };
    let location = utf8_percent_encode(&url, NOT_IN_A_FIELD).to_string();
    Ok(Response::new(status).header("Location", location))
}

const REALM: &str = "Basic realm=\"Fake Realm\"";

fn ask_for_password() -> Response {
    Response::new(401).header("WWW-Authenticate", REALM)
}

pub(super) fn basic_auth(request: &Request, captured: &[String]) -> Answer {
    let (user, password) = (&captured[0], &captured[1]);
    let wanted = format!("{user}:{password}");
    let given = credentials(request, "Basic").and_then(|given| STANDARD.decode(given).ok());
    if given.as_deref() != Some(wanted.as_bytes()) {
        return Ok(ask_for_password());
    }
    Ok(Response::json(200, &json!({ "authenticated": true, "user": user })))
}

pub(super) fn bearer(request: &Request, _: &[String]) -> Answer {
    let Some(token) = credentials(request, "Bearer") else {
        return Ok(Response::new(401).header("WWW-Authenticate", "Bearer"));
    };
    Ok(Response::json(200, &json!({ "authenticated": true, "token": token })))
}

/// What the `Authorization` field says after the name of this scheme (RFC 9110, 11.4).
fn credentials<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (given, credentials) = request.header("authorization")?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
}

fn octets(status: u16, body: Body) -> Response {
    Response::new(status).header("Content-Type", "application/octet-stream").body(body)
}

fn number<N: FromStr>(what: &str, text: &str) -> Result<N, Refusal> {
    let wrong = |_| Refusal::new(400, format!("{what} must be a number, not {text:?}"));
    text.parse().map_err(wrong)
}

fn status_code(what: &str, text: &str) -> Result<u16, Refusal> {
    // Those below 200 come before a response, and are none.
    match number(what, text)? {
        status @ 200..=999 => Ok(status),
        other => Err(Refusal::new(400, format!("{what} must be 200 to 999, not {other}"))),
    }
}

fn seconds(what: &str, text: &str) -> Result<Duration, Refusal> {
    let wrong = |_| Refusal::new(400, format!("{what} must be a number of seconds, not {text:?}"));
    Duration::try_from_secs_f64(number(what, text)?).map_err(wrong)
}

#[cfg(test)]
mod tests;
