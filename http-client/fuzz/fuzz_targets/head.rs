//! A head comes out the same in whatever pieces it comes, and never beyond its limits.
#![no_main]

use http_client::Kind;
use http_client::fuzzing::head;
use http_client_fuzz::{assert_sane, choices};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((choices, bytes)) = choices(input) else { return };
    let limits = choices.limits();
    let whole = head([bytes], &limits);
    assert_eq!(whole, head(choices.cut(bytes), &limits), "in pieces");
    match whole {
        Ok(Some((answer, length))) => {
            assert!(length <= limits.head.min(bytes.len()));
            assert!(bytes[..length].ends_with(b"\n"));
            assert!((100..=999).contains(&answer.status) && answer.minor <= 1);
            assert!(answer.fields.len() <= limits.headers);
            answer.fields.iter().for_each(|(name, value)| assert_sane(name, value));
            let copied: usize = answer.fields.iter().map(|(n, v)| n.len() + v.len()).sum();
            assert!(copied <= length);
            // What follows a head does not change it, and a head that lacks its last byte is none yet.
            assert_eq!(head([&bytes[..length]], &limits), Ok(Some((answer, length))));
            assert_eq!(head([&bytes[..length - 1]], &limits), Ok(None));
        }
        Ok(None) => assert!(bytes.len() <= limits.head),
        Err(Kind::HeadTooLarge) => assert!(bytes.len() > limits.head),
        Err(kind) => {
            let kinds = [Kind::BadStatusLine, Kind::BadHeader, Kind::TooManyHeaders];
            assert!(kinds.contains(&kind), "{kind:?}");
            // Nothing that comes later makes it right.
            let more = [bytes, b"\r\n\r\n"].concat();
            assert_eq!(head([&*more], &limits), Err(kind));
        }
    }
});
