//! Does any future run on any runtime? Four futures, each polled by a runtime that it was not written for.
//!
//! A future that only waits for a waker runs anywhere. One that goes to "its" reactor or "its" timers needs those to be
//! there. Taught in chapter 20.

use std::future::{Future, pending};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::thread;
use std::time::Duration;

use runtime::Runtime;

const SHORT: Duration = Duration::from_millis(10);

/// Onethread's runtime, which knows nothing of Tokio.
fn here<T>(future: impl Future<Output = T>) -> io::Result<T> {
    Ok(Runtime::new()?.block_on(future))
}

/// Tokio's, which knows nothing of us.
fn tokio_runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()
}

async fn tokio_timer() -> &'static str {
    tokio::time::sleep(SHORT).await;
    "done"
}

async fn our_timer() -> &'static str {
    runtime::time::sleep(SHORT).await;
    "done"
}

async fn tokio_channel() -> &'static str {
    let (give, take) = tokio::sync::oneshot::channel();
    // The first is pending and leaves its waker, and then the second wakes it.
    let (taken, _) = runtime::join(take, async { give.send("done") }).await;
    taken.unwrap_or("nobody gave anything")
}

/// Polls Tokio's timer here, while Tokio's own loop runs on another thread, which fires it.
fn with_tokio_beside(future: impl Future<Output = &'static str>) -> io::Result<&'static str> {
    let theirs = tokio_runtime()?;
    let handle = theirs.handle().clone();
    thread::spawn(move || theirs.block_on(pending::<()>()));
    // From here on Tokio's free functions find that runtime on this thread, too.
    let _inside = handle.enter();
    here(future)
}

/// What it gives, or the words of its panic.
fn outcome(run: impl FnOnce() -> io::Result<&'static str>) -> String {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(answer)) => answer.into(),
        Ok(Err(error)) => error.to_string(),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            format!("panicked: {}", text.or(payload.downcast_ref().copied()).unwrap_or("?"))
        }
    }
}

fn main() {
    // They are printed below.
    set_hook(Box::new(|_| {}));
    let tell = |what: &str, outcome: String| println!("{what}\n    {outcome}\n");
    tell("Tokio's timer, polled by Onethread", outcome(|| here(tokio_timer())));
    tell(
        "Onethread's timer, polled by Tokio",
        outcome(|| Ok(tokio_runtime()?.block_on(our_timer()))),
    );
    tell("Tokio's channel, polled by Onethread", outcome(|| here(tokio_channel())));
    tell(
        "Tokio's timer, polled by Onethread, with Tokio's loop on a thread beside it",
        outcome(|| with_tokio_beside(tokio_timer())),
    );
}
