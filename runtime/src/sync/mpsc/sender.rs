//! How is a value sent? It takes a slot, waiting in line for one if there is a limit, and goes into the queue.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::{Channel, SendError, TrySendError};
use crate::sync::permits::Turn;
use crate::wait::WaitPoint;

/// The side that sends; clones send into the same channel. When the last one is dropped, the receiver gets what is in the
/// queue, and then `None`.
pub struct Sender<T> {
    channel: Rc<Channel<T>>,
}

impl<T> Sender<T> {
    /// The first sender of a channel; the others are its clones.
    pub(super) fn new(channel: Rc<Channel<T>>) -> Sender<T> {
        Sender { channel }
    }

    /// Sends `value`, as soon as there is room for it.
    ///
    /// Cancel safe: if the future is dropped before it is ready, the value was not sent, and is dropped with it. Senders
    /// that wait are served first come, first served.
    ///
    /// # Errors
    /// If the receiver was dropped or closed; the value is in the error.
    #[track_caller]
    pub fn send(&self, value: T) -> Sending<'_, T> {
        let turn = Turn::new(1, WaitPoint::here("mpsc send"));
        Sending { channel: &self.channel, turn, value: Some(value) }
    }

    /// Sends `value` if there is room for it now and nobody waits to send.
    ///
    /// # Errors
    /// If there is not, or the receiver was dropped or closed; the value is in the error.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        if self.channel.slots.try_take(1) {
            self.channel.push(value);
            Ok(())
        } else if self.is_closed() {
            Err(TrySendError::Closed(value))
        } else {
            Err(TrySendError::Full(value))
        }
    }

    /// Whether the receiver was dropped or closed, so that sending is in vain.
    pub fn is_closed(&self) -> bool {
        self.channel.slots.is_closed()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.channel.senders.set(self.channel.senders.get() + 1);
        Sender { channel: self.channel.clone() }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.channel.senders.set(self.channel.senders.get() - 1);
        if self.channel.senders.get() == 0 {
            self.channel.receiver.wake();
        }
    }
}

/// The future of [`Sender::send`].
#[must_use = "futures do nothing unless awaited"]
pub struct Sending<'a, T> {
    channel: &'a Channel<T>,
    turn: Turn,
    value: Option<T>,
}

// The value is moved, never pinned.
impl<T> Unpin for Sending<'_, T> {}

impl<T> Future for Sending<'_, T> {
    type Output = Result<(), SendError<T>>;

    /// # Panics
    /// If it is polled again after it was ready: the value is gone.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Sending { channel, turn, value } = &mut *self;
        let taken = ready!(channel.slots.poll_take(turn, cx));
        let value =
            value.take().expect("a send was polled after it was ready (the book, chapter 04)");
        // The slot may have been granted before the channel was closed.
        if taken.is_err() || channel.slots.is_closed() {
            return Poll::Ready(Err(SendError(value)));
        }
        channel.push(value);
        Poll::Ready(Ok(()))
    }
}

impl<T> Drop for Sending<'_, T> {
    fn drop(&mut self) {
        self.channel.slots.leave(&mut self.turn);
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Sending<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}
