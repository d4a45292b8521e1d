//! Where does one HTTP message end? Not where a read ends: its framing says so, even if it comes byte by byte.
//!
//! The connection is a pipe in memory that holds one byte; the decoder is the client's own.

use std::io;

use http_client::{Chunked, Limits};
use runtime::io::{AsyncReadExt, AsyncWriteExt, duplex};
use runtime::{join, spawn_named};

use super::{Scene, Text, record, say};

pub(super) const SCENE: Scene = Scene {
    name: "drip",
    question: Text {
        en: "How does a client know that a message is complete?",
        zh: "客户端怎么知道一条消息完整了？",
    },
    story: Text {
        en: "A chunked body comes one byte at a time, so every read gives a piece that means nothing by itself. The decoder \
             is a state machine that remembers where it is; the last chunk ends the body, although the connection stays \
             open and could bring the next message.",
        zh: "分块的正文一个字节一个字节地来，每次读到的单独看都没有意义。解码器是一台状态机，记得自己走到哪里；\
             最后一块到了，正文就结束了，尽管连接还开着，下一条消息随时会来。",
    },
    repeats: true,
    source: (file!(), include_str!("drip.rs")),
    run: || record(story()),
};

const BODY: &[u8] = b"2\r\nhi\r\n0\r\n\r\n";

async fn story() {
    let (mut server, mut client) = duplex(1);
    let server = spawn_named("server", async move {
        let written = server.write_all(BODY).await;
        written.map(|()| server) // which is not closed
    });
    let client = spawn_named("client", async move {
        let (mut chunked, mut byte) = (Chunked::new(), [0]);
        let mut read = 0;
        while !chunked.is_done() && client.read(&mut byte).await? == 1 {
            read += 1;
            let piece = chunked.decode(&byte, &Limits::default()).map_err(io::Error::other)?;
            if !piece.data.is_empty() {
                say(&format!("byte {read} is data: {:?}", char::from(byte[0])));
            }
        }
        say(&format!("after {read} bytes the body is complete, and the connection still open"));
        io::Result::Ok(())
    });
    let _ = join(server, client).await;
}
