//! futures' `LocalPool`: an executor without timers or sockets. To await a task's output there is a remote handle.

use std::future::Future;

use futures::channel::mpsc;
use futures::executor::{LocalPool, LocalSpawner};
use futures::future::RemoteHandle;
use futures::task::LocalSpawnExt;
use futures::{SinkExt, StreamExt};

use super::{Channels, Executor};

#[derive(Clone)]
pub(crate) struct Futures(LocalSpawner);

impl Executor for Futures {
    type Handle<T: 'static> = RemoteHandle<T>;

    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output {
        let mut pool = LocalPool::new();
        let work = work(Futures(pool.spawner()));
        pool.run_until(work)
    }

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> RemoteHandle<T> {
        self.0.spawn_local_with_handle(task).expect("a pool that runs")
    }

    fn join<T: 'static>(handle: RemoteHandle<T>) -> impl Future<Output = T> {
        handle
    }

    fn yield_now() -> impl Future<Output = ()> {
        // It has none of its own, and this one knows nothing of any runtime.
        smol::future::yield_now()
    }
}

impl Channels for Futures {
    type Sender<T: 'static> = mpsc::Sender<T>;
    type Receiver<T: 'static> = mpsc::Receiver<T>;

    fn channel<T: 'static>(capacity: usize) -> (mpsc::Sender<T>, mpsc::Receiver<T>) {
        // Each sender has a place of its own beside the buffer.
        mpsc::channel(capacity - 1)
    }

    async fn send<T: 'static>(sender: &mut mpsc::Sender<T>, value: T) {
        // `send` would flush, which is to wait until the receiver has taken the value.
        assert!(sender.feed(value).await.is_ok());
    }

    fn recv<T: 'static>(receiver: &mut mpsc::Receiver<T>) -> impl Future<Output = Option<T>> {
        receiver.next()
    }
}
