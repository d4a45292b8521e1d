//! Exercise of chapter 17: a long computation that lets nobody else run.
//!
//! What is broken: `sum` adds up a million numbers in one poll. It needs no helper thread, for it is made of small pieces; but
//! another task that is ready all the while has no turn before it is done.
//!
//! What to do: mend `sum`, so that the others have a turn after every thousand numbers.
//!
//! Hint: `runtime::yield_now().await` goes to the back of the ready queue. Once for each number would be a million rounds of the
//! loop: look at `step_by`, `chunks` or `is_multiple_of`.
//!
//! The solution is in `solved/e17_a_long_sum.rs`.

use std::cell::Cell;
use std::rc::Rc;

use runtime::{Runtime, spawn, yield_now};

async fn sum(numbers: u64) -> u64 {
    let mut sum = 0;
    for number in 1..=numbers {
        sum += number;
    }
    sum
}

#[test]
#[ignore = "exercise of chapter 17"]
fn e17_others_have_turns_during_a_long_sum() {
    Runtime::new().unwrap().block_on(async {
        let turns = Rc::new(Cell::new(0));
        let counting = turns.clone();
        let other = spawn(async move {
            loop {
                counting.set(counting.get() + 1);
                yield_now().await;
            }
        });
        assert_eq!(sum(1_000_000).await, 500_000_500_000, "the sum is right");
        let turns = turns.get();
        assert!(
            (900..=1100).contains(&turns),
            "the other task had {turns} turns during the sum; a turn after every thousand numbers makes about 1000"
        );
        other.abort();
    });
}
