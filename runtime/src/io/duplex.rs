//! How can two tasks talk as if over a connection, without a socket? Through two pipes in memory, one each way.
//!
//! It needs no reactor, so it works on the paused clock, and a test can see each byte go.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::coop;
use crate::io::{AsyncRead, AsyncWrite};
use crate::sync::WakerSlot;

/// Two ends of a connection in memory. In each direction at most `capacity` bytes are on their way; who writes more waits
/// until some are read.
///
/// # Panics
/// If `capacity` is 0: no byte could ever pass.
///
/// ```
/// use runtime::io::{AsyncReadExt, AsyncWriteExt, duplex};
/// # runtime::Runtime::new()?.block_on(async {
/// let (mut client, mut server) = duplex(1024);
/// client.write_all(b"ping").await?;
/// let mut heard = [0; 4];
/// server.read_exact(&mut heard).await?;
/// server.write_all(b"pong").await?;
/// drop(server);
/// let mut answer = Vec::new();
/// client.read_to_end(&mut answer).await?;
/// assert_eq!(answer, b"pong");
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub fn duplex(capacity: usize) -> (Duplex, Duplex) {
    assert!(
        capacity > 0,
        "a pipe of capacity 0 could never pass a byte: use 1 or more (the book, chapter 11)"
    );
    let pipe = || {
        Rc::new(Pipe {
            bytes: RefCell::default(),
            capacity,
            ended: Cell::new(false),
            abandoned: Cell::new(false),
            reader: WakerSlot::default(),
            writer: WakerSlot::default(),
        })
    };
    let (there, back) = (pipe(), pipe());
    let near = Duplex { incoming: back.clone(), outgoing: there.clone() };
    (near, Duplex { incoming: there, outgoing: back })
}

/// One end of a connection in memory.
///
/// Closing it ends what it writes; it can still read. Dropping it ends both: the other end reads what is on its way and then
/// the end, and writing is a broken pipe there. As with a socket, `&Duplex` reads and writes, too, and each direction wakes
/// whoever polled it last.
pub struct Duplex {
    incoming: Rc<Pipe>,
    outgoing: Rc<Pipe>,
}

struct Pipe {
    bytes: RefCell<VecDeque<u8>>,
    capacity: usize,
    /// By the writer: no more bytes come.
    ended: Cell<bool>,
    /// By the reader: nobody reads any more.
    abandoned: Cell<bool>,
    reader: WakerSlot,
    writer: WakerSlot,
}

impl Pipe {
    fn poll_read(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let has_news = || self.ended.get() || !self.bytes.borrow().is_empty();
        ready!(self.reader.poll_until(cx, has_news));
        ready!(coop::spend(cx));
        let mut bytes = self.bytes.borrow_mut();
        let n = bytes.len().min(buf.len());
        bytes.read_exact(&mut buf[..n])?;
        drop(bytes);
        self.writer.wake();
        Poll::Ready(Ok(n))
    }

    fn poll_write(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let room = || self.capacity - self.bytes.borrow().len();
        let is_broken = || self.ended.get() || self.abandoned.get();
        ready!(self.writer.poll_until(cx, || is_broken() || room() > 0 || buf.is_empty()));
        ready!(coop::spend(cx));
        if is_broken() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let n = buf.len().min(room());
        self.bytes.borrow_mut().extend(&buf[..n]);
        self.reader.wake();
        Poll::Ready(Ok(n))
    }

    fn end(&self) {
        self.ended.set(true);
        self.reader.wake();
    }

    fn abandon(&self) {
        self.abandoned.set(true);
        self.writer.wake();
    }
}

impl Drop for Duplex {
    fn drop(&mut self) {
        self.outgoing.end();
        self.incoming.abandon();
    }
}

impl AsyncRead for &Duplex {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.incoming.poll_read(cx, buf)
    }
}

impl AsyncWrite for &Duplex {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.outgoing.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.end();
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Duplex {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_read(cx, buf)
    }
}

impl AsyncWrite for Duplex {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_close(cx)
    }
}

impl fmt::Debug for Duplex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Duplex")
            .field("incoming", &self.incoming.bytes.borrow().len())
            .field("outgoing", &self.outgoing.bytes.borrow().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::io::{AsyncReadExt, AsyncWriteExt};
    use crate::testing::CountingWaker;

    /// The result of a future that has to be ready.
    fn now<T>(future: impl Future<Output = io::Result<T>> + Unpin) -> io::Result<T> {
        let mut future = future;
        match CountingWaker::new().poll(&mut future) {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("it waits"),
        }
    }

    #[test]
    fn a_full_pipe_makes_the_writer_wait_until_some_is_read() {
        let waker = CountingWaker::new();
        let (mut near, mut far) = duplex(3);
        assert_eq!(now(near.write(b"hello")).unwrap(), 3);
        let mut write = near.write(b"lo");
        assert!(waker.poll(&mut write).is_pending());
        let mut buf = [0; 2];
        assert_eq!(now(far.read(&mut buf)).unwrap(), 2);
        assert_eq!(waker.wakes(), 1);
        assert!(matches!(waker.poll(&mut write), Poll::Ready(Ok(2))));
        let mut rest = [0; 9];
        assert_eq!(now(far.read(&mut rest)).unwrap(), 3);
        assert_eq!((&buf, &rest[..3]), (b"he", &b"llo"[..]));
    }

    #[test]
    fn a_reader_that_waits_is_woken_by_bytes_and_by_the_end() {
        let waker = CountingWaker::new();
        let (mut near, mut far) = duplex(3);
        let mut buf = [0; 3];
        assert!(waker.poll(&mut far.read(&mut buf)).is_pending());
        now(near.write_all(b"a")).unwrap();
        assert_eq!(waker.wakes(), 1);
        assert_eq!(now(far.read(&mut buf)).unwrap(), 1);
        assert!(waker.poll(&mut far.read(&mut buf)).is_pending());
        now(near.close()).unwrap();
        assert_eq!(waker.wakes(), 2);
        assert_eq!(now(far.read(&mut buf)).unwrap(), 0);
    }

    #[test]
    fn a_side_that_has_closed_its_direction_can_still_read() {
        let (mut near, mut far) = duplex(8);
        now(near.close()).unwrap();
        assert_eq!(now(far.read(&mut [0])).unwrap(), 0);
        assert_eq!(now(near.write(b"x")).unwrap_err().kind(), ErrorKind::BrokenPipe);
        now(far.write_all(b"ok")).unwrap();
        now(far.close()).unwrap();
        let mut rest = Vec::new();
        assert_eq!(now(near.read_to_end(&mut rest)).unwrap(), 2);
    }

    #[test]
    fn dropping_an_end_leaves_what_is_on_its_way_and_breaks_the_pipe_back() {
        let waker = CountingWaker::new();
        let (mut near, mut far) = duplex(4);
        now(near.write_all(b"bye")).unwrap();
        now(far.write_all(b"full")).unwrap();
        let mut write = far.write(b"x");
        assert!(waker.poll(&mut write).is_pending());
        drop(near);
        assert_eq!(waker.wakes(), 1);
        let Poll::Ready(Err(error)) = waker.poll(&mut write) else { panic!("nobody reads it") };
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        let mut rest = Vec::new();
        assert_eq!(now(far.read_to_end(&mut rest)).unwrap(), 3);
    }

    #[test]
    fn reader_and_writer_of_one_end_keep_separate_wakers() {
        let (reader, writer) = (CountingWaker::new(), CountingWaker::new());
        let (near, mut far) = duplex(1);
        let mut buf = [0; 1];
        assert!(reader.poll(&mut (&near).read(&mut buf)).is_pending());
        now((&near).write(b"x")).unwrap();
        assert!(writer.poll(&mut (&near).write(b"y")).is_pending());
        now(far.read(&mut [0])).unwrap();
        assert_eq!((reader.wakes(), writer.wakes()), (0, 1));
        now(far.write(b"z")).unwrap();
        assert_eq!((reader.wakes(), writer.wakes()), (1, 1));
    }

    #[test]
    fn the_latest_waker_wins() {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let (near, mut far) = duplex(1);
        for waker in [&first, &second] {
            assert!(waker.poll(&mut (&near).read(&mut [0])).is_pending());
        }
        now(far.write(b"x")).unwrap();
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
        for waker in [&first, &second] {
            assert!(waker.poll(&mut far.write(b"y")).is_pending());
        }
        now((&near).read(&mut [0])).unwrap();
        assert_eq!((first.wakes(), second.wakes()), (0, 2));
    }

    #[test]
    fn an_empty_buffer_is_read_and_written_at_once() {
        let (mut near, _far) = duplex(1);
        assert_eq!(now(near.read(&mut [])).unwrap(), 0);
        now(near.write_all(b"x")).unwrap();
        assert_eq!(now(near.write(b"")).unwrap(), 0);
    }

    #[test]
    #[should_panic = "a pipe of capacity 0 could never pass a byte"]
    fn a_pipe_of_capacity_zero_is_refused() {
        let _ = duplex(0);
    }
}
