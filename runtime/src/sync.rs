//! How do the tasks of one thread hand each other values, turns and news?
//!
//! Nothing here is `Send`, takes a lock or touches an atomic: the parties share cells behind an `Rc`, and what makes that
//! enough is that only one of them runs at a time. For a value from another thread use
//! [`spawn_blocking`](crate::spawn_blocking).
//!
//! | wanted | use | asyncio's name |
//! |---|---|---|
//! | many values, in order | [`mpsc`] | `Queue` |
//! | one value, once | [`oneshot`] | `Future` |
//! | at most n at a time | [`Semaphore`] | `Semaphore` |
//! | "something has changed, look again" | [`Notify`] | `Event`, `Condition` |
//! | to keep a value to oneself across an `.await` | [`Mutex`] | `Lock` |
//!
//! All of them serve who waits first in, first out. Their futures are cancel safe: dropping one takes it out of the line,
//! and if its turn had come already, the next in line gets it. The task polled last is the one that is woken.
//!
//! ```compile_fail,E0277
//! fn to_another_thread(value: impl Send) {}
//! to_another_thread(runtime::sync::mpsc::channel::<u8>(1));
//! ```

mod mutex;
mod notify;
mod permits;
mod semaphore;
mod waiters;
mod waker_slot;

pub mod mpsc;
pub mod oneshot;

pub use mutex::{Lock, Mutex, MutexGuard, TryLockError};
pub use notify::{Notified, Notify};
pub use semaphore::{Acquire, AcquireError, Permit, Semaphore, TryAcquireError};
pub(crate) use waker_slot::WakerSlot;
