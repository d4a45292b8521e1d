//! How does a socket become a future? Both ends of one connection, as two tasks on one thread.

use std::io;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::spawn_named;

use super::{Scene, Text, failed, record_for_real, say};

pub(super) const SCENE: Scene = Scene {
    name: "echo",
    question: Text {
        en: "What happens in one read of a socket?",
        zh: "读一次套接字，里面发生了什么？",
    },
    story: Text {
        en: "Client and server are two tasks on one thread. Follow one read: the future finds nothing, leaves its waker in the \
             reactor and is pending; the system reports the socket; the reactor wakes the task; its next poll reads. Writing \
             is tried first and hardly ever waits.",
        zh: "客户端和服务器是同一个线程上的两个任务。跟着一次读走一遍：future 发现没有数据，把 waker 留给反应器，返回 \
             Pending；系统报告套接字就绪；反应器唤醒任务；它下一次被 poll 时读到数据。写则是先试，几乎从不用等。",
    },
    repeats: false,
    source: (file!(), include_str!("echo.rs")),
    run: || record_for_real(story()),
};

async fn story() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = spawn_named("server", async move {
        let (mut stream, _) = listener.accept().await?;
        let mut bytes = [0; 64];
        loop {
            match stream.read(&mut bytes).await? {
                0 => return io::Result::Ok(()),
                length => stream.write_all(&bytes[..length]).await?,
            }
        }
    });
    let client = spawn_named("client", async move {
        let mut stream = TcpStream::connect(address).await?;
        for word in ["hello", "goodbye"] {
            stream.write_all(word.as_bytes()).await?;
            say(&format!("{word:?} is on its way, and the client waits for it to come back"));
            let mut answer = vec![0; word.len()];
            stream.read_exact(&mut answer).await?;
        }
        io::Result::Ok(())
    });
    client.await.map_err(failed)??;
    say("the client is gone, so the server reads the end of the stream");
    server.await.map_err(failed)?
}
