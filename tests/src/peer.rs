//! Who is at the other end? A server that does exactly what a test tells it, on plain blocking threads.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A server on a loopback port. It ends with the test's process.
pub struct Peer {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    accepted: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

impl Peer {
    /// Lets `serve` do with each connection, on a thread of its own, what it wants.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn that(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let peer = Peer {
            address: listener.local_addr().expect("a bound socket"),
            counts: Arc::default(),
        };
        let (serve, counts) = (Arc::new(serve), peer.counts.clone());
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (serve, counts) = (serve.clone(), counts.clone());
                counts.accepted.fetch_add(1, Ordering::SeqCst);
                let open = counts.open.fetch_add(1, Ordering::SeqCst) + 1;
                counts.most_open.fetch_max(open, Ordering::SeqCst);
                thread::spawn(move || {
                    // A client that leaves early is the client's business.
                    let _ = serve(connection);
                    counts.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        peer
    }

    /// Reads a request, and answers with these bytes and the end.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Peer {
        let answer = answer.into();
        Peer::that(move |mut connection| {
            read_request(&mut connection)?;
            connection.write_all(&answer)
        })
    }

    /// `http://127.0.0.1:PORT` or the like.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// How many connections there were.
    pub fn accepted(&self) -> usize {
        self.counts.accepted.load(Ordering::SeqCst)
    }

    /// How many there were at once, at most.
    pub fn most_open(&self) -> usize {
        self.counts.most_open.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request; its body, if it has one, stays where it is.
///
/// # Errors
/// If the client leaves before.
pub fn read_request(connection: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(head)
}
