//! How is a value received? From the front of the queue, and that makes room for the first sender in line.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::{Channel, TryRecvError};
use crate::coop;
use crate::wait::WaitPoint;

/// The side that receives. When it is dropped, senders get their values back as errors, and what is in the queue is dropped.
pub struct Receiver<T> {
    channel: Rc<Channel<T>>,
}

impl<T> Receiver<T> {
    pub(super) fn new(channel: Rc<Channel<T>>) -> Receiver<T> {
        Receiver { channel }
    }

    /// Waits for the next value; `None` once all senders are gone, or the channel is closed, and the queue is empty.
    ///
    /// Cancel safe: dropping the future loses no value.
    #[track_caller]
    pub fn recv(&mut self) -> Recv<'_, T> {
        Recv { channel: &self.channel, wait: WaitPoint::here("mpsc recv") }
    }

    /// Takes the next value if there is one now.
    ///
    /// # Errors
    /// If the queue is empty, for now or for good.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.channel.pop().ok_or(if self.channel.is_over() {
            TryRecvError::Disconnected
        } else {
            TryRecvError::Empty
        })
    }

    /// Takes no new values: sending is an error from here on. What is in the queue can still be received.
    pub fn close(&mut self) {
        self.channel.slots.close();
    }

    /// How many values are in the queue.
    pub fn len(&self) -> usize {
        self.channel.queue.borrow().len()
    }

    /// Whether no value is in the queue.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.channel.slots.close();
        let unread = mem::take(&mut *self.channel.queue.borrow_mut());
        drop(unread);
    }
}

/// The future of [`Receiver::recv`].
#[must_use = "futures do nothing unless awaited"]
pub struct Recv<'a, T> {
    channel: &'a Channel<T>,
    wait: WaitPoint,
}

impl<T> Future for Recv<'_, T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let channel = self.channel;
        let has_news = || !channel.queue.borrow().is_empty() || channel.is_over();
        if channel.receiver.poll_until(cx, has_news).is_pending() {
            self.wait.pending();
            return Poll::Pending;
        }
        // Only what gets somewhere is charged: see `coop`. The value stays in the queue until it is paid.
        ready!(coop::spend(cx));
        Poll::Ready(channel.pop())
    }
}

impl<T> Drop for Recv<'_, T> {
    fn drop(&mut self) {
        self.channel.receiver.clear();
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Recv<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recv").field("wait", &self.wait).finish_non_exhaustive()
    }
}
