//! Where do we read a response otherwise than hyper's client does, and why? Each difference belongs to a class that
//! `differences.md` describes.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use super::generator::{self, Case};
use super::{read, theirs};
use crate::limits::Limits;
use crate::proto::fields::Headers;
use crate::proto::head::{Facts, Finder};

const CASES: usize = 5000;

/// What became of a response.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Waits,
    Failed(String),
    Over(Seen),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    pub(super) trailers: Vec<(String, Vec<u8>)>,
    pub(super) reusable: bool,
}

fn ours(case: &Case) -> Outcome {
    match read(case.method, Limits::default(), [&*case.bytes], case.closes) {
        Err(fault) => Outcome::Failed(fault.cause.clone()),
        Ok(None) => Outcome::Waits,
        Ok(Some(read)) => Outcome::Over(Seen {
            status: read.head.status,
            headers: fields(&read.head.headers),
            body: read.body,
            trailers: fields(&read.trailers.unwrap_or_default()),
            reusable: read.reusable && !case.closes,
        }),
    }
}

fn fields(headers: &Headers) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_vec())).collect()
}

/// Only whether it failed, not why; and fields by name, for hyper keeps those of one name together.
fn comparable(outcome: &Outcome) -> Outcome {
    match outcome.clone() {
        Outcome::Failed(_) => Outcome::Failed(String::new()),
        Outcome::Over(mut seen) => {
            seen.headers.sort_by(|one, other| one.0.cmp(&other.0));
            seen.trailers.sort_by(|one, other| one.0.cmp(&other.0));
            Outcome::Over(seen)
        }
        Outcome::Waits => Outcome::Waits,
    }
}

/// What hyper accepts, or waits for, and we refuse: our reason, and the class.
const REFUSED: [(&str, &str); 7] = [
    ("switched to another protocol", "101 Switching Protocols"),
    ("both Content-Length and Transfer-Encoding", "Content-Length with Transfer-Encoding"),
    ("chunked takes no parameters", "Parameters of chunked"),
    ("chunked more than once", "Chunked twice"),
    ("a chunk's extension has a control character", "Control characters in chunk extensions"),
    ("a line of the trailer does not end with CR LF", "Line ends in trailers"),
    ("the head of the response is longer", "Long heads"),
];

const FAULTS_OF_A_HEAD: [&str; 2] =
    ["this is not an HTTP/1 response", "a header field of the response is malformed"];

/// The class of a difference: a heading in `differences.md`.
fn class(case: &Case, ours: &Outcome, theirs: &Outcome) -> Option<&'static str> {
    if let (Outcome::Failed(cause), Outcome::Over(_) | Outcome::Waits) = (ours, theirs) {
        let known = REFUSED.iter().find(|(why, _)| cause.contains(why));
        if let Some((_, class)) = known {
            return Some(class);
        }
    }
    let in_the_head = |cause: &str| FAULTS_OF_A_HEAD.iter().any(|why| cause.contains(why));
    if matches!((ours, theirs), (Outcome::Failed(cause), Outcome::Waits) if in_the_head(cause)) {
        return Some("Faults in a head that is not whole yet");
    }
    let head = head(case);
    let connection =
        head.iter().flat_map(|head| head.headers.get_all("connection")).collect::<Vec<_>>();
    if !connection.concat().is_ascii() && without_reuse(ours) == without_reuse(theirs) {
        return Some("Bytes beyond ASCII in Connection");
    }
    let coding = head.as_ref().and_then(|head| head.headers.get_all("transfer-encoding").last());
    if coding.is_some_and(|coding| coding.ends_with(b",")) {
        return Some("Empty members of Transfer-Encoding");
    }
    (unfolded(ours) == unfolded(theirs)).then_some("Spaces for a fold")
}

/// The head of a case's final response, if it is there and in order.
fn head(case: &Case) -> Option<Facts> {
    let mut rest = &case.bytes[..];
    loop {
        let mut head = Facts::default();
        let is_there = Finder::default().find(rest, &Limits::default(), &mut head).ok()?;
        match head.status {
            _ if !is_there => return None,
            100..=199 => rest = &rest[head.length..],
            _ => return Some(head),
        }
    }
}

fn without_reuse(outcome: &Outcome) -> Outcome {
    let mut outcome = unfolded(outcome);
    if let Outcome::Over(seen) = &mut outcome {
        seen.reusable = false;
    }
    outcome
}

/// With one space wherever the values of fields have several.
fn unfolded(outcome: &Outcome) -> Outcome {
    let mut outcome = comparable(outcome);
    if let Outcome::Over(seen) = &mut outcome {
        for (_, value) in seen.headers.iter_mut().chain(&mut seen.trailers) {
            let is_space = |byte: u8| matches!(byte, b' ' | b'\t');
            value.dedup_by(|byte, before| is_space(*byte) && is_space(*before));
        }
    }
    outcome
}

#[test]
fn every_difference_to_hyper_is_described_and_every_description_is_true() {
    let mut rng = Rng::with_seed(0x0e7e);
    let (mut same, mut differs) = (BTreeMap::new(), BTreeMap::new());
    let mut unexplained = Vec::new();
    for number in 0..CASES {
        let case = generator::case(&mut rng);
        let (ours, theirs) = (ours(&case), theirs::read(&case));
        if comparable(&ours) == comparable(&theirs) {
            let kind = match ours {
                Outcome::Waits => "wait for more",
                Outcome::Failed(_) => "an error",
                Outcome::Over(_) => "a response",
            };
            *same.entry(kind).or_insert(0) += 1;
        } else if let Some(class) = class(&case, &ours, &theirs) {
            *differs.entry(class).or_insert(0) += 1;
        } else {
            let Case { method, bytes, closes } = &case;
            unexplained.push(format!(
                "{number}: {method}, closes: {closes}, \"{}\"\n  ours: {ours:?}\n  theirs: {theirs:?}",
                bytes.escape_ascii()
            ));
        }
    }
    println!("the same: {same:#?}\nnot the same: {differs:#?}");
    assert!(
        unexplained.is_empty(),
        "{} unexplained:\n{}",
        unexplained.len(),
        unexplained.join("\n")
    );
    assert!(same.values().all(|count| *count > CASES / 20), "each kind is tried: {same:?}");
    let described =
        include_str!("differences.md").lines().filter_map(|line| line.strip_prefix("## "));
    assert_eq!(
        described.collect::<BTreeSet<_>>(),
        differs.into_keys().collect(),
        "described, and there"
    );
}
