//! smol: a `LocalExecutor` inside `smol::block_on`, which drives async-io on the same thread; channels from async-channel,
//! which it exports.

use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use smol::channel::{self, Receiver, Sender};
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::{TcpListener, TcpStream};
use smol::{Async, LocalExecutor, Task, Timer, future};

use super::{Channels, Executor, MESSAGE, Net, Timers};

#[derive(Clone)]
pub(crate) struct Smol(Rc<LocalExecutor<'static>>);

impl Executor for Smol {
    type Handle<T: 'static> = Task<T>;

    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output {
        let executor = Rc::new(LocalExecutor::new());
        smol::block_on(executor.run(work(Smol(executor.clone()))))
    }

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> Task<T> {
        self.0.spawn(task)
    }

    fn join<T: 'static>(task: Task<T>) -> impl Future<Output = T> {
        task
    }

    fn yield_now() -> impl Future<Output = ()> {
        future::yield_now()
    }
}

impl Channels for Smol {
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

impl Timers for Smol {
    async fn sleep(duration: Duration) {
        Timer::after(duration).await;
    }

    /// As the documentation of `Timer` does it: a race of the future with a timer.
    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        let late = async {
            Timer::after(duration).await;
            None
        };
        future::or(async { Some(future.await) }, late).await
    }
}

impl Net for Smol {
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
        Async::new(listener).expect("a listener").into()
    }

    async fn accept(listener: &mut TcpListener, count: usize) {
        for _ in 0..count {
            listener.accept().await.expect("a client");
        }
    }
}
