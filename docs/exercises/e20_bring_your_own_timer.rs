//! Exercise of chapter 20. A function for all runtimes runs on one alone.
//!
//! `patiently` waits for `work`, but not longer than `limit`, and knows nothing of the runtime that it runs on, or so it says.
//! The caller brings the timer. Mend `patiently`; its first line and the test stay as they are.
//!
//! Hint: `std::pin::pin!` and `std::future::poll_fn` are all that is needed. Poll the one, then the other.
//!
//! The solution is in docs/exercises/solved/e20_bring_your_own_timer.rs.

use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

const LIMIT: Duration = Duration::from_millis(5);

/// Gives what `work` gives, or `None` if `limit` is over first.
async fn patiently<T>(work: impl Future<Output = T>, limit: impl Future<Output = ()>) -> Option<T> {
    tokio::time::timeout(LIMIT, work).await.ok()
}

#[test]
#[ignore = "exercise of chapter 20"]
fn e20_one_function_runs_on_both_runtimes() {
    let theirs = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let on_tokio = theirs.block_on(async {
        let in_time = patiently(ready(1), tokio::time::sleep(LIMIT)).await;
        (in_time, patiently(pending::<u32>(), tokio::time::sleep(LIMIT)).await)
    });
    assert_eq!(on_tokio, (Some(1), None), "on Tokio it is to be right, too");
    let ours = runtime::Runtime::new().unwrap();
    let here = catch_unwind(AssertUnwindSafe(|| {
        ours.block_on(async {
            let in_time = patiently(ready(1), runtime::time::sleep(LIMIT)).await;
            (in_time, patiently(pending::<u32>(), runtime::time::sleep(LIMIT)).await)
        })
    }));
    let Ok(here) = here else {
        panic!(
            "on Onethread it panics: it looks for a runtime of its own instead of the timer it is given"
        );
    };
    assert_eq!(here, (Some(1), None), "on Onethread it is to give the same");
}
