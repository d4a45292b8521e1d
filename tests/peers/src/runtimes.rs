//! What do the rows ask of a runtime? Four traits; each runtime's file says how it is done there.
//!
//! So a workload is written once, and is the same for all. A file uses its runtime as its documentation recommends for one
//! thread; the traits add nothing that is not inlined.

mod compio;
mod futures;
mod monoio;
mod onethread;
mod smol;
mod tokio;

use std::fmt::Debug;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

pub(crate) use compio::Compio;
pub(crate) use futures::Futures;
pub(crate) use monoio::{Epoll, Monoio, Uring};
pub(crate) use onethread::Onethread;
pub(crate) use smol::Smol;
pub(crate) use tokio::Tokio;

/// Tasks.
pub(crate) trait Executor: Clone + 'static {
    /// What awaits a task.
    type Handle<T: 'static>;

    /// Builds a runtime, runs what `work` makes on it, and drops it.
    fn run<F: Future>(work: impl FnOnce(Self) -> F) -> F::Output;

    fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> Self::Handle<T>;

    fn join<T: 'static>(handle: Self::Handle<T>) -> impl Future<Output = T>;

    /// What this runtime offers for it, or the usual three lines where it has nothing of its own.
    fn yield_now() -> impl Future<Output = ()>;
}

/// A handle that gives a result, of a task that neither panics nor is aborted. It adds a branch and no state, so that such
/// handles are not measured with more around them than those that give the output alone.
pub(crate) struct Expect<H>(pub(crate) H);

impl<H, T, E> Future for Expect<H>
where
    H: Future<Output = Result<T, E>> + Unpin,
    E: Debug,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0).poll(cx).map(|joined| joined.expect("the task ends"))
    }
}

/// Bounded channels between tasks: the one that this runtime's documentation points to.
pub(crate) trait Channels: Executor {
    type Sender<T: 'static>: 'static;
    type Receiver<T: 'static>: 'static;

    fn channel<T: 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>);

    fn send<T: 'static>(sender: &mut Self::Sender<T>, value: T) -> impl Future<Output = ()>;

    /// `None` when the sender is gone.
    fn recv<T: 'static>(receiver: &mut Self::Receiver<T>) -> impl Future<Output = Option<T>>;
}

/// Time.
pub(crate) trait Timers: Executor {
    fn sleep(duration: Duration) -> impl Future<Output = ()>;

    /// `None` if the future takes longer.
    fn timeout<F: Future>(duration: Duration, future: F)
    -> impl Future<Output = Option<F::Output>>;
}

/// TCP.
pub(crate) trait Net: Executor {
    type Stream: 'static;
    type Listener: 'static;

    /// Connects, with Nagle's algorithm off.
    fn connect(address: SocketAddr) -> impl Future<Output = Self::Stream>;

    /// Writes [`MESSAGE`] bytes and reads as many, so often.
    fn round_trips(stream: &mut Self::Stream, count: usize) -> impl Future<Output = ()>;

    fn listen(listener: TcpListener) -> Self::Listener;

    /// Accepts so many connections and closes each.
    fn accept(listener: &mut Self::Listener, count: usize) -> impl Future<Output = ()>;
}

/// The bytes of one message of an echo.
pub(crate) const MESSAGE: usize = 64;
