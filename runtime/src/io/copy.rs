//! How do the bytes of one stream get into another? Through a buffer, until the first one ends.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::io::write_ext::took_only;
use crate::io::{AsyncRead, AsyncWrite, waits_at};
use crate::wait::WaitPoint;

const BUFFER: usize = 8 * 1024;

/// Writes all that comes from `reader` into `writer`, until `reader` ends, and says how many bytes that was.
///
/// Before it waits for more to read, it flushes what is written. At the end it flushes, and leaves the writer open: call
/// [`close`](super::AsyncWriteExt::close) to pass the end on. Not cancel safe: what was read and not yet written is lost.
///
/// # Errors
/// Those of both streams; `WriteZero` if the writer takes no more.
///
/// ```
/// use runtime::io::{AsyncReadExt, AsyncWriteExt, copy, duplex};
/// # runtime::Runtime::new()?.block_on(async {
/// let (mut near, far) = duplex(64);
/// let echo = runtime::spawn(async move { copy(&mut &far, &mut &far).await });
/// near.write_all(b"hello").await?;
/// near.close().await?;
/// let mut answer = String::new();
/// near.read_to_string(&mut answer).await?;
/// assert_eq!(answer, "hello");
/// assert_eq!(echo.await.unwrap()?, 5);
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn copy<'a, R, W>(reader: &'a mut R, writer: &'a mut W) -> Copying<'a, R, W>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    Copying {
        reader,
        writer,
        buffer: vec![0; BUFFER].into_boxed_slice(),
        written: 0,
        filled: 0,
        ended: false,
        flushed: true,
        total: 0,
        wait: WaitPoint::here("copy"),
    }
}

/// The future of [`copy`].
#[must_use = "futures do nothing unless awaited"]
pub struct Copying<'a, R: ?Sized, W: ?Sized> {
    reader: &'a mut R,
    writer: &'a mut W,
    buffer: Box<[u8]>,
    /// `buffer[written..filled]` was read, and is to be written.
    written: usize,
    filled: usize,
    ended: bool,
    flushed: bool,
    total: u64,
    wait: WaitPoint,
}

impl<R, W> Copying<'_, R, W>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    fn poll_copy(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        loop {
            while self.written < self.filled {
                let rest = &self.buffer[self.written..self.filled];
                match ready!(Pin::new(&mut *self.writer).poll_write(cx, rest))? {
                    0 => return Poll::Ready(Err(took_only(self.written, self.filled))),
                    n => {
                        self.written += n;
                        self.total += n as u64;
                        self.flushed = false;
                    }
                }
            }
            if self.ended {
                ready!(self.poll_flush(cx))?;
                return Poll::Ready(Ok(self.total));
            }
            let Poll::Ready(read) = Pin::new(&mut *self.reader).poll_read(cx, &mut self.buffer)
            else {
                // Who is to answer may be waiting for what is written already.
                ready!(self.poll_flush(cx))?;
                return Poll::Pending;
            };
            (self.written, self.filled) = (0, read?);
            self.ended = self.filled == 0;
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.flushed {
            ready!(Pin::new(&mut *self.writer).poll_flush(cx))?;
            self.flushed = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl<R, W> Future for Copying<'_, R, W>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    type Output = io::Result<u64>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.poll_copy(cx);
        waits_at(&self.wait, polled)
    }
}

impl<R: ?Sized, W: ?Sized> fmt::Debug for Copying<'_, R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copying").field("total", &self.total).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::Runtime;
    use crate::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use crate::testing::CountingWaker;

    #[test]
    fn all_bytes_arrive_in_order_through_a_narrow_pipe() {
        Runtime::new().unwrap().block_on(async {
            let sent: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
            let (mut near, mut far) = duplex(7);
            let send = async {
                let total = copy(&mut &sent[..], &mut near).await.unwrap();
                near.close().await.unwrap();
                total
            };
            let mut received = Vec::new();
            let (total, read) = crate::join(send, far.read_to_end(&mut received)).await;
            assert_eq!((total, read.unwrap()), (100_000, 100_000));
            assert!(received == sent);
        });
    }

    /// Counts flushes, and takes at most `room` bytes.
    #[derive(Default)]
    struct Sink {
        room: usize,
        flushes: usize,
    }

    impl AsyncWrite for Sink {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            let n = buf.len().min(self.room);
            self.room -= n;
            Poll::Ready(Ok(n))
        }

        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.flushes += 1;
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn what_is_written_is_flushed_before_it_waits_for_more() {
        let waker = CountingWaker::new();
        let (mut near, mut far) = duplex(10);
        let mut sink = Sink { room: 100, flushes: 0 };
        let mut copying = copy(&mut far, &mut sink);
        assert!(waker.poll(&mut near.write(b"abc")).is_ready());
        assert!(waker.poll(&mut copying).is_pending());
        assert!(waker.poll(&mut copying).is_pending());
        drop(copying);
        assert_eq!(sink.flushes, 1);
    }

    #[test]
    fn a_writer_that_takes_no_more_is_an_error_with_the_numbers() {
        let waker = CountingWaker::new();
        let mut sink = Sink { room: 3, flushes: 0 };
        let mut source: &[u8] = b"hello";
        let Poll::Ready(Err(error)) = waker.poll(&mut copy(&mut source, &mut sink)) else {
            panic!("it must fail")
        };
        assert_eq!(error.kind(), ErrorKind::WriteZero);
        assert_eq!(error.to_string(), "the stream took 3 of 5 bytes and no more");
    }
}
