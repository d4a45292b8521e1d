//! Exercise of chapter 21. Three sums at the same time, and yet one after another.
//!
//! `at_the_same_time` is to compute three sums in parallel, each on a loop of its own. Each sum looks, while it is computed,
//! whether the two others have begun, and at last gives up. Mend `at_the_same_time`; the rest stays as it is.
//!
//! Hint: a task is not a thread. Each thread builds a runtime of its own; and all threads have to be started before the first
//! is waited for.
//!
//! The solution is in docs/exercises/solved/e21_three_sums.rs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use runtime::{Runtime, join_all};

const SUMS: usize = 3;

/// The three sums, each with whether it met the others.
fn at_the_same_time(begun: Arc<AtomicUsize>) -> Vec<(u64, bool)> {
    let sums = (1..=SUMS as u64).map(|factor| sum(factor, begun.clone()));
    Runtime::new().unwrap().block_on(join_all(sums))
}

/// Computes, and is never pending.
async fn sum(factor: u64, begun: Arc<AtomicUsize>) -> (u64, bool) {
    begun.fetch_add(1, Ordering::SeqCst);
    let sum = (1..=100).map(|number| number * factor).sum();
    let patience = Instant::now() + Duration::from_millis(500);
    let mut all_there = false;
    while !all_there && Instant::now() < patience {
        all_there = begun.load(Ordering::SeqCst) == SUMS;
        thread::yield_now();
    }
    (sum, all_there)
}

#[test]
#[ignore = "exercise of chapter 21"]
fn e21_each_sum_meets_the_others() {
    let (sums, met): (Vec<u64>, Vec<bool>) = at_the_same_time(Arc::default()).into_iter().unzip();
    assert_eq!(sums, [5050, 10100, 15150], "the sums are to come in their order");
    assert_eq!(
        met, [true; SUMS],
        "a sum was over before the others had begun: concurrent is not parallel"
    );
}
