//! How does it all begin and end? With a `Runtime`: build it, let it run a future, drop it.

use std::future::Future;
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;

use crate::context;
use crate::dump::Dump;
use crate::executor::Core;
use crate::join_handle::JoinHandle;

/// A single-threaded runtime: an executor, a reactor and timers, for the thread it is made on. asyncio's name is the event
/// loop.
///
/// Dropping it drops every task that is left, exactly once, and closes its descriptors. Handles of its tasks then give
/// an error, its sockets too, and wakers that other threads still hold do nothing.
///
/// ```
/// use runtime::{Runtime, spawn, time::sleep};
/// use std::time::Duration;
///
/// let rt = Runtime::new()?;
/// let sum = rt.block_on(async {
///     let slow = spawn(async {
///         sleep(Duration::from_millis(2)).await;
///         1
///     });
///     let quick = spawn(async { 2 });
///     quick.await.unwrap() + slow.await.unwrap()
/// });
/// assert_eq!(sum, 3);
/// # std::io::Result::Ok(())
/// ```
pub struct Runtime {
    core: Rc<Core>,
}

impl Runtime {
    pub(crate) fn from_core(core: Core) -> Runtime {
        Runtime { core: Rc::new(core) }
    }

    /// Runs `future`, and every spawned task, on this thread until `future` is ready; gives its output.
    ///
    /// Tasks that are not finished by then stay, and go on with the next `block_on`. asyncio's name is
    /// `loop.run_until_complete`.
    ///
    /// # Panics
    /// Inside another `block_on` on this thread, for that one would stand still meanwhile: `.await` the future, or
    /// `spawn` it. If `future` panics, so does this; the runtime can be used afterwards.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        assert!(
            context::current().is_none(),
            "block_on was called inside block_on: this thread's loop would stand still until the inner one ends. \
             Await the future or spawn it (the book, chapter 05)"
        );
        let _entered = context::enter(self.core.clone());
        let mut future = pin!(future);
        let mut output = None;
        self.core.run(&mut |cx| future.as_mut().poll(cx).map(|ready| output = Some(ready)));
        output.expect("the loop ends when the root future is ready")
    }

    /// Like [`spawn`](crate::spawn()), for use before or between `block_on`s: the task begins with the next one.
    ///
    /// ```
    /// let rt = runtime::Runtime::new()?;
    /// let early = rt.spawn(async { "spawned before anything runs" });
    /// assert!(!early.is_finished());
    /// rt.block_on(early).unwrap();
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
    {
        JoinHandle::spawn(self.core.schedule.clone(), future, None, Location::caller())
    }

    /// All tasks and what each waits for; see [`dump`](crate::dump()).
    pub fn dump(&self) -> Dump {
        Dump::of(&self.core)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // What the tasks' destructors call (spawn, note, a channel) finds the runtime it belongs to.
        let _entered = context::enter(self.core.clone());
        self.core.shut_down();
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}
