//! The solution of e20: the two futures are polled one after the other, and whichever is ready first decides.

use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

const LIMIT: Duration = Duration::from_millis(5);

/// Gives what `work` gives, or `None` if `limit` is over first.
async fn patiently<T>(work: impl Future<Output = T>, limit: impl Future<Output = ()>) -> Option<T> {
    let (mut work, mut limit) = (pin!(work), pin!(limit));
    poll_fn(|cx| {
        if let Poll::Ready(output) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        limit.as_mut().poll(cx).map(|()| None)
    })
    .await
}

#[test]
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
