//! Exercise of chapter 15: a reader that loses half a message whenever its time is up.
//!
//! What is broken: messages of four bytes come, slowly, and every 50 ms of silence the reader has something else to do. It
//! puts a `timeout` around `read_exact`. When time is up, the future of `read_exact` is dropped, and with it what it had read:
//! its docs say "Not cancel safe". The bytes are gone, and all messages after them are read from the middle.
//!
//! What to do: mend `messages`, so that no byte is lost and the reader still finds time for the other thing. (The clock is a
//! virtual one.)
//!
//! Hint: `read` is cancel safe, and gives what there is. How many bytes of the message you have, must then be remembered where
//! the timeout does not drop it.
//!
//! The solution is in `solved/e15_half_a_message.rs`.

use std::cell::Cell;
use std::time::Duration;

use runtime::io::{AsyncReadExt, AsyncWriteExt, Duplex, duplex};
use runtime::time::{sleep, timeout};
use runtime::{Runtime, join};

/// Reads messages of four bytes until the other side hangs up. Whenever nothing came for 50 ms, it counts one beat.
async fn messages(mut stream: Duplex, beats: &Cell<u32>) -> Vec<String> {
    let mut messages = Vec::new();
    let mut message = [0; 4];
    loop {
        match timeout(Duration::from_millis(50), stream.read_exact(&mut message)).await {
            Ok(Ok(_)) => messages.push(String::from_utf8_lossy(&message).into_owned()),
            Ok(Err(_)) => return messages, // the other side has hung up
            Err(_) => beats.set(beats.get() + 1),
        }
    }
}

#[test]
#[ignore = "exercise of chapter 15"]
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
