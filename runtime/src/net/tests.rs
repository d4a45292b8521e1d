mod connect;
mod fairness;
mod halves;
mod rules;
mod stream;
mod try_now;
mod udp;
#[cfg(unix)]
mod unix;
mod writing;

use std::future::Future;
use std::net::SocketAddr;

use socket2::{Domain, SockRef, Socket, Type};

use super::Stream;
use super::{TcpListener, TcpStream};
use crate::Runtime;
use crate::io::AsyncWriteExt;
use crate::testing::CountingWaker;

fn run<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

/// Two ends of one connection.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (far, _) = listener.accept().await.unwrap();
    (near, far)
}

/// One end in the runtime, and the other one a socket of the standard library, which blocks.
fn std_pair() -> (TcpStream, std::net::TcpStream) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let near = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (far, _) = listener.accept().unwrap();
    (TcpStream::from_std(near).unwrap(), far)
}

/// Closes a connection with RST instead of FIN.
fn reset(far: std::net::TcpStream) {
    SockRef::from(&far).set_linger(Some(std::time::Duration::ZERO)).unwrap();
}

/// A port that is taken, so that nobody else gets it, but that nobody listens on.
struct Deaf(Socket);

impl Deaf {
    fn new() -> Deaf {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        Deaf(socket)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap().as_socket().unwrap()
    }
}

/// Writes until the system takes no more, and leaves `waker` waiting for room. Says how many bytes it took.
fn fill<S: crate::net::socket::Socket>(mut stream: &Stream<S>, waker: &CountingWaker) -> usize {
    let mut taken = 0;
    while let std::task::Poll::Ready(written) = waker.poll(&mut stream.write(&[0; 65536])) {
        taken += written.unwrap();
    }
    taken
}
