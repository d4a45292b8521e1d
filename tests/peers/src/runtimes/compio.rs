//! compio: io_uring where the kernel has it. It has no channels of its own; async-channel is what its examples use.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use compio::buf::BufResult;
use compio::io::{AsyncReadExt, AsyncWriteExt};
use compio::net::{TcpListener, TcpStream};
use compio::runtime::{JoinHandle, Runtime};
use compio::time;
use smol::channel::{self, Receiver, Sender};

use super::{Channels, Executor, Expect, MESSAGE, Net, Timers};

#[derive(Clone)]
pub(crate) struct Compio;

impl Executor for Compio {
    type Handle<T: 'static> = JoinHandle<T>;

    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output {
        Runtime::new().expect("a runtime").block_on(async { work(Compio).await })
    }

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        compio::runtime::spawn(task)
    }

    fn join<T: 'static>(handle: JoinHandle<T>) -> impl Future<Output = T> {
        Expect(handle)
    }

    fn yield_now() -> impl Future<Output = ()> {
        // It has none of its own, and this one knows nothing of any runtime.
        smol::future::yield_now()
    }
}

impl Channels for Compio {
    type Sender<T: 'static> = Sender<T>;
    type Receiver<T: 'static> = Receiver<T>;

    fn channel<T: 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        channel::bounded(capacity)
    }

    async fn send<T: 'static>(sender: &mut Sender<T>, value: T) {
        assert!(sender.send(value).await.is_ok());
    }

    async fn recv<T: 'static>(receiver: &mut Receiver<T>) -> Option<T> {
        receiver.recv().await.ok()
    }
}

impl Timers for Compio {
    fn sleep(duration: Duration) -> impl Future<Output = ()> {
        time::sleep(duration)
    }

    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        time::timeout(duration, future).await.ok()
    }
}

impl Net for Compio {
    type Stream = TcpStream;
    type Listener = TcpListener;

    async fn connect(address: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(address).await.expect("a server");
        stream.set_nodelay(true).expect("an open socket");
        stream
    }

    async fn round_trips(stream: &mut TcpStream, count: usize) {
        // A buffer is lent to the driver and comes back.
        let mut message = vec![0; MESSAGE];
        for _ in 0..count {
            let BufResult(written, buffer) = stream.write_all(message).await;
            written.expect("a server that reads");
            let BufResult(read, buffer) = stream.read_exact(buffer).await;
            read.expect("a server that answers");
            message = buffer;
        }
    }

    fn listen(listener: std::net::TcpListener) -> TcpListener {
        TcpListener::from_std(listener).expect("a listener")
    }

    async fn accept(listener: &mut TcpListener, count: usize) {
        for _ in 0..count {
            listener.accept().await.expect("a client");
        }
    }
}
