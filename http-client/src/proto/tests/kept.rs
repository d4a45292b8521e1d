//! Does it matter what a connection has read before? A head that is kept must be read as it is read anew.

use fastrand::Rng;

use super::generator::{self, Case};
use crate::limits::Limits;
use crate::proto::head::Head;
use crate::proto::reader::Reader;

/// All that is known of a response when its head has been read into `head`.
fn known(case: &Case, method: &str, head: &mut Head) -> String {
    let mut reader = Reader::new(Limits::default());
    reader.room()[..case.bytes.len()].copy_from_slice(&case.bytes);
    reader.filled(case.bytes.len());
    match reader.read_head(method, head) {
        Ok(true) => {
            let body = reader.body().map_err(|fault| fault.cause);
            let (left, last) = (reader.left(), reader.why_last());
            let (status, reason, headers) = (head.status, &head.reason, &head.headers);
            let content = headers.get("content-length");
            format!(
                "{status} {}.{reason} {headers:?} {content:?} {body:?} {left:?} {last:?}",
                head.minor
            )
        }
        Ok(false) => "waits".into(),
        Err(fault) => fault.cause,
    }
}

#[test]
fn a_head_is_read_the_same_whatever_was_read_before_into_the_same_place() {
    let mut rng = Rng::with_seed(9112);
    let (mut head, mut again) = (Head::default(), 0);
    // Responses that the program has not dropped yet.
    let mut held = Vec::new();
    for _ in 0..300 {
        let mut cases: Vec<Case> = (0..4).map(|_| generator::case(&mut rng)).collect();
        cases.retain(|case| (1..8000).contains(&case.bytes.len()));
        for _ in 0..20 {
            let Some(case) = rng.choice(&mut cases) else { break };
            if rng.u8(..) < 30 {
                let at = rng.usize(..case.bytes.len());
                let any = rng.u8(..);
                case.bytes[at] = rng.choice([any, b'0', b'a', b' ', b':']).unwrap();
            }
            let method = rng.choice(["GET", "GET", "HEAD", "POST", "CONNECT"]).unwrap();
            again += u32::from(head.is_again(&case.bytes));
            let anew = known(case, method, &mut Head::default());
            assert_eq!(known(case, method, &mut head), anew, "{}", case.bytes.escape_ascii());
            if rng.bool() {
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
