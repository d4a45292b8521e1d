//! What does a request carry? Bytes that are all there, or a source that gives them piece by piece while they are sent.
//!
//! `request` takes one, `proto::encode` says in the head how its end is told, `outgoing` sends it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use runtime::io::AsyncRead;

/// How much is asked of a reader at once.
const PIECE: usize = 16 * 1024;

/// The body of a request. Bytes and text become one by themselves, see [`RequestBuilder::body`](crate::RequestBuilder::body).
///
/// A body that comes from a source is sent as it comes, in the chunked coding (RFC 9112, 7.1) unless its
/// [length](Body::with_length) is known. No more of it than one piece is in memory, and while the server is slow the source
/// is not asked. It belongs to the task's thread, so it need not be `Send`, and it is dropped as soon as it is not needed.
///
/// It can be had only once: a redirect that would send it again is an error, and a request whose connection turns out to be
/// closed is tried again only if the source was not asked yet.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
/// # runtime::Runtime::new()?.block_on(async {
/// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
/// use http_client::{Body, Client};
/// use runtime::io::AsyncWriteExt;
///
/// // Another task makes the body while this one sends it.
/// let (mut maker, reader) = runtime::io::duplex(1024);
/// runtime::spawn(async move {
///     for line in 0..3 {
///         maker.write_all(format!("line {line}\n").as_bytes()).await?;
///     }
///     std::io::Result::Ok(())
/// });
/// let response = Client::new().post(&url).body(Body::reader(reader)).send().await.unwrap();
/// assert_eq!(response.status(), 200);
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct Body {
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Rc<Vec<u8>>),
    Stream(Rc<Stream>),
}

struct Stream {
    length: Option<u64>,
    /// Whether anything was asked of the source, so that it cannot begin anew.
    asked: Cell<bool>,
    source: RefCell<Option<Box<dyn Source>>>,
}

/// Whatever gives bytes piece by piece.
trait Source {
    /// Puts the next piece, of not more than `most` bytes if it can be had in parts, at the end of `into`, and says whether
    /// there was one. A piece may be empty.
    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        most: u64,
        into: &mut Vec<u8>,
    ) -> Poll<io::Result<bool>>;
}

impl Body {
    /// A body that is read from `reader`, up to its end.
    ///
    /// An error of the reader breaks the request off, with an error of the kind [`Kind::Body`](crate::Kind::Body): the
    /// server sees a body without an end.
    pub fn reader(reader: impl AsyncRead + 'static) -> Body {
        Body::stream(Reading(Box::pin(reader)))
    }

    /// A body that `next` gives piece by piece; each call begins to wait for one, and `None` is the end. asyncio's name for
    /// such a thing is an async generator.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    /// use std::time::Duration;
    ///
    /// let mut countdown = (1..=3).rev();
    /// let body = http_client::Body::pieces(move || {
    ///     let number = countdown.next();
    ///     async move {
    ///         runtime::time::sleep(Duration::from_millis(1)).await;
    ///         Ok(number.map(|number| format!("{number}…").into_bytes()))
    ///     }
    /// });
    /// let response = http_client::Client::new().post(&url).body(body).send().await.unwrap();
    /// assert_eq!(response.status(), 200);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn pieces<F>(next: impl FnMut() -> F + 'static) -> Body
    where
        F: Future<Output = io::Result<Option<Vec<u8>>>> + 'static,
    {
        Body::stream(Pieces { next, piece: None })
    }

    /// Says how long the body is, in bytes: it is sent with a `Content-Length` instead of in chunks, which some servers
    /// want. No more is asked of the source.
    ///
    /// A source that ends before, or gives a piece that goes beyond, breaks the request off with an error of the kind
    /// [`Kind::Body`](crate::Kind::Body). Of bytes that are all there, the length is known, and this changes nothing.
    pub fn with_length(self, length: u64) -> Body {
        match self.content {
            Content::Bytes(_) => self,
            Content::Stream(stream) => {
                let (asked, source) = (stream.asked.clone(), RefCell::new(stream.source.take()));
                let stream = Stream { length: Some(length), asked, source };
                Body { content: Content::Stream(Rc::new(stream)) }
            }
        }
    }

    fn stream(source: impl Source + 'static) -> Body {
        let source: RefCell<Option<Box<dyn Source>>> = RefCell::new(Some(Box::new(source)));
        let stream = Stream { length: None, asked: Cell::new(false), source };
        Body { content: Content::Stream(Rc::new(stream)) }
    }

    /// How many bytes it has, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::Stream(stream) => stream.length,
        }
    }

    /// What it is, if it is all there.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Stream(_) => None,
        }
    }

    /// Whether it can be sent from its beginning.
    pub(crate) fn is_whole(&self) -> bool {
        match &self.content {
            Content::Bytes(_) => true,
            Content::Stream(stream) => !stream.asked.get(),
        }
    }

    /// The next piece of a source, put at the end of `into`; whether there was one.
    pub(crate) fn poll_piece(
        &self,
        cx: &mut Context<'_>,
        most: u64,
        into: &mut Vec<u8>,
    ) -> Poll<io::Result<bool>> {
        let Content::Stream(stream) = &self.content else { return Poll::Ready(Ok(false)) };
        stream.asked.set(true);
        // Nobody else can want it meanwhile: while it is polled, it is not in its place.
        let taken = stream.source.take();
        let Some(mut source) = taken else { return Poll::Ready(Ok(false)) };
        let polled = source.poll_piece(cx, most, into);
        if !matches!(polled, Poll::Ready(Ok(false) | Err(_))) {
            stream.source.replace(Some(source));
        }
        polled
    }
}

impl<T: Into<Vec<u8>>> From<T> for Body {
    fn from(bytes: T) -> Body {
        Body { content: Content::Bytes(Rc::new(bytes.into())) }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("length", &self.length()).finish_non_exhaustive()
    }
}

struct Reading<R>(Pin<Box<R>>);

impl<R: AsyncRead> Source for Reading<R> {
    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        most: u64,
        into: &mut Vec<u8>,
    ) -> Poll<io::Result<bool>> {
        let begin = into.len();
        into.resize(begin + usize::try_from(most).unwrap_or(PIECE).min(PIECE), 0);
        let read = self.0.as_mut().poll_read(cx, &mut into[begin..]);
        into.truncate(match read {
            Poll::Ready(Ok(length)) => begin + length,
            _ => begin,
        });
        read.map_ok(|length| length > 0)
    }
}

struct Pieces<N, F> {
    next: N,
    /// The one that is being waited for.
    piece: Option<Pin<Box<F>>>,
}

impl<N, F> Source for Pieces<N, F>
where
    N: FnMut() -> F,
    F: Future<Output = io::Result<Option<Vec<u8>>>>,
{
    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        _most: u64,
        into: &mut Vec<u8>,
    ) -> Poll<io::Result<bool>> {
        let waiting = self.piece.get_or_insert_with(|| Box::pin((self.next)()));
        let piece = ready!(waiting.as_mut().poll(cx));
        self.piece = None;
        Poll::Ready(piece.map(|piece| match piece {
            Some(piece) => {
                into.extend_from_slice(&piece);
                true
            }
            None => false,
        }))
    }
}
