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

/// NOT YET WRITTEN: pages that may be missing for the time being, such as `en/03-callbacks`; with them what they are to have:
/// exercises, misconceptions, questions. TO BE EMPTIED, and then removed.
pub(crate) const NOT_YET: &[&str] = &[
    "en/01-threads-and-the-gil",
    "en/02-one-thread-many-sockets",
    "en/03-callbacks",
    "en/04-what-is-a-future",
    "en/05-who-calls-poll",
    "en/06-wakers",
    "en/07-lost-wakeups",
    "en/08-the-reactor",
    "en/09-timers",
    "en/10-why-pin",
    "en/11-sockets-as-futures",
    "en/12-where-a-message-ends",
    "en/13-tls",
    "en/14-many-at-once",
    "en/15-cancelling",
    "en/16-the-pool",
    "en/17-blocking",
    "en/18-wakes-from-other-threads",
    "en/19-is-it-faster",
    "en/20-what-we-left-out",
    "en/21-many-cores",
    "zh/00-ten-urls-in-one-second",
    "zh/01-threads-and-the-gil",
    "zh/02-one-thread-many-sockets",
    "zh/03-callbacks",
    "zh/04-what-is-a-future",
    "zh/05-who-calls-poll",
    "zh/06-wakers",
    "zh/07-lost-wakeups",
    "zh/08-the-reactor",
    "zh/09-timers",
    "zh/10-why-pin",
    "zh/11-sockets-as-futures",
    "zh/12-where-a-message-ends",
    "zh/13-tls",
    "zh/14-many-at-once",
    "zh/15-cancelling",
    "zh/16-the-pool",
    "zh/17-blocking",
    "zh/18-wakes-from-other-threads",
    "zh/19-is-it-faster",
    "zh/20-what-we-left-out",
    "zh/21-many-cores",
    "zh/appendix",
    "zh/debugger",
    // Chapter 00 was written before there was a template.
    "Step of 00",
    "misconceptions of 00",
    "exercise of 00",
    "questions",
];

/// Whether this one may be missing.
pub(crate) fn not_yet(name: &str) -> bool {
    NOT_YET.contains(&name)
}

/// The pages that are missing.
pub(crate) fn missing(root: &Path) -> Vec<Fault> {
    let names = ["en", "zh"]
        .into_iter()
        .flat_map(|lang| ALL.iter().map(move |name| format!("{lang}/{name}")));
    let missing =
        names.filter(|name| !not_yet(name) && !root.join(format!("docs/{name}.md")).exists());
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
    assert_eq!(
        missing(empty.path()).len(),
        2 * ALL.len() - NOT_YET.iter().filter(|name| name.contains('/')).count()
    );
    assert!(
        missing(empty.path())
            .iter()
            .any(|fault| fault.place == "docs/en/00-ten-urls-in-one-second.md:1")
    );
}
