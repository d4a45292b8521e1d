//! Where do wakes come from? From one system call that watches all sockets, and a table of who waits for which.

use std::io;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::{spawn_named, yield_now};

use super::{Scene, Text, failed, record_for_real, say};

pub(super) const SCENE: Scene = Scene {
    name: "reactor",
    question: Text {
        en: "How can one thread wait for many sockets at once?",
        zh: "一个线程怎样同时等很多套接字？",
    },
    story: Text {
        en: "Three readers leave their wakers in the reactor's table, each in the row of its socket, and the loop parks in one \
             system call for all. Two bytes for the second reader come: the call returns, names that socket, and one \
             task is woken. The other two are not even looked at. The socket is named once, when it becomes readable; so \
             the reader goes on, one byte at a time, until it has both: nobody would wake it for the second.",
        zh: "三个 reader 各自把 waker 放进反应器的表里，放在自己套接字的那一行；循环为所有人停在同一次系统调用里。\
             第二个 reader 来了两个字节：调用返回，说出是哪个套接字，于是只有一个任务被唤醒，另外两个连看都不用看。\
             套接字变得可读时只报告这一次，所以 reader 要接着一个字节一个字节地读完：没有谁会为第二个字节再唤醒它。",
    },
    repeats: false,
    source: (file!(), include_str!("reactor.rs")),
    run: || record_for_real(story()),
};

async fn story() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for number in 1..=3 {
        let writer = TcpStream::connect(listener.local_addr()?).await?;
        let (mut stream, _) = listener.accept().await?;
        writers.push(writer);
        readers.push(spawn_named(format!("reader {number}"), async move {
            let mut byte = [0];
            stream.read(&mut byte).await?;
            say("one byte is read, and the socket is still readable");
            stream.read(&mut byte).await
        }));
    }
    yield_now().await;
    say("all three readers wait");
    for number in [2, 3, 1] {
        say(&format!("two bytes for reader {number}"));
        writers[number - 1].write_all(b"hi").await?;
        (&mut readers[number - 1]).await.map_err(failed)??;
    }
    Ok(())
}
