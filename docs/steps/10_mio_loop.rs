//! How can one thread wait for many sockets? With one system call that watches all of them, and a table.
//!
//! Three people log in at once. There are no futures here, no tasks and no runtime. Taught in chapter 02.

mod server;

use std::io::{self, ErrorKind, Read, Write};
use std::time::Instant;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

/// One connection: a row of the table.
struct Row {
    name: &'static str,
    socket: TcpStream,
    asked: bool,
    heard: Vec<u8>,
}

impl Row {
    fn ask(&mut self) -> io::Result<()> {
        self.asked = true;
        self.socket.write_all(format!("login {}\n", self.name).as_bytes())
    }

    /// Reads all that has come so far. Gives the line once it is complete.
    fn hear(&mut self) -> io::Result<Option<String>> {
        let mut piece = [0; 64];
        loop {
            match self.socket.read(&mut piece) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.heard.extend_from_slice(&piece[..n]),
                // Empty: there is no more for now, and the system will say when there is.
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let end = self.heard.iter().position(|byte| *byte == b'\n');
        Ok(end.map(|end| String::from_utf8_lossy(&self.heard[..end]).into_owned()))
    }
}

fn main() -> io::Result<()> {
    let server = server::start()?;
    let begun = Instant::now();
    let say = |text: &str| println!("{:4} ms  {text}", begun.elapsed().as_millis());

    let mut poll = Poll::new()?;
    let mut table = Slab::new();
    for name in ["ann", "ben", "cid"] {
        // `connect` does not wait: it says that the connection is wanted.
        let socket = TcpStream::connect(server)?;
        let place = table.insert(Row { name, socket, asked: false, heard: Vec::new() });
        let either = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut table[place].socket, Token(place), either)?;
    }
    say("three connections are on their way");

    let mut events = Events::with_capacity(16);
    let mut slept = 0;
    while !table.is_empty() {
        // The one place where this thread waits: for all of them.
        poll.poll(&mut events, None)?;
        slept += 1;
        for event in &events {
            let place = event.token().0;
            let Some(row) = table.get_mut(place) else { continue };
            if event.is_writable() && !row.asked {
                row.ask()?;
                say(&format!("{} is connected and asks", row.name));
            }
            if event.is_readable()
                && let Some(answer) = row.hear()?
            {
                say(&format!("{} hears {answer:?}", row.name));
                table.remove(place);
            }
        }
    }
    say(&format!("done; the one thread slept {slept} times"));
    Ok(())
}
