//! Does it matter what a connection has read before? A head that is kept must be read as it is read anew.

use fastrand::Rng;

use super::generator;
use crate::limits::Limits;
use crate::proto::head::Head;
use crate::proto::reader::Reader;

/// All that is known of a response when its head has been read into `head`.
fn known(bytes: &[u8], method: &str, head: &mut Head) -> String {
    let mut reader = Reader::new(Limits::default());
    reader.room()[..bytes.len()].copy_from_slice(bytes);
    reader.filled(bytes.len());
    match reader.read_head(method, head) {
        Ok(true) => {
            let body = reader.body().map_err(|fault| fault.cause.clone());
            let (left, last) = (reader.left(), reader.why_last());
            let (status, reason, headers) = (head.status, &head.reason, &head.headers);
            let content = headers.get("content-length");
            format!(
                "{status} {}.{reason} {headers:?} {content:?} {body:?} {left:?} {last:?}",
                head.minor
            )
        }
        Ok(false) => "waits".into(),
        Err(fault) => fault.cause.clone(),
    }
}

/// What may bring the lines of a head out of order.
const ODD: [&[u8]; 16] = [
    b"0", b"a", b" ", b"\t", b":", b"\r", b"\n", b"\r\n", b"\ra", b"\r\r", b"\na", b" a", b"a:",
    b"\r\na:", b"\r\n ", b"\xe4",
];

/// Takes some bytes out, puts some in, or both.
fn change(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let at = rng.usize(..bytes.len().min(300));
    let end = bytes.len().min(at + rng.usize(..3));
    let (any, odd) = ([rng.u8(..)], rng.choice(ODD).unwrap());
    let other = rng.choice([&any[..], odd, odd, odd, b""]).unwrap();
    bytes.splice(at..end, other.iter().copied());
}

#[test]
fn a_head_is_read_the_same_whatever_was_read_before_into_the_same_place() {
    let mut rng = Rng::with_seed(9112);
    let (mut head, mut again) = (Head::default(), 0);
    // Responses that the program has not dropped yet.
    let mut held = Vec::new();
    for _ in 0..500 {
        let case = generator::case(&mut rng);
        if case.bytes.is_empty() || case.bytes.len() > 8000 {
            continue;
        }
        for _ in 0..20 {
            let mut bytes = case.bytes.clone();
            if rng.bool() {
                change(&mut rng, &mut bytes);
            }
            let method = rng.choice(["GET", "GET", "HEAD", "POST", "CONNECT"]).unwrap();
            again += u32::from(head.is_again(&bytes));
            let anew = known(&bytes, method, &mut Head::default());
            assert_eq!(known(&bytes, method, &mut head), anew, "{}", bytes.escape_ascii());
            if rng.u8(..) < 50 {
                let lent = head.lend();
                held.push((format!("{:?}", lent.headers), lent));
            }
        }
        // What somebody holds is not written over.
        held.iter().for_each(|(said, lent)| assert_eq!(format!("{:?}", lent.headers), *said));
        held.truncate(rng.usize(..10));
    }
    assert!(again > 500, "{again}");
}
