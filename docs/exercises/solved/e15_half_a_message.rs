//! The solution of an exercise of chapter 15: what was read by then is kept outside of the future that is dropped.

use std::cell::Cell;
use std::time::Duration;

use runtime::io::{AsyncReadExt, AsyncWriteExt, Duplex, duplex};
use runtime::time::{sleep, timeout};
use runtime::{Runtime, join};

/// Reads messages of four bytes until the other side hangs up. Whenever nothing came for 50 ms, it counts one beat.
async fn messages(mut stream: Duplex, beats: &Cell<u32>) -> Vec<String> {
    let mut messages = Vec::new();
    let mut message = [0; 4];
    // It lives outside of the future that may be dropped.
    let mut filled = 0;
    loop {
        match timeout(Duration::from_millis(50), stream.read(&mut message[filled..])).await {
            Ok(Ok(0) | Err(_)) => return messages, // the other side has hung up
            Ok(Ok(read)) => filled += read,
            Err(_) => beats.set(beats.get() + 1),
        }
        if filled == message.len() {
            messages.push(String::from_utf8_lossy(&message).into_owned());
            filled = 0;
        }
    }
}

#[test]
fn e15_a_message_that_comes_in_two_halves_comes_whole() {
    Runtime::builder().paused_clock().build().unwrap().block_on(async {
        let (mut writer, reader) = duplex(64);
        let beats = Cell::new(0);
        let write = async move {
            for half in ["pi", "ng", "po", "ng"] {
                writer.write_all(half.as_bytes()).await.unwrap();
                sleep(Duration::from_millis(120)).await;
            }
        };
        let (messages, ()) = join(messages(reader, &beats), write).await;
        assert!(
            messages == ["ping", "pong"],
            "ping and pong were sent, in halves with a pause between them, and {messages:?} was read"
        );
        assert!(beats.get() >= 4, "in each pause there is time for the other thing: use a timeout");
    });
}
