//! How does one task give another a single value, once? An answer to a question, a result, a signal to stop.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::coop;
use crate::sync::WakerSlot;
use crate::wait::WaitPoint;

/// A channel for one value. The receiver is a future; traces show this call as the line that waits.
///
/// ```
/// use runtime::{spawn, sync::oneshot};
/// # runtime::Runtime::new()?.block_on(async {
/// let (sender, receiver) = oneshot::channel();
/// spawn(async move { sender.send(6 * 7) });
/// assert_eq!(receiver.await, Ok(42));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Rc::new(Channel {
        value: Cell::new(None),
        sender_gone: Cell::new(false),
        closed: Cell::new(false),
        sender: WakerSlot::default(),
        receiver: WakerSlot::default(),
    });
    let wait = WaitPoint::here("oneshot");
    (Sender { channel: channel.clone() }, Receiver { channel, wait })
}

struct Channel<T> {
    value: Cell<Option<T>>,
    /// Sending uses the sender up: if there ever is a value, it is there when the sender is gone.
    sender_gone: Cell<bool>,
    /// By the receiver.
    closed: Cell<bool>,
    sender: WakerSlot,
    receiver: WakerSlot,
}

impl<T> Channel<T> {
    fn is_settled(&self) -> bool {
        self.sender_gone.get() || self.closed.get()
    }
}

/// The side that sends. Dropping it without sending is an error at the receiver.
pub struct Sender<T> {
    channel: Rc<Channel<T>>,
}

impl<T> Sender<T> {
    /// Sends the value; nobody has to wait for that.
    ///
    /// # Errors
    /// If the receiver is gone or closed: the value comes back.
    pub fn send(self, value: T) -> Result<(), T> {
        if self.is_closed() {
            return Err(value);
        }
        self.channel.value.set(Some(value));
        Ok(())
    }

    /// Waits until nobody wants the value any more: the receiver is dropped or closed. Cancel safe.
    ///
    /// With [`select`](crate::select) it ends a computation whose result nobody waits for.
    #[track_caller]
    pub fn closed(&mut self) -> Closed<'_, T> {
        Closed { channel: &self.channel, wait: WaitPoint::here("oneshot closed") }
    }

    /// Whether the receiver is gone or closed.
    pub fn is_closed(&self) -> bool {
        self.channel.closed.get()
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.channel.sender_gone.set(true);
        self.channel.receiver.wake();
    }
}

/// The side that receives: a future of the value. Cancel safe: `(&mut receiver).await` may be dropped and done again.
#[must_use = "futures do nothing unless awaited"]
pub struct Receiver<T> {
    channel: Rc<Channel<T>>,
    wait: WaitPoint,
}

impl<T> Receiver<T> {
    /// Takes the value if it is there.
    ///
    /// # Errors
    /// If it is not, for now or for good.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.channel.value.take().ok_or(if self.channel.is_settled() {
            TryRecvError::Closed
        } else {
            TryRecvError::Empty
        })
    }

    /// Takes no value any more: sending is an error from here on. One that was sent already can still be received.
    pub fn close(&mut self) {
        self.channel.closed.set(true);
        self.channel.sender.wake();
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    /// Once the value was taken, there is none: an error.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let channel = &self.channel;
        if channel.receiver.poll_until(cx, || channel.is_settled()).is_pending() {
            self.wait.pending();
            return Poll::Pending;
        }
        ready!(coop::spend(cx));
        Poll::Ready(channel.value.take().ok_or(RecvError(())))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.channel.receiver.clear();
        self.close();
        drop(self.channel.value.take());
    }
}

/// The future of [`Sender::closed`].
#[must_use = "futures do nothing unless awaited"]
pub struct Closed<'a, T> {
    channel: &'a Channel<T>,
    wait: WaitPoint,
}

impl<T> Future for Closed<'_, T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let channel = self.channel;
        if channel.sender.poll_until(cx, || channel.closed.get()).is_pending() {
            self.wait.pending();
            return Poll::Pending;
        }
        coop::spend(cx)
    }
}

impl<T> Drop for Closed<'_, T> {
    fn drop(&mut self) {
        self.channel.sender.clear();
    }
}

/// The sender is gone, and there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError(());

/// There was no value to be had at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// Not now: it was not sent yet.
    Empty,
    /// Not ever: the sender is gone or the channel is closed, or the value was taken.
    Closed,
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sender is gone without having sent a value")
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "no value was sent yet",
            TryRecvError::Closed => "there is no value, and none will come",
        })
    }
}

impl Error for RecvError {}
impl Error for TryRecvError {}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("wait", &self.wait).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Closed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closed").field("wait", &self.wait).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
