//! monoio, with its older driver (epoll) and with its newer one (io_uring): two contenders. Channels from local-sync,
//! as its documentation recommends. It is built with wakes from other threads, which everybody else has too.

use std::future::Future;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::time::Duration;

use local_sync::mpsc::bounded;
use monoio::io::{AsyncReadRentExt, AsyncWriteRentExt};
use monoio::net::{TcpListener, TcpStream};
use monoio::task::JoinHandle;
use monoio::{IoUringDriver, LegacyDriver, RuntimeBuilder, time};

use super::{Channels, Executor, MESSAGE, Net, Timers};

pub(crate) struct Monoio<D>(PhantomData<D>);

impl<D> Clone for Monoio<D> {
    fn clone(&self) -> Self {
        Monoio(PhantomData)
    }
}

/// Which driver. It is a type there.
pub(crate) trait Driver: 'static {
    fn block_on<F: Future>(future: F) -> F::Output;
}

pub(crate) struct Epoll;

impl Driver for Epoll {
    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = RuntimeBuilder::<LegacyDriver>::new().enable_timer().build();
        runtime.expect("a runtime").block_on(future)
    }
}

pub(crate) struct Uring;

impl Driver for Uring {
    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = RuntimeBuilder::<IoUringDriver>::new().enable_timer().build();
        runtime.expect("a kernel with io_uring").block_on(future)
    }
}

impl<D: Driver> Executor for Monoio<D> {
    type Handle<T: 'static> = JoinHandle<T>;

    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output {
        D::block_on(async { work(Monoio(PhantomData)).await })
    }

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        monoio::spawn(task)
    }

    fn join<T: 'static>(handle: JoinHandle<T>) -> impl Future<Output = T> {
        handle
    }

    fn yield_now() -> impl Future<Output = ()> {
        // It has none of its own, and this one knows nothing of any runtime.
        smol::future::yield_now()
    }
}

impl<D: Driver> Channels for Monoio<D> {
    type Sender<T: 'static> = bounded::Tx<T>;
    type Receiver<T: 'static> = bounded::Rx<T>;

    fn channel<T: 'static>(capacity: usize) -> (bounded::Tx<T>, bounded::Rx<T>) {
        bounded::channel(capacity)
    }

    async fn send<T: 'static>(sender: &mut bounded::Tx<T>, value: T) {
        assert!(sender.send(value).await.is_ok());
    }

    fn recv<T: 'static>(receiver: &mut bounded::Rx<T>) -> impl Future<Output = Option<T>> {
        receiver.recv()
    }
}

impl<D: Driver> Timers for Monoio<D> {
    fn sleep(duration: Duration) -> impl Future<Output = ()> {
        time::sleep(duration)
    }

    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        time::timeout(duration, future).await.ok()
    }
}

impl<D: Driver> Net for Monoio<D> {
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
            let (written, buffer) = stream.write_all(message).await;
            written.expect("a server that reads");
            let (read, buffer) = stream.read_exact(buffer).await;
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
