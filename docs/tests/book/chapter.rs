//! Which pages must the book have?

use std::path::Path;

use crate::fault::Fault;

/// All of them, in their order, in each language.
pub(crate) const ALL: &[&str] = &[
    "00-ten-urls-in-one-second",
    "01-threads-and-the-gil",
    "02-one-thread-many-sockets",
    "03-callbacks",
    "04-what-is-a-future",
    "05-who-calls-poll",
    "06-wakers",
    "07-lost-wakeups",
    "08-the-reactor",
    "09-timers",
    "10-why-pin",
    "11-sockets-as-futures",
    "12-where-a-message-ends",
    "13-tls",
    "14-many-at-once",
    "15-cancelling",
    "16-the-pool",
    "17-blocking",
    "18-wakes-from-other-threads",
    "19-is-it-faster",
    "20-what-we-left-out",
    "21-many-cores",
    "appendix",
    "debugger",
];

/// The pages that are missing.
pub(crate) fn missing(root: &Path) -> Vec<Fault> {
    let names = ["en", "zh"]
        .into_iter()
        .flat_map(|lang| ALL.iter().map(move |name| format!("{lang}/{name}")));
    let missing = names.filter(|name| !root.join(format!("docs/{name}.md")).exists());
    let faults = missing.map(|name| Fault {
        place: format!("docs/{name}.md:1"),
        there: "nothing".into(),
        so: "the book has this page in both languages".into(),
        to_do: "write it, or take it out of chapter::ALL and out of both summaries".into(),
    });
    faults.collect()
}

#[test]
fn a_page_that_is_missing_is_a_fault() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(missing(empty.path()).len(), 2 * ALL.len());
    assert!(
        missing(empty.path())
            .iter()
            .any(|fault| fault.place == "docs/en/00-ten-urls-in-one-second.md:1")
    );
}
