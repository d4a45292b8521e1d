//! Exercise of chapter 13. A handshake hangs.
//!
//! `Machine` is a toy of a TLS session: it has no socket, takes bytes in `feed`, gives bytes in `take`, and knows whether its
//! handshake goes on. `shake_hands` connects it with a stream, and has two faults. Mend `shake_hands`; the machine and the
//! test stay as they are.
//!
//! Hint: look at the loop in `poll_handshake` of http-client/src/tls.rs. What does it do before it listens, and what has it
//! done by the time it looks whether the handshake is over?
//!
//! The solution is in docs/exercises/solved/e13_speak_first.rs.

use std::io;
use std::time::Duration;

use runtime::io::{AsyncReadExt, AsyncWriteExt, Duplex, duplex};
use runtime::time::timeout;
use runtime::{Runtime, join};

enum Line {
    Say(&'static str),
    Hear(&'static str),
}

use Line::{Hear, Say};

struct Machine {
    script: Vec<Line>,
    heard: Vec<u8>,
    outgoing: Vec<u8>,
}

impl Machine {
    fn new(script: impl Into<Vec<Line>>) -> Machine {
        let mut machine =
            Machine { script: script.into(), heard: Vec::new(), outgoing: Vec::new() };
        machine.feed(b"");
        machine
    }

    fn is_handshaking(&self) -> bool {
        !self.script.is_empty()
    }

    /// What the machine wants to say. It may be nothing.
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.outgoing)
    }

    /// Tells the machine what the other side said.
    fn feed(&mut self, bytes: &[u8]) {
        self.heard.extend_from_slice(bytes);
        while let Some(line) = self.script.first() {
            match line {
                Say(words) => self.outgoing.extend_from_slice(words.as_bytes()),
                Hear(words) if self.heard.starts_with(words.as_bytes()) => {
                    self.heard.drain(..words.len());
                }
                Hear(_) => return,
            }
            self.script.remove(0);
        }
    }
}

async fn shake_hands(mut machine: Machine, mut stream: Duplex) -> io::Result<()> {
    while machine.is_handshaking() {
        let mut bytes = [0; 64];
        let length = stream.read(&mut bytes).await?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        machine.feed(&bytes[..length]);
        stream.write_all(&machine.take()).await?;
    }
    Ok(())
}

#[test]
#[ignore = "exercise of chapter 13"]
fn e13_both_sides_finish_their_handshake() {
    let client = Machine::new([Say("hello"), Hear("certificate"), Say("done")]);
    let server = Machine::new([Hear("hello"), Say("certificate"), Hear("done")]);
    let (near, far) = duplex(4);
    let both = join(shake_hands(client, near), shake_hands(server, far));
    let rt = Runtime::builder().paused_clock().build().unwrap();
    let done = rt.block_on(async { timeout(Duration::from_secs(60), both).await });
    let Ok((client, server)) = done else {
        panic!("each side waits for the other to speak: say all there is to say before you listen");
    };
    assert!(client.is_ok(), "the client failed: {client:?}");
    assert!(
        server.is_ok(),
        "the client is done and gone, and its last word was never sent: {server:?}"
    );
}
