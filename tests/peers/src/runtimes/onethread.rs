//! This project.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::sync::mpsc;
use runtime::{JoinHandle, Runtime, time};

use super::{Channels, Executor, Expect, MESSAGE, Net, Timers};

#[derive(Clone)]
pub(crate) struct Onethread;

impl Executor for Onethread {
    type Handle<T: 'static> = JoinHandle<T>;

    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output {
        Runtime::new().expect("a runtime").block_on(work(Onethread))
    }

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        runtime::spawn(task)
    }

    fn join<T: 'static>(handle: JoinHandle<T>) -> impl Future<Output = T> {
        Expect(handle)
    }

    fn yield_now() -> impl Future<Output = ()> {
        runtime::yield_now()
    }
}

impl Channels for Onethread {
    type Sender<T: 'static> = mpsc::Sender<T>;
    type Receiver<T: 'static> = mpsc::Receiver<T>;

    fn channel<T: 'static>(capacity: usize) -> (mpsc::Sender<T>, mpsc::Receiver<T>) {
        mpsc::channel(capacity)
    }

    async fn send<T: 'static>(sender: &mut mpsc::Sender<T>, value: T) {
        assert!(sender.send(value).await.is_ok());
    }

    fn recv<T: 'static>(receiver: &mut mpsc::Receiver<T>) -> impl Future<Output = Option<T>> {
        receiver.recv()
    }
}

impl Timers for Onethread {
    fn sleep(duration: Duration) -> impl Future<Output = ()> {
        time::sleep(duration)
    }

    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        time::timeout(duration, future).await.ok()
    }
}

impl Net for Onethread {
    type Stream = TcpStream;
    type Listener = TcpListener;

    async fn connect(address: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(address).await.expect("a server");
        stream.set_nodelay(true).expect("an open socket");
        stream
    }

    async fn round_trips(stream: &mut TcpStream, count: usize) {
        let mut message = [0; MESSAGE];
        for _ in 0..count {
            stream.write_all(&message).await.expect("a server that reads");
            stream.read_exact(&mut message).await.expect("a server that answers");
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
