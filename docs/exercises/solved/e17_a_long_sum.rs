//! The solution of an exercise of chapter 17: a long computation in pieces, with a turn for the others between them.

use std::cell::Cell;
use std::rc::Rc;

use runtime::{Runtime, spawn, yield_now};

async fn sum(numbers: u64) -> u64 {
    let mut sum = 0;
    for number in 1..=numbers {
        sum += number;
        if number.is_multiple_of(1000) {
            yield_now().await;
        }
    }
    sum
}

#[test]
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
