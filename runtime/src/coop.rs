//! How does a task that is never pending give the others a turn? By an allowance for each poll.
//!
//! A socket that always has data and a channel that is never empty would let one task run for ever inside one poll.
//! Leaf futures therefore spend a unit each time they are polled, and are pending once when the allowance is used up:
//! their task goes to the back of the ready queue. Taught in chapter 17.

use std::task::{Context, Poll};

use crate::schedule;

/// Spends one unit of the running task's allowance. Pending, with a wake under way, if there is none left.
pub(crate) fn spend(cx: &mut Context<'_>) -> Poll<()> {
    // Outside a runtime there is nobody to be fair to.
    if schedule::with(|schedule| schedule.spend()).unwrap_or(true) {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Leaves a unit for the next part of a task that is made of several (`join`, `select`, `timeout`): if the parts before it
/// use up the allowance in every poll, it gets on nevertheless.
pub(crate) fn leave_one() {
    schedule::with(|schedule| schedule.leave_one());
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{Future, poll_fn};
    use std::pin::Pin;
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;
    use crate::time::{sleep, timeout};
    use crate::{Runtime, join, join_all, select, spawn, try_join_all, yield_now};

    type Part = Pin<Box<dyn Future<Output = Result<(), ()>>>>;

    /// Uses up the whole allowance of each poll, like one who reads a socket that always has data, and never ends.
    async fn greedy() -> Result<(), ()> {
        poll_fn(|cx| {
            while spend(cx).is_ready() {}
            Poll::Pending
        })
        .await
    }

    #[test]
    fn a_greedy_part_of_a_task_does_not_starve_the_parts_after_it() {
        Runtime::new().unwrap().block_on(async {
            let passed = Rc::new(Cell::new(0));
            // Three operations, all of them ready at once.
            let modest = || {
                let passed = passed.clone();
                async move {
                    for _ in 0..3 {
                        sleep(Duration::ZERO).await;
                    }
                    passed.set(passed.get() + 1);
                    Ok(())
                }
            };
            let parts = || -> [Part; 2] { [Box::pin(greedy()), Box::pin(modest())] };
            let (a, b, c, d) = (modest(), modest(), parts(), parts());
            let handles = [
                spawn(async { _ = join(greedy(), a).await }),
                spawn(async { _ = select(greedy(), b).await }),
                spawn(async { _ = join_all(c).await }),
                spawn(async { _ = try_join_all(d).await }),
            ];
            for _ in 0..10 {
                yield_now().await;
            }
            assert_eq!(passed.get(), handles.len());
        });
    }

    #[test]
    fn a_timeout_ends_a_future_that_is_greedy() {
        Runtime::new().unwrap().block_on(async {
            assert!(timeout(Duration::from_millis(1), greedy()).await.is_err());
        });
    }

    #[test]
    fn a_task_that_only_does_what_is_ready_at_once_lets_the_others_run() {
        Runtime::new().unwrap().block_on(async {
            // In asyncio this is how one yields.
            let _endless = spawn(async {
                loop {
                    sleep(Duration::ZERO).await;
                }
            });
            for _ in 0..3 {
                yield_now().await;
            }
        });
    }
}
