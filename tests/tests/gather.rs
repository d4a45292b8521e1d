//! `demo gather`, from outside: what it prints, and that its requests really are on their way at once.

use std::io::Write;
use std::sync::{Arc, Barrier};

use tests::peer::{Peer, read_request};
use tests::program::run;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers nobody before `count` have asked.
fn answering_together(count: usize) -> Peer {
    let all_have_asked = Arc::new(Barrier::new(count));
    Peer::that(move |mut connection| {
        read_request(&mut connection)?;
        all_have_asked.wait();
        connection.write_all(OK)
    })
}

/// Answers every request on a connection.
fn answering_each() -> Peer {
    Peer::that(|mut connection| {
        loop {
            read_request(&mut connection)?;
            connection.write_all(OK)?;
        }
    })
}

#[test]
fn ten_requests_are_on_their_way_before_the_first_is_answered() {
    let url = answering_together(10).url("http");
    let ran = run(DEMO, ["gather", &url, "-n", "10"]);
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    assert_eq!(ran.lines_with("✅ Done: http://127.0.0.1:").len(), 10);
}

#[test]
fn without_arguments_the_embedded_server_is_asked_ten_times() {
    let ran = run(DEMO, ["--delay", "0.1"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{ran:#?}");
    let done = ran.lines_with("✅ Done: http://127.0.0.1:");
    assert_eq!(done.len(), 10);
    assert!(done.iter().all(|line| line.contains("/delay/0.1  200  ") && line.ends_with(" ms")));
    let last = ran.out.lines().last().unwrap();
    assert!(last.starts_with("⏱ Total time: ") && last.ends_with(" seconds"), "{last}");
    for lane in (1..=10).map(|number| format!("fetch {number} ")).chain(["the loop ".into()]) {
        assert!(
            ran.out.lines().any(|line| line.trim_start().starts_with(&lane)),
            "{lane}: {}",
            ran.out
        );
    }
    assert!(!ran.out.contains('\x1b'), "no colours in a pipe");
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}

#[test]
fn the_same_works_over_tls_and_the_certificate_is_checked() {
    let ran = run(DEMO, ["gather", "--tls", "--delay", "0.1"]);
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    assert_eq!(ran.lines_with("✅ Done: https://").len(), 10);
}

#[test]
fn two_thousand_at_once_have_a_line_each_and_a_picture_that_fits() {
    let ran = run(DEMO, ["gather", "-n", "2000", "--delay", "0.5"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{:.2000}", ran.err);
    assert_eq!(ran.lines_with("✅ Done: ").len(), 2000);
    let rest = ran.out.lines().filter(|line| !line.starts_with("✅ Done: ")).count();
    assert!(rest < 40, "{rest} lines beside the responses");
}

#[test]
fn no_more_connections_than_allowed_are_open_at_once() {
    let peer = answering_each();
    let ran = run(DEMO, ["gather", &peer.url("http"), "-n", "40", "--connections", "3"]);
    assert_eq!((ran.code, ran.lines_with("✅ Done: ").len()), (Some(0), 40), "{ran:#?}");
    assert!(peer.most_open() <= 3 && peer.accepted() <= 3, "they are used again");
}

#[test]
fn several_urls_take_turns() {
    let (one, other) = (answering_each(), answering_each());
    let ran = run(DEMO, ["gather", &one.url("http"), &other.url("http"), "-n", "5"]);
    assert_eq!(ran.lines_with(&format!("✅ Done: {}", one.url("http"))).len(), 3, "{ran:#?}");
    assert_eq!(ran.lines_with(&format!("✅ Done: {}", other.url("http"))).len(), 2);
}

#[test]
fn every_request_has_the_header_fields_that_were_given() {
    let peer = Peer::that(|mut connection| {
        let head = String::from_utf8(read_request(&mut connection)?).unwrap();
        let status = if head.contains("\r\nX-Test: a: b\r\n") { 200 } else { 400 };
        write!(connection, "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    });
    let ran = run(DEMO, ["gather", &peer.url("http"), "-n", "3", "-H", "X-Test: a: b"]);
    assert_eq!(ran.out.matches("  200  ").count(), 3, "{ran:#?}");
}

#[test]
fn what_fails_is_listed_and_the_others_still_finish() {
    let fine = answering_each().url("http");
    let early = Peer::that(|mut connection| read_request(&mut connection).map(drop)).url("http");
    let ran = run(DEMO, ["gather", &fine, &early, "http://nobody.invalid/", "-n", "6"]);
    assert_eq!((ran.code, ran.lines_with("✅ Done: ").len()), (Some(1), 2), "{ran:#?}");
    assert_eq!(ran.lines_with("❌ Failed: ").len(), 4);
    assert!(ran.out.contains("❌ 4 of 6 failed:\n     2 × "), "{}", ran.out);
    assert!(ran.out.lines().last().unwrap().starts_with("⏱ Total time: "));
}

#[test]
fn a_status_that_is_no_success_is_an_answer_all_the_same() {
    let url = Peer::answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").url("http");
    let ran = run(DEMO, ["gather", &url]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("  503  "), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn with_few_descriptors_some_wait_in_line_and_it_says_so() {
    let script = format!("ulimit -n 80 && exec {DEMO} gather -n 40 --delay 0.1");
    let ran = run("sh", ["-c", &script]);
    assert_eq!((ran.code, ran.lines_with("✅ Done: ").len()), (Some(0), 40), "{ran:#?}");
    assert!(ran.complaint().contains("24 are used at once"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let script = format!("{DEMO} gather --delay 0.1 | head -n 1");
    let ran = run("sh", ["-c", &script]);
    assert_eq!((ran.out.lines().count(), &*ran.err), (1, ""), "{ran:#?}");
}
