//! The cases of `tests/cases/http.json` that need no socket: each whole, byte by byte, at every split, and cut short. What
//! a request looks like, and where a redirect leads, is in `asked`; `differential` compares us with another client, and `kept` a
//! connection that keeps heads with one that does not.

mod asked;
mod differential;
mod generator;
mod kept;
mod theirs;

use serde_json::Value;

use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::fields::Headers;
use crate::proto::head::Head;
use crate::proto::reader::{Next, Reader};

const GROUPS: [&str; 6] = ["framing", "chunked", "headers", "status", "limits", "reuse"];

fn all_cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../tests/cases/http.json")).unwrap()
}

fn cases() -> Vec<Value> {
    let needs_a_socket = ["delivery", "client_action", "idle_bytes", "idle_event", "second_event"];
    all_cases()
        .into_iter()
        .filter(|case| GROUPS.contains(&case["group"].as_str().unwrap()))
        .filter(|case| needs_a_socket.iter().all(|key| case[*key].is_null()))
        .collect()
}

/// One character per byte, after the placeholders are replaced.
fn bytes(case: &Value) -> Vec<u8> {
    let mut text = case["server_bytes"].as_str().unwrap().to_string();
    for (name, unit) in case["expand"].as_object().into_iter().flatten() {
        let unit = unit.as_array().unwrap();
        let whole = unit[0].as_str().unwrap().repeat(unit[1].as_u64().unwrap() as usize);
        text = text.replace(name, &whole);
    }
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

#[derive(Debug)]
struct Read {
    head: Head,
    body: Vec<u8>,
    trailers: Option<Headers>,
    reusable: bool,
}

/// Lets a reader read `pieces`, and the end if `closes`. `None` if it waits for more than there is.
fn read<'a>(
    method: &str,
    limits: Limits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    closes: bool,
) -> Result<Option<Read>, Fault> {
    let mut reader = Reader::new(limits);
    let (mut head, mut body) = (None, Vec::new());
    let mut pieces = pieces.into_iter().flat_map(|piece| piece.chunks(4096));
    let mut ended = false;
    loop {
        if head.is_none() {
            head = reader.head(method)?;
        }
        if head.is_some() {
            match reader.body()? {
                Next::Data(piece) => {
                    body.extend_from_slice(reader.lent(piece));
                    if body.len() as u64 > limits.body {
                        return Err(Fault::new(Kind::BodyTooLarge, "too large"));
                    }
                    continue;
                }
                // What is behind the response is looked at too, as it is on a real connection.
                Next::End if ended || (!closes && pieces.size_hint().1 == Some(0)) => break,
                Next::End | Next::More => {}
            }
        }
        if let Some(piece) = pieces.next() {
            reader.room()[..piece.len()].copy_from_slice(piece);
            reader.filled(piece.len());
        } else if head.is_some() && reader.is_done() {
            break;
        } else if closes && !ended {
            reader.end(true);
            ended = true;
        } else {
            return Ok(None);
        }
    }
    let reusable = reader.why_last().is_none();
    Ok(head.map(|head| Read { head, body, trailers: reader.trailers(), reusable }))
}

fn limits(case: &Value) -> Limits {
    let config = &case["config"];
    let mut limits = Limits::default();
    if let Some(headers) = config["max_headers"].as_u64() {
        limits.headers = headers as usize;
    }
    match config.get("max_body") {
        Some(Value::Null) => limits.body = u64::MAX,
        Some(body) => limits.body = body.as_u64().unwrap(),
        None => {}
    }
    limits
}

/// What is wrong about how a case came out, if anything is.
fn judge(case: &Value, came: &Result<Option<Read>, Fault>) -> Result<(), String> {
    let expect = &case["expect"];
    let read = match (expect["kind"].as_str().unwrap(), came) {
        ("error", Err(fault)) => {
            let kind = snake(fault.kind);
            let wanted = expect["error_kind"].as_str().unwrap();
            return if kind == wanted { Ok(()) } else { Err(format!("{kind}, not {wanted}")) };
        }
        ("ok", Ok(Some(read))) => read,
        _ => return Err(format!("came out as {came:?}")),
    };
    let check = |ok: bool, what: &str| if ok { Ok(()) } else { Err(format!("{what}: {read:?}")) };
    check(expect["status"].as_u64() == Some(u64::from(read.head.status)), "status")?;
    if let Some(body) = expect["body"].as_str() {
        check(body.as_bytes() == read.body, "body")?;
    }
    if let Some(length) = expect["body_len"].as_u64() {
        check(length == read.body.len() as u64, "length")?;
    }
    if let Some(reusable) = expect["reusable"].as_bool() {
        check(reusable == read.reusable, "reusable")?;
    }
    for (name, value) in expect["headers"].as_object().into_iter().flatten() {
        check(read.head.headers.get(name) == value.as_str(), name)?;
    }
    for name in expect["headers_absent"].as_array().into_iter().flatten() {
        check(!read.head.headers.contains(name.as_str().unwrap()), "a header is there")?;
    }
    let trailers = read.trailers.clone().unwrap_or_default();
    for (name, value) in expect["trailers"].as_object().into_iter().flatten() {
        check(trailers.get(name) == value.as_str(), name)?;
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

fn method(case: &Value) -> &str {
    case["request_method"].as_str().unwrap()
}

#[test]
fn every_case_comes_out_as_it_should_whole_and_byte_by_byte() {
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let (bytes, closes) = (bytes(case), case["close"].as_bool().unwrap());
        for (delivery, step) in [("whole", usize::MAX), ("byte by byte", 1)] {
            let came = read(
                method(case),
                limits(case),
                bytes.chunks(step.min(bytes.len().max(1))),
                closes,
            );
            if let Err(why) = judge(case, &came) {
                wrong.push(format!("{} {delivery}: {why:.300}", case["id"]));
            }
        }
    }
    println!("{} cases", cases.len());
    assert!(cases.len() > 100 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_comes_out_the_same_at_every_split() {
    for case in cases() {
        let (bytes, closes) = (bytes(&case), case["close"].as_bool().unwrap());
        // A long case is cut where its framing is, not in each of its hundred thousand same bytes.
        let cuts = (0..=bytes.len())
            .filter(|cut| bytes.len() < 2000 || *cut < 100 || *cut > bytes.len() - 50);
        for cut in cuts {
            let (first, second) = bytes.split_at(cut);
            let came = read(method(&case), limits(&case), [first, second], closes);
            if let Err(why) = judge(&case, &came) {
                panic!("{} cut at {cut}: {why:.300}", case["id"]);
            }
        }
    }
}

#[test]
fn every_prefix_that_ends_too_early_is_an_error_and_never_a_wait() {
    for case in cases().iter().filter(|case| case["expect"]["kind"] == "ok") {
        let bytes = bytes(case);
        let whole = read(method(case), limits(case), [&*bytes], true).unwrap().unwrap();
        for end in (0..bytes.len()).filter(|end| bytes.len() < 2000 || *end < 100) {
            match read(method(case), limits(case), [&bytes[..end]], true) {
                Err(fault) if matches!(fault.kind, Kind::Truncated | Kind::Closed) => {}
                // Until-close bodies may end anywhere, and bytes behind a response are not part of it.
                Ok(Some(read)) if read.body == whole.body => {}
                Ok(Some(read)) if whole.body.starts_with(&read.body) && !read.reusable => {}
                other => panic!("{} cut at {end}: {other:?}", case["id"]),
            }
        }
    }
}

#[test]
fn a_body_that_comes_fast_is_given_more_room_and_gives_it_back() {
    let mut reader = Reader::new(Limits::default());
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n";
    let mut left = 4_000_000;
    reader.room()[..head.len()].copy_from_slice(head);
    reader.filled(head.len());
    reader.head("GET").unwrap().unwrap();
    let mut rooms = Vec::new();
    while left > 0 {
        let room = reader.room().len().min(left);
        reader.filled(room);
        left -= room;
        rooms.push(room);
        while let Next::Data(_) = reader.body().unwrap() {}
    }
    assert!(rooms[0] <= 16 * 1024 && rooms.contains(&(256 * 1024)), "{rooms:?}");
    reader.rest(drop);
    reader.restart();
    assert_eq!(reader.room().len(), 16 * 1024);
    // What is small is read as it was before.
    let next = b"HTTP/1.1 204 No Content\r\n\r\n";
    reader.room()[..next.len()].copy_from_slice(next);
    reader.filled(next.len());
    assert_eq!(reader.head("GET").unwrap().unwrap().status, 204);
    assert!(reader.is_done());
}
