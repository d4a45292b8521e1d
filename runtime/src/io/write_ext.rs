//! How does a program write? With futures that poll the stream until it has taken everything.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::io::{AsyncWrite, waits_at};
use crate::wait::WaitPoint;

/// Writing to any [`AsyncWrite`].
///
/// ```
/// use runtime::io::AsyncWriteExt;
/// # runtime::Runtime::new()?.block_on(async {
/// let mut request = Vec::new();
/// request.write_all(b"GET / HTTP/1.1\r\n").await?;
/// request.write_all(b"Host: localhost\r\n\r\n").await?;
/// assert!(request.ends_with(b"\r\n\r\n"));
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub trait AsyncWriteExt: AsyncWrite {
    /// Writes as much of `buf` as the stream takes at once, and says how many bytes that was.
    ///
    /// Cancel safe: if the future is dropped before it is ready, nothing was written.
    ///
    /// # Errors
    /// Those of the stream.
    #[track_caller]
    fn write<'a>(&'a mut self, buf: &'a [u8]) -> WriteSome<'a, Self>
    where
        Self: Unpin,
    {
        WriteSome { stream: self, buf, wait: WaitPoint::here("write") }
    }

    /// Writes all of `buf`.
    ///
    /// Not cancel safe: if the future is dropped, how much was written is lost.
    ///
    /// # Errors
    /// Those of the stream; `WriteZero` with the number of bytes, if it takes no more.
    #[track_caller]
    fn write_all<'a>(&'a mut self, buf: &'a [u8]) -> WriteAll<'a, Self>
    where
        Self: Unpin,
    {
        WriteAll { stream: self, buf, written: 0, wait: WaitPoint::here("write_all") }
    }

    /// Writes from several buffers as if they were one, in one system call where there is one (writev(2)), and says how many
    /// bytes were taken.
    ///
    /// Cancel safe: if the future is dropped before it is ready, nothing was written.
    ///
    /// # Errors
    /// Those of the stream.
    #[track_caller]
    fn write_vectored<'a>(&'a mut self, bufs: &'a [IoSlice<'a>]) -> WriteVectored<'a, Self>
    where
        Self: Unpin,
    {
        WriteVectored { stream: self, bufs, wait: WaitPoint::here("write_vectored") }
    }

    /// Waits until everything written has gone on its way. Cancel safe.
    ///
    /// # Errors
    /// Those of the stream.
    #[track_caller]
    fn flush(&mut self) -> Flush<'_, Self>
    where
        Self: Unpin,
    {
        Flush { stream: self, wait: WaitPoint::here("flush") }
    }

    /// Flushes, and ends this direction: the other side reads the end of the stream. The other direction stays open.
    ///
    /// Cancel safe: it may be called again to go on.
    ///
    /// # Errors
    /// Those of the stream.
    #[track_caller]
    fn close(&mut self) -> Close<'_, Self>
    where
        Self: Unpin,
    {
        Close { stream: self, wait: WaitPoint::here("close") }
    }
}

impl<W: AsyncWrite + ?Sized> AsyncWriteExt for W {}

/// The error for a stream that takes no more before everything is written.
pub(super) fn took_only(written: usize, wanted: usize) -> io::Error {
    let what = format!("the stream took {written} of {wanted} bytes and no more");
    io::Error::new(io::ErrorKind::WriteZero, what)
}

/// The future of [`AsyncWriteExt::write`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct WriteSome<'a, W: ?Sized> {
    stream: &'a mut W,
    buf: &'a [u8],
    wait: WaitPoint,
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for WriteSome<'_, W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        waits_at(&this.wait, Pin::new(&mut *this.stream).poll_write(cx, this.buf))
    }
}

/// The future of [`AsyncWriteExt::write_all`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct WriteAll<'a, W: ?Sized> {
    stream: &'a mut W,
    buf: &'a [u8],
    written: usize,
    wait: WaitPoint,
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for WriteAll<'_, W> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        while this.written < this.buf.len() {
            let rest = &this.buf[this.written..];
            let written = Pin::new(&mut *this.stream).poll_write(cx, rest);
            match ready!(waits_at(&this.wait, written))? {
                0 => return Poll::Ready(Err(took_only(this.written, this.buf.len()))),
                n => this.written += n,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The future of [`AsyncWriteExt::write_vectored`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct WriteVectored<'a, W: ?Sized> {
    stream: &'a mut W,
    bufs: &'a [IoSlice<'a>],
    wait: WaitPoint,
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for WriteVectored<'_, W> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        waits_at(&this.wait, Pin::new(&mut *this.stream).poll_write_vectored(cx, this.bufs))
    }
}

/// The future of [`AsyncWriteExt::flush`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Flush<'a, W: ?Sized> {
    stream: &'a mut W,
    wait: WaitPoint,
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for Flush<'_, W> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        waits_at(&this.wait, Pin::new(&mut *this.stream).poll_flush(cx))
    }
}

/// The future of [`AsyncWriteExt::close`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Close<'a, W: ?Sized> {
    stream: &'a mut W,
    wait: WaitPoint,
}

impl<W: AsyncWrite + Unpin + ?Sized> Future for Close<'_, W> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        waits_at(&this.wait, Pin::new(&mut *this.stream).poll_close(cx))
    }
}

#[cfg(test)]
mod tests;
