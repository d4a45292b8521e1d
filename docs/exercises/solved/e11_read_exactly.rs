//! The solution of e11: it asks until it has enough, and is pending only where the stream is.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use runtime::io::{AsyncRead, AsyncWriteExt, Duplex, duplex};
use runtime::time::timeout;
use runtime::{Runtime, spawn};

struct Exactly<'a, R> {
    stream: &'a mut R,
    buf: &'a mut [u8],
    filled: usize,
}

impl<R: AsyncRead + Unpin> Future for Exactly<'_, R> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Exactly { stream, buf, filled } = &mut *self;
        while *filled < buf.len() {
            // Only this may be pending, for then the stream has the waker.
            match ready!(Pin::new(&mut **stream).poll_read(cx, &mut buf[*filled..]))? {
                0 => return Poll::Ready(Err(ErrorKind::UnexpectedEof.into())),
                length => *filled += length,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A stream that loses its patience with somebody who asks for ever.
struct Impatient(Duplex, u32);

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.1 += 1;
        assert!(self.1 < 1000, "the stream was asked a thousand times: 0 bytes are its end");
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

/// Lets `Exactly` read ten bytes, while the other side writes `text` in pieces of four at most, and leaves.
fn read_ten(text: &'static str) -> Option<Result<String, ErrorKind>> {
    let rt = Runtime::builder().paused_clock().build().unwrap();
    rt.block_on(async {
        let (mut far, near) = duplex(4);
        let mut buf = [0; 10];
        let mut near = Impatient(near, 0);
        let reading = Exactly { stream: &mut near, buf: &mut buf, filled: 0 };
        // A task of its own: a wake for the writer is none for the reader.
        drop(spawn(async move { far.write_all(text.as_bytes()).await }));
        let read = timeout(Duration::from_secs(60), reading).await.ok()?;
        let text = String::from_utf8_lossy(&buf).into_owned();
        Some(read.map(|()| text).map_err(|error| error.kind()))
    })
}

#[test]
fn e11_bytes_that_come_in_pieces_are_put_together() {
    let Some(read) = read_ten("helloworld") else {
        panic!(
            "it sleeps for ever: it said Pending after a read that was Ready, so nobody has its waker"
        );
    };
    assert_eq!(read, Ok("helloworld".into()), "ten bytes were sent, and are to be read");
}

#[test]
fn e11_an_end_before_the_buffer_is_full_is_an_error() {
    let Some(read) = read_ten("hello") else {
        panic!("it waits for ever: the stream is at its end, and no more bytes will come");
    };
    assert_eq!(read, Err(ErrorKind::UnexpectedEof), "five bytes of ten are not all of them");
}
