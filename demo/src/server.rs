//! Where do the slow answers come from? A small HTTP/1.1 server after httpbin, on a second thread with a runtime of its own.
//!
//! `demo serve` runs it, and `demo gather` starts it when it is given no URL. Two loops, and nothing shared: the client's and
//! the server's tasks meet in the sockets alone. Taught in chapters 00 and 21.
//!
//! ```text
//!  one thread, one loop     Server (start, stop, accept) -- authority
//!                              |
//!  one task                 connection (many requests, one after another)
//!                              |
//!  no I/O                   request, body  ->  routes, answers, echo  ->  response
//! ```

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::{Poll, Waker};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use http_client::tls::{Identity, TlsStream};
use runtime::net::{TcpListener, TcpStream};
use runtime::time::timeout;
use runtime::{Runtime, select, spawn_named, yield_now};
use socket2::SockRef;

use authority::{Issued, issue};
use request::Peer;

mod answers;
mod authority;
mod body;
mod connection;
mod echo;
mod request;
mod response;
mod routes;
#[cfg(test)]
mod tests;

/// How many clients may wait to be accepted, as far as the system lets them. One that does not fit in tries again after a
/// second, by which a gather of thousands would be late.
const QUEUE: i32 = 4096;
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// What a server is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where it listens. Port 0, as in the default 127.0.0.1:0, lets the system choose one.
    pub address: SocketAddr,
    /// Whether it speaks TLS, with a certificate of its own authority; it does not unless set.
    pub tls: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { address: (Ipv4Addr::LOCALHOST, 0).into(), tls: false }
    }
}

/// A server that runs on a thread of its own. Dropping it ends its connections and its thread, and waits for that.
///
/// ```
/// use demo::server::{Options, Server};
/// use http_client::Client;
///
/// let server = Server::start(Options::default())?;
/// runtime::Runtime::new()?.block_on(async {
///     let url = format!("{}/get?hello=world", server.url());
///     let text = Client::new().get(&url).send().await.unwrap().text().await.unwrap();
///     assert!(text.contains(r#""hello": "world""#));
/// });
/// # std::io::Result::Ok(())
/// ```
pub struct Server {
    address: SocketAddr,
    tls: bool,
    authority: Option<String>,
    /// Set before `waker` is woken, so that the loop sees it when it looks.
    stop: Arc<AtomicBool>,
    /// The ticket of the server's root future. Any thread may wake it; when the loop is gone, that does nothing.
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server, and waits until it listens: this blocks for a moment.
    ///
    /// # Errors
    /// If it cannot listen on the address, or no thread or runtime can be had.
    pub fn start(options: Options) -> io::Result<Server> {
        let (identity, authority) = if options.tls {
            let (identity, authority) = identity(options.address.ip()).map_err(io::Error::other)?;
            (Some(identity), Some(authority))
        } else {
            (None, None)
        };
        let stop = Arc::new(AtomicBool::new(false));
        let (report, reported) = channel();
        let seen = stop.clone();
        let thread = Builder::new()
            .name("server".into())
            .spawn(move || run(options.address, identity, &seen, &report))?;
        let (address, waker) =
            reported.recv().unwrap_or_else(|_| Err(io::Error::other("the server panicked")))?;
        Ok(Server { address, tls: options.tls, authority, stop, waker, thread: Some(thread) })
    }

    /// What a client puts before the path, such as `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        let port = self.address.port();
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        // An address even over TLS: looking up `localhost` would take the client a helper thread.
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", SocketAddr::from((ip, port)))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The authority that a client has to trust, as PEM; `None` without TLS.
    pub fn authority_pem(&self) -> Option<&str> {
        self.authority.as_deref()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.waker.wake_by_ref();
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so itself.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.url())
    }
}

/// What the server's thread tells the one that started it: where it listens, and whom to wake to stop it.
type Report = io::Result<(SocketAddr, Waker)>;

/// All that the server's thread does.
fn run(
    address: SocketAddr,
    identity: Option<Identity>,
    stop: &AtomicBool,
    report: &Sender<Report>,
) {
    let ran = Runtime::new().and_then(|runtime| {
        runtime.block_on(async {
            let listener = listen(address).map_err(|error| {
                io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
            })?;
            let address = listener.local_addr()?;
            select(stopped(stop, address, report), accept(listener, identity)).await;
            Ok(())
        })
    });
    if let Err(error) = ran {
        // Nobody waits for it any more if the server has been running; but then there is no error.
        let _ = report.send(Err(error));
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    // Listening anew makes the queue longer than the standard library's, which is 128.
    SockRef::from(&listener).listen(QUEUE)?;
    TcpListener::from_std(listener)
}

/// Waits for `stop`. A root future has the same waker at each poll, so it is enough to tell it once.
async fn stopped(stop: &AtomicBool, address: SocketAddr, report: &Sender<Report>) {
    let mut told = false;
    poll_fn(|cx| {
        if !told {
            told = true;
            let _ = report.send(Ok((address, cx.waker().clone())));
        }
        if stop.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Makes a task of each connection. One that breaks ends its own task, and nobody needs to know.
async fn accept(listener: TcpListener, identity: Option<Identity>) {
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                drop(spawn_named("connection", converse(stream, from.ip(), identity.clone())));
            }
            // Out of descriptors, the listener rests by itself; whatever else it is, the others get their turn.
            Err(_) => yield_now().await,
        }
    }
}

async fn converse(stream: TcpStream, ip: IpAddr, identity: Option<Identity>) -> io::Result<()> {
    // An answer is written at once, so there is nothing that waiting could put together.
    stream.set_nodelay(true)?;
    match identity {
        None => connection::serve(stream, Peer { ip, scheme: "http" }).await,
        Some(identity) => {
            let stream = timeout(HANDSHAKE, TlsStream::accept(stream, &identity)).await??;
            connection::serve(stream, Peer { ip, scheme: "https" }).await
        }
    }
}

/// Who the server is, and the authority that says so.
fn identity(ip: IpAddr) -> Result<(Identity, String), String> {
    let Issued { authority, certificate, key } = issue(ip).map_err(|error| error.to_string())?;
    Ok((Identity::from_pem(&certificate, &key)?, authority))
}
