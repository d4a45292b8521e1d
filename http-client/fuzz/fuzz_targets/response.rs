//! A response comes out the same in whatever pieces it comes, ends when the connection does, and leaves a connection to
//! others only if nothing of it is left.
#![no_main]

use http_client::Kind;
use http_client::fuzzing::{Answer, End, Outcome, Responses};
use http_client_fuzz::{assert_sane, choices};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((choices, bytes)) = choices(input) else { return };
    let (method, limits, end) = (choices.method(), choices.limits(), choices.end());
    let read = |bytes: &[u8], end| Responses::new(limits).read(method, [bytes], end);
    let mut connection = Responses::new(limits);
    let whole = read(bytes, end);
    let mut cut = connection.read(method, choices.cut(bytes), end);
    if cut.end == End::Waits && cut.answer.is_none() {
        // An unfinished head is looked at from time to time, so its fault may be told later; by the end at the latest.
        let later = connection.read(method, [], Some(true));
        assert!(matches!(later.end, End::Failed(_)));
        if later.end == whole.end {
            cut = later;
        }
    }
    assert_eq!(whole, cut, "in pieces");

    if let Some(answer) = &whole.answer {
        assert!((200..=999).contains(&answer.status), "interim responses are not the answer");
        assert!(answer.fields.len() <= limits.headers);
        answer.fields.iter().for_each(|(name, value)| assert_sane(name, value));
        if has_no_body(method, answer) {
            assert!(whole.body.is_empty(), "no body is possible");
            assert!(matches!(whole.end, End::Over { .. }), "it is over with its head");
        }
    }
    for (name, value) in whole.trailers.iter().flatten() {
        assert_sane(name, value);
    }
    assert!(whole.body.len() <= bytes.len());

    match whole.end {
        End::Waits => assert_eq!(end, None, "nothing comes after the end"),
        End::Failed(Kind::Closed) => assert!(bytes.is_empty() && end.is_some()),
        End::Failed(Kind::Truncated) => assert!(end.is_some()),
        End::Failed(_) => {
            // Nothing that comes later makes it right.
            let more = [bytes, b"\r\n\r\n"].concat();
            assert_eq!(read(&more, end), whole);
        }
        End::Over { reusable } => {
            let answer = whole.answer.as_ref().expect("there is a head before the end");
            if let Some(length) = length(method, answer) {
                assert_eq!(whole.body.len(), length);
            }
            if end.is_some() {
                assert!(!reusable, "it has ended");
            }
            if reusable {
                // It ends exactly here: one byte less, and it waits; one byte more, and the connection is spoilt.
                assert_eq!(read(&bytes[..bytes.len() - 1], end).end, End::Waits);
                let more = read(&[bytes, b"H"].concat(), end);
                assert_eq!(more, Outcome { end: End::Over { reusable: false }, ..whole.clone() });
                // The next response on the same connection remembers nothing of this one.
                connection.restart();
                assert_eq!(whole, connection.read(method, choices.cut(bytes), end), "once more");
                // And one that is nearly the same is read as if it were the first.
                let alike = choices.alike(bytes);
                connection.restart();
                assert_eq!(read(&alike, end), connection.read(method, [&*alike], end), "alike");
            }
        }
    }
});

/// Whether no body is possible, whatever the fields say (RFC 9112, 6.3, items 1 and 2).
fn has_no_body(method: &str, answer: &Answer) -> bool {
    match answer.status {
        204 | 304 => true,
        200..=299 => matches!(method, "HEAD" | "CONNECT"),
        _ => method == "HEAD",
    }
}

/// How long the body is, if the head says it in the plainest way.
fn length(method: &str, answer: &Answer) -> Option<usize> {
    let named = |name: &str| {
        let same = |field: &&(String, Vec<u8>)| field.0.eq_ignore_ascii_case(name);
        answer.fields.iter().filter(same).collect::<Vec<_>>()
    };
    if has_no_body(method, answer) {
        return None;
    }
    let [(_, length)] = named("content-length")[..] else { return None };
    assert!(named("transfer-encoding").is_empty(), "both are refused");
    std::str::from_utf8(length).ok()?.parse().ok()
}
