//! Level 3: is a task gone when it is cancelled?

use super::probe::{Dropped, Probe, turn};
use super::{Check, Executor};

pub(super) fn checks<E: Executor>() -> Vec<Check<E>> {
    vec![
        Check {
            name: "a task that is cancelled is dropped, and never polled again",
            chapter: "15",
            why: "To cancel a future is to drop it, between two polls.",
            run: |executor| {
                let (probe, dropped) = (Probe::default(), Dropped::default());
                let (waits, guard) = (probe.clone(), dropped.guard());
                let cancel = executor.spawn(async move {
                    waits.await;
                    drop(guard);
                });
                executor.block_on(async {
                    turn(&**executor).await;
                    let waker = probe.waker();
                    cancel.now();
                    waker.wake();
                    turn(&**executor).await;
                });
                assert!(dropped.is_set(), "it was not dropped");
                assert_eq!(probe.polls(), 1, "polls: none after it was cancelled");
            },
        },
        Check {
            name: "a task that is cancelled before its first poll never runs",
            chapter: "15",
            why: "A future does nothing before it is polled, so there is nothing to end.",
            run: |executor| {
                let (probe, dropped) = (Probe::default(), Dropped::default());
                let (waits, guard) = (probe.clone(), dropped.guard());
                let cancel = executor.spawn(async move {
                    let _guard = guard;
                    waits.await;
                });
                cancel.now();
                executor.block_on(turn(&**executor));
                assert_eq!(probe.polls(), 0, "polls");
                assert!(dropped.is_set(), "it was not dropped");
            },
        },
        Check {
            name: "cancelling a task that has ended does nothing, to nobody",
            chapter: "15",
            why: "Its place may have been taken by another by then.",
            run: |executor| {
                let cancel = executor.spawn(async {});
                let other = Probe::default();
                executor.block_on(async {
                    turn(&**executor).await;
                    executor.spawn(other.clone());
                    turn(&**executor).await;
                    cancel.now();
                    turn(&**executor).await;
                    other.waker().wake();
                    turn(&**executor).await;
                });
                assert_eq!(other.polls(), 2, "polls of the other, which was woken once");
            },
        },
    ]
}
