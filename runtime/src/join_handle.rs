//! How does one task get another's output? By its ticket: a handle owns nothing, and knows whom to ask.
//!
//! Taught in chapter 14.

use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::context;
use crate::join_error::JoinError;
use crate::place::Place;
use crate::roster::Claim;
use crate::schedule::Schedule;
use crate::ticket::Ticket;
use crate::wait::WaitPoint;

/// Runs `future` as a task of its own, beside the one that calls this. It begins when its turn comes, not at once.
///
/// The task goes on whether the handle is awaited or dropped. asyncio's name is `create_task`.
///
/// # Panics
/// Outside a runtime.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let handle = runtime::spawn(async { 6 * 7 });
/// assert_eq!(handle.await.unwrap(), 42);
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
{
    JoinHandle::spawn(context::expect_schedule("spawn"), future, None, Location::caller())
}

/// Like [`spawn`], with a name that traces and [`dump`](crate::dump()) show.
///
/// # Panics
/// Outside a runtime.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let worker = runtime::spawn_named("worker", async { 1 });
/// assert_eq!(runtime::dump().tasks[1].name.as_deref(), Some("worker"));
/// # worker.await.unwrap();
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn spawn_named<F>(name: impl Into<Rc<str>>, future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
{
    JoinHandle::spawn(
        context::expect_schedule("spawn_named"),
        future,
        Some(name.into()),
        Location::caller(),
    )
}

/// Whether a file polls other people's futures: one of these here, or where the standard library does it for `&mut` and `Pin`.
fn is_combinator(file: &str) -> bool {
    const OURS: [&str; 4] = ["join.rs", "join_set.rs", "select.rs", "time/timeout.rs"];
    let folder = file!().strip_suffix("join_handle.rs").unwrap_or_default();
    file.strip_prefix(folder).is_some_and(|name| OURS.contains(&name))
        || file.ends_with("library/core/src/future/future.rs")
}

/// A spawned task, seen from outside: await it for its output. asyncio's name is `Task`.
///
/// Dropping the handle detaches the task: it goes on, and its output is dropped when it is done.
///
/// Awaiting it is cancel safe: whoever stops waiting can wait again later, as long as they keep the handle. If several
/// wait, the one polled last is woken.
///
/// # Errors
/// Awaiting it gives a [`JoinError`] if the task panicked or was aborted, or if its runtime is gone.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let endless = runtime::spawn(std::future::pending::<()>());
/// endless.abort();
/// assert!(endless.await.unwrap_err().is_cancelled());
///
/// let failing = runtime::spawn(async { panic!("on purpose") as u8 });
/// assert!(failing.await.unwrap_err().is_panic());
/// # });
/// # std::io::Result::Ok(())
/// ```
#[must_use = "dropping a handle detaches its task; call drop if that is meant"]
pub struct JoinHandle<T> {
    /// Of the runtime, which may be gone by now: then there are no tasks in it.
    schedule: Rc<Schedule>,
    /// `None` once the output was given, or if there never was a task, because its runtime was being dropped.
    ticket: Option<Ticket>,
    output: PhantomData<fn() -> T>,
}

impl<T: 'static> JoinHandle<T> {
    pub(crate) fn spawn<F>(
        schedule: Rc<Schedule>,
        future: F,
        name: Option<Rc<str>>,
        at: &'static Location<'static>,
    ) -> JoinHandle<T>
    where
        F: Future<Output = T> + 'static,
    {
        let ticket = schedule.spawn(future, name, at);
        JoinHandle { schedule, ticket, output: PhantomData }
    }
}

impl<T> JoinHandle<T> {
    /// Cancels the task: its future is dropped when its turn comes, and before an await of this handle returns.
    ///
    /// Nothing happens if it is finished already. A task that aborts itself goes on to its next await. asyncio's name is
    /// `cancel`; there the task may catch it and go on, here it cannot.
    pub fn abort(&self) {
        if let Some(ticket) = self.ticket {
            self.schedule.abort(ticket);
        }
    }

    /// Whether the task has ended, one way or another. asyncio's name is `done`.
    pub fn is_finished(&self) -> bool {
        self.ticket.is_none_or(|ticket| self.schedule.is_finished(ticket))
    }
}

impl<T: 'static> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    /// When polled again after it was ready: the output is gone.
    #[track_caller]
    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let caller = Location::caller();
        let joined = self.poll_end(cx);
        if joined.is_pending() {
            // The line that awaits it. From inside `join` or `timeout` that would be a line of theirs, which tells nobody
            // anything, so then it is the line that spawned the task.
            let spawned_at = || self.ticket.and_then(|ticket| self.schedule.spawned_at(ticket));
            let instead = is_combinator(caller.file()).then(spawned_at).flatten();
            WaitPoint { what: "join", at: instead.unwrap_or(caller) }.pending();
        }
        joined
    }
}

impl<T: 'static> JoinHandle<T> {
    /// Polls it as a part of something else, which is what the task waits for.
    pub(crate) fn poll_for(
        &mut self,
        cx: &mut Context<'_>,
        wait: WaitPoint,
    ) -> Poll<Result<T, JoinError>> {
        let joined = self.poll_end(cx);
        if joined.is_pending() {
            wait.pending();
        }
        joined
    }

    // Inlined as `poll` is, so that the output goes where it is wanted and not through memory piece by piece, for which the
    // processor has to wait: a tenth of a task's time.
    #[inline(always)]
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        let Some(ticket) = self.ticket else {
            let closed = self.schedule.is_closed();
            assert!(closed, "a JoinHandle was polled after it was ready (the book, chapter 14)");
            return Poll::Ready(Err(JoinError::runtime_gone()));
        };
        let mut output: Option<T> = None;
        let claim = self.schedule.claim(ticket, Place::new(&mut output), cx.waker());
        if let Claim::Alive = claim {
            return Poll::Pending;
        }
        self.ticket = None;
        Poll::Ready(match claim {
            Claim::Completed => output.ok_or_else(JoinError::runtime_gone),
            Claim::Failed => Err(self.fail(ticket)),
            Claim::Alive | Claim::Gone => Err(JoinError::runtime_gone()),
        })
    }

    #[cold]
    fn fail(&self, ticket: Ticket) -> JoinError {
        let id = self.schedule.id(ticket);
        match self.schedule.fail(ticket) {
            Some(payload) => JoinError::panicked(id, payload),
            None => JoinError::cancelled(id),
        }
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.schedule.detach(ticket);
        }
    }
}

impl<T> std::fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinHandle").field("finished", &self.is_finished()).finish()
    }
}
