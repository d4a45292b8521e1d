//! What does hyper's client make of a response? It is driven without a socket, a runtime, or a clock: everything that the
//! server sends is there at once.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use hyper::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{HeaderMap, Request};

use super::differential::{Outcome, Seen};
use super::generator::Case;

/// A connection whose server has its answer ready, and waits for the request before it gives it.
struct Script {
    answer: Vec<u8>,
    at: usize,
    closes: bool,
    asked: bool,
    /// Who waits for the request to be written.
    waiting: Option<Waker>,
}

impl Read for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let rest = &self.answer[self.at..];
        if !self.asked || (rest.is_empty() && !self.closes) {
            self.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let length = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..length]);
        self.at += length;
        Poll::Ready(Ok(()))
    }
}

impl Write for Script {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.asked = true;
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Whether somebody was woken since the last look.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Lets hyper read a case's response.
pub(super) fn read(case: &Case) -> Outcome {
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let script = Script {
        answer: case.bytes.clone(),
        at: 0,
        closes: case.closes,
        asked: false,
        waiting: None,
    };
    let mut builder = http1::Builder::new();
    builder.allow_obsolete_multiline_headers_in_responses(true);
    let mut handshake = pin!(builder.handshake::<_, String>(script));
    let Poll::Ready(Ok((mut sender, connection))) = handshake.as_mut().poll(&mut cx) else {
        panic!("a handshake waits for nothing");
    };
    let (mut connection, mut serving) = (pin!(connection), true);
    let mut came = None;
    {
        let mut exchange = pin!(exchange(&mut sender, case.method));
        while woken.0.swap(false, Ordering::Relaxed) {
            if came.is_none()
                && let Poll::Ready(read) = exchange.as_mut().poll(&mut cx)
            {
                came = Some(read);
                // Whether the connection lives on is seen after another look at it.
                woken.0.store(true, Ordering::Relaxed);
            }
            serving = serving && connection.as_mut().poll(&mut cx).is_pending();
        }
    }
    match came {
        None => Outcome::Waits,
        Some(Err(error)) => Outcome::Failed(error.to_string()),
        Some(Ok(seen)) => Outcome::Over(Seen { reusable: serving && sender.is_ready(), ..seen }),
    }
}

async fn exchange(sender: &mut SendRequest<String>, method: &str) -> hyper::Result<Seen> {
    let request = Request::builder().method(method).uri("/").header("host", "h.test");
    let request = request.body(String::new()).expect("a request that is in order");
    let mut response = sender.send_request(request).await?;
    let (mut body, mut trailers) = (Vec::new(), Vec::new());
    while let Some(frame) = poll_fn(|cx| Pin::new(response.body_mut()).poll_frame(cx)).await {
        match frame?.into_data() {
            Ok(data) => body.extend_from_slice(&data),
            Err(frame) => trailers = fields(&frame.into_trailers().unwrap_or_default()),
        }
    }
    let (status, headers) = (response.status().as_u16(), fields(response.headers()));
    Ok(Seen { status, headers, body, trailers, reusable: false })
}

fn fields(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}
