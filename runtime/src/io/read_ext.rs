//! How does a program read? With futures that poll the stream until they have what they were asked for.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::io::{AsyncRead, waits_at};
use crate::wait::WaitPoint;

/// How many bytes `read_to_end` asks for at once.
const CHUNK: usize = 8 * 1024;

/// Reading from any [`AsyncRead`].
///
/// ```
/// use runtime::io::AsyncReadExt;
/// # runtime::Runtime::new()?.block_on(async {
/// let mut stream: &[u8] = b"HTTP/1.1 200 OK";
/// let mut version = [0; 8];
/// stream.read_exact(&mut version).await?;
/// assert_eq!(&version, b"HTTP/1.1");
/// let mut rest = String::new();
/// stream.read_to_string(&mut rest).await?;
/// assert_eq!(rest, " 200 OK");
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub trait AsyncReadExt: AsyncRead {
    /// Reads what there is, at most what fits into `buf`, and says how many bytes; 0 is the end, unless `buf` is empty.
    ///
    /// Cancel safe: if the future is dropped before it is ready, nothing was read.
    ///
    /// # Errors
    /// Those of the stream.
    #[track_caller]
    fn read<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadSome<'a, Self>
    where
        Self: Unpin,
    {
        ReadSome { stream: self, buf, wait: WaitPoint::here("read") }
    }

    /// Reads until `buf` is full.
    ///
    /// Not cancel safe: if the future is dropped, how much it had read is lost.
    ///
    /// # Errors
    /// Those of the stream; `UnexpectedEof` with the number of bytes, if it ends before.
    #[track_caller]
    fn read_exact<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadExact<'a, Self>
    where
        Self: Unpin,
    {
        ReadExact { stream: self, buf, filled: 0, wait: WaitPoint::here("read_exact") }
    }

    /// Reads until the end, appends it to `buf`, and says how many bytes that was. There is no limit but the memory.
    ///
    /// If it fails or is dropped, what was read by then is in `buf`, so it may be called again to go on.
    ///
    /// # Errors
    /// Those of the stream.
    #[track_caller]
    fn read_to_end<'a>(&'a mut self, buf: &'a mut Vec<u8>) -> ReadToEnd<'a, Self>
    where
        Self: Unpin,
    {
        ReadToEnd { stream: self, before: buf.len(), buf, wait: WaitPoint::here("read_to_end") }
    }

    /// Reads until the end, appends it to `text`, and says how many bytes that was. There is no limit but the memory.
    ///
    /// Not cancel safe: if it fails or is dropped, what was read is lost, and `text` is unchanged.
    ///
    /// # Errors
    /// Those of the stream; `InvalidData` if it is not UTF-8.
    #[track_caller]
    fn read_to_string<'a>(&'a mut self, text: &'a mut String) -> ReadToString<'a, Self>
    where
        Self: Unpin,
    {
        let wait = WaitPoint::here("read_to_string");
        ReadToString { stream: self, bytes: Vec::new(), text, wait }
    }
}

impl<R: AsyncRead + ?Sized> AsyncReadExt for R {}

/// The future of [`AsyncReadExt::read`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct ReadSome<'a, R: ?Sized> {
    stream: &'a mut R,
    buf: &'a mut [u8],
    wait: WaitPoint,
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadSome<'_, R> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        waits_at(&this.wait, Pin::new(&mut *this.stream).poll_read(cx, this.buf))
    }
}

/// The future of [`AsyncReadExt::read_exact`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct ReadExact<'a, R: ?Sized> {
    stream: &'a mut R,
    buf: &'a mut [u8],
    filled: usize,
    wait: WaitPoint,
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadExact<'_, R> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        while this.filled < this.buf.len() {
            let rest = &mut this.buf[this.filled..];
            let read = Pin::new(&mut *this.stream).poll_read(cx, rest);
            match ready!(waits_at(&this.wait, read))? {
                0 => {
                    let (filled, wanted) = (this.filled, this.buf.len());
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        format!("the stream ended after {filled} of {wanted} bytes"),
                    )));
                }
                n => this.filled += n,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Appends to `buf` until the end of the stream. `buf` holds what was read and no more, whenever this returns.
fn poll_to_end(
    stream: &mut (impl AsyncRead + Unpin + ?Sized),
    cx: &mut Context<'_>,
    buf: &mut Vec<u8>,
) -> Poll<io::Result<()>> {
    loop {
        let filled = buf.len();
        buf.resize(filled + CHUNK, 0);
        let read = Pin::new(&mut *stream).poll_read(cx, &mut buf[filled..]);
        let n = if let Poll::Ready(Ok(n)) = read { n } else { 0 };
        buf.truncate(filled + n);
        if ready!(read)? == 0 {
            return Poll::Ready(Ok(()));
        }
    }
}

/// The future of [`AsyncReadExt::read_to_end`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct ReadToEnd<'a, R: ?Sized> {
    stream: &'a mut R,
    before: usize,
    buf: &'a mut Vec<u8>,
    wait: WaitPoint,
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadToEnd<'_, R> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        ready!(waits_at(&this.wait, poll_to_end(this.stream, cx, this.buf)))?;
        Poll::Ready(Ok(this.buf.len() - this.before))
    }
}

/// The future of [`AsyncReadExt::read_to_string`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct ReadToString<'a, R: ?Sized> {
    stream: &'a mut R,
    bytes: Vec<u8>,
    text: &'a mut String,
    wait: WaitPoint,
}

impl<R: AsyncRead + Unpin + ?Sized> Future for ReadToString<'_, R> {
    type Output = io::Result<usize>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        ready!(waits_at(&this.wait, poll_to_end(this.stream, cx, &mut this.bytes)))?;
        let read = str::from_utf8(&this.bytes).map_err(|error| {
            let at = error.valid_up_to();
            let what =
                format!("the stream is not UTF-8 from byte {at} on: read_to_end takes any bytes");
            io::Error::new(io::ErrorKind::InvalidData, what)
        })?;
        this.text.push_str(read);
        Poll::Ready(Ok(read.len()))
    }
}

#[cfg(test)]
mod tests;
