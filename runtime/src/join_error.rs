//! Why is there no output? The three ways in which a task can end without one.

use std::any::Any;
use std::error::Error;
use std::fmt;

use crate::observe::TaskId;

/// Why a task gave no output: it panicked, it was cancelled, or its runtime was dropped.
///
/// asyncio raises the task's own exception where it is awaited; to do the same with a panic:
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let answer = match runtime::spawn(async { 42 }).await {
///     Ok(answer) => answer,
///     Err(error) => match error.try_into_panic() {
///         Ok(payload) => std::panic::resume_unwind(payload),
///         Err(_cancelled) => 0,
///     },
/// };
/// # assert_eq!(answer, 42);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub struct JoinError {
    cause: Cause,
}

enum Cause {
    Panicked(TaskId, Box<dyn Any + Send>),
    Cancelled(TaskId),
    RuntimeGone,
}

impl JoinError {
    pub(crate) fn panicked(task: TaskId, payload: Box<dyn Any + Send>) -> JoinError {
        JoinError { cause: Cause::Panicked(task, payload) }
    }

    pub(crate) fn cancelled(task: TaskId) -> JoinError {
        JoinError { cause: Cause::Cancelled(task) }
    }

    pub(crate) fn runtime_gone() -> JoinError {
        JoinError { cause: Cause::RuntimeGone }
    }

    /// Whether the task was aborted, or dropped with its runtime.
    pub fn is_cancelled(&self) -> bool {
        !self.is_panic()
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.cause, Cause::Panicked(..))
    }

    /// What the task panicked with, for `std::panic::resume_unwind`.
    ///
    /// # Errors
    /// The error itself, if the task did not panic.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, JoinError> {
        match self.cause {
            Cause::Panicked(_, payload) => Ok(payload),
            _ => Err(self),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Panicked(task, payload) => match message(&**payload) {
                Some(message) => write!(f, "task {task} panicked: {message}"),
                None => write!(f, "task {task} panicked"),
            },
            Cause::Cancelled(task) => write!(f, "task {task} was cancelled"),
            Cause::RuntimeGone => f.write_str("the task is gone: its runtime was dropped"),
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinError({self})")
    }
}

impl Error for JoinError {}

/// For `?` in functions that do I/O. What a panic carried is kept as text.
impl From<JoinError> for std::io::Error {
    fn from(error: JoinError) -> std::io::Error {
        std::io::Error::other(error.to_string())
    }
}
