//! How do many tasks send values to one? Through a queue; and a full queue makes the senders wait.
//!
//! The free slots of a channel are permits, like those of a semaphore: to send takes one, to receive gives one back. So
//! senders are served first come, first served, and a sender that is dropped while it waits costs no slot. The channel
//! counts them itself: a `Semaphore` would be a second allocation, and a `Permit` to make and forget for each value.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::sync::WakerSlot;
use crate::sync::permits::Permits;

mod error;
mod receiver;
mod sender;

pub use error::{SendError, TryRecvError, TrySendError};
pub use receiver::{Receiver, Recv};
pub use sender::{Sender, Sending};

/// A channel that holds at most `capacity` values; whoever sends more waits until one is received.
///
/// # Panics
/// If `capacity` is 0: no value could ever pass.
///
/// ```
/// use runtime::{join, sync::mpsc};
/// # runtime::Runtime::new()?.block_on(async {
/// let (sender, mut receiver) = mpsc::channel(2);
/// let produce = async move {
///     for n in 1..=5 {
///         sender.send(n).await.unwrap();
///     }
///     // The last sender is dropped here: that ends the channel.
/// };
/// let consume = async {
///     let mut sum = 0;
///     while let Some(n) = receiver.recv().await {
///         sum += n;
///     }
///     sum
/// };
/// assert_eq!(join(produce, consume).await.1, 15);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(
        capacity > 0,
        "a channel of capacity 0 could never pass a value: use 1 or more (the book, chapter 14)"
    );
    new(capacity)
}

/// A channel without a limit: sending never waits for room. If values come faster than they are received, it grows until
/// the memory is gone; [`channel`] makes the senders wait instead.
///
/// ```
/// use runtime::sync::mpsc;
/// # runtime::Runtime::new()?.block_on(async {
/// let (sender, mut receiver) = mpsc::unbounded();
/// sender.try_send("news").unwrap(); // fails only if the receiver is gone
/// drop(sender);
/// assert_eq!(receiver.recv().await, Some("news"));
/// assert_eq!(receiver.recv().await, None);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    // More than fit into memory.
    new(usize::MAX)
}

fn new<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Rc::new(Channel {
        queue: RefCell::default(),
        slots: Permits::new(capacity),
        senders: Cell::new(1),
        receiver: WakerSlot::default(),
    });
    (Sender::new(channel.clone()), Receiver::new(channel))
}

struct Channel<T> {
    queue: RefCell<VecDeque<T>>,
    /// One permit for each value that still fits. The receiver closes them: nothing is put into the queue any more.
    slots: Permits,
    senders: Cell<usize>,
    receiver: WakerSlot,
}

impl<T> Channel<T> {
    fn push(&self, value: T) {
        self.queue.borrow_mut().push_back(value);
        self.receiver.wake();
    }

    fn pop(&self) -> Option<T> {
        let value = self.queue.borrow_mut().pop_front()?;
        self.slots.give(1);
        Some(value)
    }

    /// Whether no further value can come.
    fn is_over(&self) -> bool {
        self.slots.is_closed() || self.senders.get() == 0
    }
}

#[cfg(test)]
mod tests;
