//! What does it cost to accept a connection? Bursts of a hundred clients, and the server takes them in and closes them.
//!
//! Fair because the clients are plain blocking sockets that have all connected before the clock is read: the system has put
//! them into the queue of the listener, and what is measured is how each runtime takes them out. They leave with a
//! reset, so that no address stays occupied.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::SockRef;

use crate::clock::cpu;
use crate::row::{Row, Scale};
use crate::runtimes::{Compio, Epoll, Monoio, Net, Onethread, Smol, Tokio, Uring};

const BURSTS: usize = 50;
const CLIENTS: usize = 100;

const ACCEPT: &str = "The call that takes a connection out of the queue, the making of its socket's entry in epoll, and the closing of both; a \
     wait for each burst of a hundred. Whoever registers a socket later, or with io_uring not at all, has less to undo.";

pub(crate) fn row() -> Row {
    Row::new("accept", "ns", ACCEPT)
        .with("ours", accepting::<Onethread>)
        .with("tokio", accepting::<Tokio>)
        .with("smol", accepting::<Smol>)
        .with("monoio", accepting::<Monoio<Epoll>>)
        .with("uring", accepting::<Monoio<Uring>>)
        .with("compio", accepting::<Compio>)
}

fn accepting<E: Net>(scale: Scale) -> f64 {
    let bursts = scale.of(BURSTS);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    let connect = move || {
        let client = TcpStream::connect(address).expect("room in the queue");
        let reset = Some(Duration::ZERO);
        SockRef::from(&client).set_linger(reset).expect("an open socket");
        client
    };
    E::run(async |executor| {
        let server = executor.spawn(async move {
            let mut listener = E::listen(listener);
            let mut spent = Duration::ZERO;
            for _ in 0..bursts {
                let clients: Vec<TcpStream> = (0..CLIENTS).map(|_| connect()).collect();
                let start = cpu();
                E::accept(&mut listener, CLIENTS).await;
                spent += cpu() - start;
                drop(clients);
            }
            spent.as_nanos() as f64 / (bursts * CLIENTS) as f64
        });
        E::join(server).await
    })
}
