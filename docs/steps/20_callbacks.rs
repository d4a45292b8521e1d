//! What if each connection has more than one thing to wait for? Then what is to come next is handed over as a callback.
//!
//! Three people log in and then fetch their mail, which takes the key that the login gave. The loop is that of the program
//! before; who waits now leaves a function in its row. Taught in chapter 03.

mod server;

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

/// What is to be done when the answer is there.
type Then = Box<dyn FnOnce(&mut Loop, usize, String) -> io::Result<()>>;

struct Row {
    socket: TcpStream,
    /// Not yet sent, since the connection is still on its way.
    question: Option<String>,
    heard: Vec<u8>,
    then: Option<Then>,
}

struct Loop {
    poll: Poll,
    table: Slab<Row>,
    begun: Instant,
}

impl Loop {
    fn connect(&mut self, server: SocketAddr) -> io::Result<usize> {
        let socket = TcpStream::connect(server)?;
        let row = Row { socket, question: None, heard: Vec::new(), then: None };
        let place = self.table.insert(row);
        let either = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut self.table[place].socket, Token(place), either)?;
        Ok(place)
    }

    /// Asks, and returns at once. `then` is called when the answer is there.
    fn ask<F>(&mut self, place: usize, question: String, then: F) -> io::Result<()>
    where
        F: FnOnce(&mut Loop, usize, String) -> io::Result<()> + 'static,
    {
        let row = &mut self.table[place];
        row.question = Some(question);
        row.then = Some(Box::new(then));
        row.send()
    }

    fn say(&self, text: &str) {
        println!("{:4} ms  {text}", self.begun.elapsed().as_millis());
    }

    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(16);
        while !self.table.is_empty() {
            self.poll.poll(&mut events, None)?;
            for event in &events {
                let place = event.token().0;
                let Some(row) = self.table.get_mut(place) else { continue };
                row.send()?;
                if let Some(answer) = row.hear()?
                    && let Some(then) = row.then.take()
                {
                    then(self, place, answer)?;
                }
            }
        }
        Ok(())
    }
}

impl Row {
    fn send(&mut self) -> io::Result<()> {
        let Some(question) = &self.question else { return Ok(()) };
        match self.socket.write_all(question.as_bytes()) {
            Ok(()) => self.question = None,
            Err(error) if must_wait(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Reads all that has come so far. Gives the line once it is complete.
    fn hear(&mut self) -> io::Result<Option<String>> {
        let mut piece = [0; 64];
        loop {
            match self.socket.read(&mut piece) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.heard.extend_from_slice(&piece[..n]),
                Err(error) if must_wait(&error) => break,
                Err(error) => return Err(error),
            }
        }
        let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
        let line: Vec<u8> = self.heard.drain(..=end).collect();
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_string()))
    }
}

/// Nothing has gone wrong: it is too early.
fn must_wait(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected)
}

fn visit(turning: &mut Loop, server: SocketAddr, name: &'static str) -> io::Result<()> {
    let place = turning.connect(server)?;
    turning.ask(place, format!("login {name}\n"), move |turning, place, answer| {
        turning.say(&format!("{name}: {answer}"));
        let key = answer.trim_start_matches("key ");
        turning.ask(place, format!("mail {key}\n"), move |turning, place, answer| {
            turning.say(&format!("{name}: {answer}"));
            turning.table.remove(place);
            Ok(())
        })
    })
}

fn main() -> io::Result<()> {
    let server = server::start()?;
    let mut turning = Loop { poll: Poll::new()?, table: Slab::new(), begun: Instant::now() };
    for name in ["ann", "ben", "cid"] {
        visit(&mut turning, server, name)?;
    }
    turning.say("three visits have begun");
    turning.run()?;
    turning.say("done");
    Ok(())
}
