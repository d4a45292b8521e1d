//! Level 5: does a task that panics take nobody along?

use super::probe::{Dropped, Probe, turn};
use super::{Check, Executor};

pub(super) fn checks<E: Executor>() -> Vec<Check<E>> {
    vec![Check {
        name: "a task that panics ends, and nobody else does",
        chapter: "14",
        why: "They share a thread, not a fate: whoever waits for the task is told, and the rest goes on.",
        run: |executor| {
            let (other, dropped) = (Probe::default(), Dropped::default());
            let guard = dropped.guard();
            executor.spawn(async move {
                let _guard = guard;
                panic!("this is meant: one task panics, and the others go on");
            });
            executor.spawn(other.clone());
            executor.block_on(async {
                turn(&**executor).await;
                other.waker().wake();
                turn(&**executor).await;
            });
            assert!(dropped.is_set(), "what the task held was not dropped");
            assert_eq!(other.polls(), 2, "polls of the other, which was woken once");
        },
    }]
}
