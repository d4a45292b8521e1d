//! Exercise of chapter 02. A loop hears the beginning of a message and then nothing, although all of it has come.
//!
//! `listen` waits until its socket is readable and reads. The system says that once, when there is something new, and not
//! again while some of it lies there unread. Mend `listen`; the buffer stays as small as it is.
//!
//! Hint: how does `hear` in docs/steps/10_mio_loop.rs know that it has read everything?
//!
//! The solution is in docs/exercises/solved/e02_read_on.rs.

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// Gives what was heard up to the end of the line, or until nothing came for a while.
fn listen(mut socket: TcpStream) -> io::Result<String> {
    let mut poll = Poll::new()?;
    poll.registry().register(&mut socket, Token(0), Interest::READABLE)?;
    let (mut events, mut heard) = (Events::with_capacity(16), Vec::new());
    let mut piece = [0; 4];
    while !heard.ends_with(b"\n") {
        poll.poll(&mut events, Some(Duration::from_millis(500)))?;
        if events.is_empty() {
            break; // nothing new for half a second
        }
        match socket.read(&mut piece) {
            Ok(n) => heard.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(String::from_utf8_lossy(&heard).into_owned())
}

#[test]
#[ignore = "exercise of chapter 02"]
fn e02_a_message_longer_than_the_buffer_is_heard_to_its_end() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (socket, _) = listener.accept().unwrap();
    socket.set_nonblocking(true).unwrap();
    client.write_all(b"ann has 3 letters\n").unwrap();
    let heard = listen(TcpStream::from_std(socket)).unwrap();
    assert_eq!(
        heard, "ann has 3 letters\n",
        "the rest was there all the time, but the system had said so already, and says it only once"
    );
}
