//! Whom do the step programs ask? This server: it has the mail of three people, and takes its time over every answer.
//!
//! It is made the way it is easiest, with one blocking thread for each connection, and it is not what the programs are
//! about. A line asks, and a line answers: `login ann` gives `key 41`, and `mail 41` gives `ann has 3 letters`.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Whose mail it has: the name, the key, how many letters, and how many milliseconds each answer takes.
const PEOPLE: [(&str, &str, u32, u64); 3] =
    [("ann", "41", 3, 300), ("ben", "17", 0, 120), ("cid", "28", 12, 200)];

/// Starts it, and gives the address at which it listens.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            thread::spawn(move || answer(socket));
        }
    });
    Ok(address)
}

fn answer(mut socket: TcpStream) -> io::Result<()> {
    for line in BufReader::new(socket.try_clone()?).lines() {
        let line = line?;
        let (question, word) = line.split_once(' ').unwrap_or((&line, ""));
        let found = PEOPLE.iter().find(|(name, key, ..)| match question {
            "login" => word == *name,
            "mail" => word == *key,
            _ => false,
        });
        let text = match (question, found) {
            (_, None) => format!("what is {line:?}?\n"),
            ("login", Some((_, key, ..))) => format!("key {key}\n"),
            (_, Some((name, _, letters, _))) => format!("{name} has {letters} letters\n"),
        };
        let millis = found.map_or(0, |person| person.3);
        thread::sleep(Duration::from_millis(millis));
        // In one piece: TCP would hold a second small one back until the first is acknowledged.
        socket.write_all(text.as_bytes())?;
    }
    Ok(())
}
