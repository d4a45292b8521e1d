//! What does a callback know? What it has to remember, and where it goes on. Here both are written down, in an enum.
//!
//! The same three visits as before, without a closure. Taught in chapter 03.

mod line;
mod server;

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use line::Line;
use mio::{Events, Interest, Poll, Token};

/// How far a visit has come. Each state holds what is needed from there on, and nothing else.
enum State {
    Connecting,
    LoggingIn,
    GotKey { key: String },
    FetchingMail,
    Gone,
}

struct Visit {
    name: &'static str,
    line: Line,
    state: State,
}

/// What came of going on.
#[derive(Debug, PartialEq)]
enum Progress {
    /// Nothing to do before something happens outside.
    Waits,
    Done(String),
}

impl Visit {
    fn begin(server: SocketAddr, name: &'static str) -> io::Result<Visit> {
        Ok(Visit { name, line: Line::connect(server)?, state: State::Connecting })
    }

    /// Goes on from where it stands, as far as it can without waiting.
    fn go_on(&mut self) -> io::Result<Progress> {
        loop {
            match &self.state {
                State::Connecting => match self.line.try_send(&format!("login {}", self.name))? {
                    None => return Ok(Progress::Waits),
                    Some(()) => self.state = State::LoggingIn,
                },
                State::LoggingIn => match self.line.try_hear()? {
                    None => return Ok(Progress::Waits),
                    Some(answer) => {
                        let key = answer.trim_start_matches("key ").to_string();
                        self.state = State::GotKey { key };
                    }
                },
                State::GotKey { key } => match self.line.try_send(&format!("mail {key}"))? {
                    None => return Ok(Progress::Waits),
                    Some(()) => self.state = State::FetchingMail,
                },
                State::FetchingMail => match self.line.try_hear()? {
                    None => return Ok(Progress::Waits),
                    Some(answer) => {
                        self.state = State::Gone;
                        return Ok(Progress::Done(answer));
                    }
                },
                State::Gone => panic!("this visit is over"),
            }
        }
    }
}

fn main() -> io::Result<()> {
    let server = server::start()?;
    let begun = Instant::now();
    let say = |text: &str| println!("{:4} ms  {text}", begun.elapsed().as_millis());

    let mut poll = Poll::new()?;
    let mut visits = Vec::new();
    for (place, name) in ["ann", "ben", "cid"].into_iter().enumerate() {
        let mut visit = Visit::begin(server, name)?;
        let either = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut visit.line.socket, Token(place), either)?;
        visits.push(Some(visit));
    }
    say("three visits have begun");

    let mut events = Events::with_capacity(16);
    while visits.iter().any(Option::is_some) {
        poll.poll(&mut events, None)?;
        for event in &events {
            let row = &mut visits[event.token().0];
            let Some(visit) = row else { continue };
            if let Progress::Done(answer) = visit.go_on()? {
                say(&answer);
                *row = None;
            }
        }
    }
    say(&format!("done; each visit took {} bytes", size_of::<Visit>()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_on_too_often_does_no_harm() {
        let mut visit = Visit::begin(server::start().unwrap(), "ben").unwrap();
        let mut vain = 0;
        let answer = loop {
            match visit.go_on().unwrap() {
                Progress::Waits => vain += 1,
                Progress::Done(answer) => break answer,
            }
        };
        assert_eq!(answer, "ben has 0 letters");
        assert!(vain > 2, "it was asked again and again, and only answered that it waits");
    }
}
