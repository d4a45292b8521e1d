//! Does code that knows nothing of this runtime run on its sockets? With the feature `futures-io` it does.

use futures_lite::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy};
use futures_lite::stream::StreamExt;
use runtime::net::{TcpListener, TcpStream, UnixStream};
use runtime::{Runtime, join, spawn};

fn run<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (near, listener.accept().await.unwrap().0)
}

#[test]
fn a_foreign_reader_of_lines_reads_a_socket() {
    run(async {
        let (mut near, far) = pair().await;
        let lines = spawn(async move { BufReader::new(far).lines().collect::<Vec<_>>().await });
        for part in ["first\nsec", "ond\n", "third"] {
            near.write_all(part.as_bytes()).await.unwrap();
            runtime::yield_now().await;
        }
        near.close().await.unwrap();
        let lines: Vec<String> = lines.await.unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(lines, ["first", "second", "third"]);
    });
}

#[test]
fn a_foreign_copy_echoes_more_than_the_system_buffers() {
    run(async {
        let (near, far) = pair().await;
        let echo = spawn(async move { copy(&far, &far).await });
        let sent: Vec<u8> = (0..3_000_000_u32).map(|n| (n ^ (n >> 8)) as u8).collect();
        let (mut read, mut write) = near.into_split();
        let sending = async {
            write.write_all(&sent).await.unwrap();
            write.close().await.unwrap();
        };
        let mut heard = vec![0; sent.len()];
        let ((), read) = join(sending, read.read_exact(&mut heard)).await;
        read.unwrap();
        assert!(heard == sent);
        assert_eq!(echo.await.unwrap().unwrap(), sent.len() as u64);
    });
}

#[test]
fn foreign_code_reads_and_writes_unix_sockets() {
    run(async {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        near.write_all(b"hello").await.unwrap();
        near.flush().await.unwrap();
        near.close().await.unwrap();
        let mut said = String::new();
        far.read_to_string(&mut said).await.unwrap();
        assert_eq!(said, "hello");
    });
}

#[test]
fn a_foreign_combinator_of_futures_waits_for_our_timers_and_tasks() {
    use futures_lite::future;
    use runtime::time::sleep;
    use std::time::Duration;
    run(async {
        let slow = async {
            sleep(Duration::from_secs(3600)).await;
            "slow"
        };
        let quick = async { spawn(async { "quick" }).await.unwrap() };
        assert_eq!(future::race(slow, quick).await, "quick");
    });
}
