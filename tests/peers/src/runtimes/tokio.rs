//! Tokio: a `LocalRuntime`, its single-threaded runtime whose tasks need not be `Send`. It is quicker than a current-thread
//! runtime with a `LocalSet`.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::mpsc;
use tokio::task::{self, JoinHandle};
use tokio::time;

use super::{Channels, Executor, Expect, MESSAGE, Net, Timers};

#[derive(Clone)]
pub(crate) struct Tokio;

impl Executor for Tokio {
    type Handle<T: 'static> = JoinHandle<T>;

    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build_local(LocalOptions::default())
            .expect("a runtime");
        runtime.block_on(async { work(Tokio).await })
    }

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        task::spawn_local(task)
    }

    fn join<T: 'static>(handle: JoinHandle<T>) -> impl Future<Output = T> {
        Expect(handle)
    }

    fn yield_now() -> impl Future<Output = ()> {
        task::yield_now()
    }
}

impl Channels for Tokio {
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

impl Timers for Tokio {
    fn sleep(duration: Duration) -> impl Future<Output = ()> {
        time::sleep(duration)
    }

    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        time::timeout(duration, future).await.ok()
    }
}

impl Net for Tokio {
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
        listener.set_nonblocking(true).expect("a listener");
        TcpListener::from_std(listener).expect("a listener")
    }

    async fn accept(listener: &mut TcpListener, count: usize) {
        for _ in 0..count {
            listener.accept().await.expect("a client");
        }
    }
}
