//! Addresses where no connection can be made.

use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

fn bound() -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket
}

fn address(socket: &Socket) -> SocketAddr {
    socket.local_addr().unwrap().as_socket().unwrap()
}

/// A port that is taken, so that nobody else gets it, but that nobody listens on.
pub(crate) struct Deaf(Socket);

impl Deaf {
    pub(crate) fn new() -> Deaf {
        Deaf(bound())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        address(&self.0)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address())
    }
}

/// A listener with no room for one more: who connects gets no answer.
pub(crate) struct Full {
    listener: Socket,
    _first: TcpStream,
}

impl Full {
    pub(crate) fn new() -> Full {
        let listener = bound();
        listener.listen(0).unwrap();
        let first = TcpStream::connect(address(&listener)).unwrap();
        Full { listener, _first: first }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        address(&self.listener)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address())
    }
}
