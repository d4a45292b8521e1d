//! How does a task step aside? It wakes itself and is pending once.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::wait::WaitPoint;

/// Lets every task that is ready run before this one goes on. asyncio's name is `sleep(0)`.
///
/// It makes no system call of its own. Cancel safe.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// for part in 0..3 {
///     // … a piece of a long computation …
///     runtime::yield_now().await;
/// }
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn yield_now() -> YieldNow {
    YieldNow { at: Some(Location::caller()) }
}

/// The future of [`yield_now`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct YieldNow {
    /// The line that steps aside; `None` once it has.
    at: Option<&'static Location<'static>>,
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(at) = self.at.take() else { return Poll::Ready(()) };
        WaitPoint { what: "its turn", at }.pending();
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
