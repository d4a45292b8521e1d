//! `demo serve`, from outside: it tells where it is, answers, and ends when it is interrupted.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tests::program::run;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");

/// A server of its own, which is killed at the end if it has not ended by itself.
struct Serving {
    child: Child,
    /// What it says when it is ready.
    said: Vec<String>,
}

impl Serving {
    fn start(arguments: &[&str]) -> Serving {
        let mut child =
            Command::new(DEMO).arg("serve").args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        for line in lines {
            said.push(line);
            if said.last().is_some_and(|line| line.contains("Ctrl-C")) {
                break;
            }
        }
        Serving { child, said }
    }

    /// The word after `before` in what it said.
    fn word_after(&self, before: &str) -> &str {
        let line = self.said.iter().find_map(|line| line.split_once(before));
        let (_, after) = line.unwrap_or_else(|| panic!("no {before:?} in {:#?}", self.said));
        after.split([' ', ',']).next().unwrap()
    }

    fn end(mut self, signal: Signal) -> Option<i32> {
        kill(Pid::from_raw(self.child.id() as i32), signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_answers_where_it_says_and_ends_when_it_is_interrupted() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let serving = Serving::start(&["--port", "0"]);
        let url = format!("{}/get?a=b", serving.word_after("Serving "));
        let ran = run(DEMO, ["get", &url]);
        assert!(ran.out.contains("\"a\": \"b\""), "{ran:#?}");
        assert_eq!(serving.end(signal), Some(0));
    }
}

#[test]
fn over_tls_it_names_the_file_to_trust_and_takes_it_along_when_it_ends() {
    let serving = Serving::start(&["--port", "0", "--tls"]);
    let url = format!("{}/get", serving.word_after("Serving "));
    let authority = serving.word_after("The authority to trust is in ").to_string();

    let trusting = run(DEMO, ["get", &url, "--ca", &authority]);
    assert_eq!(trusting.code, Some(0), "{trusting:#?}");
    let distrusting = run(DEMO, ["get", &url]);
    assert_eq!(distrusting.code, Some(1));
    assert!(distrusting.complaint().contains("not trusted"), "{}", distrusting.err);

    assert!(Path::new(&authority).exists());
    assert_eq!(serving.end(Signal::SIGINT), Some(0));
    assert!(!Path::new(&authority).exists());
}

#[test]
fn a_port_that_is_taken_is_a_failure_that_says_which() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = run(DEMO, ["serve", "--port", &port]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.complaint().contains(&port) && ran.err.contains("in use"), "{}", ran.err);
}
