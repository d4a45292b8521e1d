//! Exercise of chapter 14: ten deposits of one coin each, and one coin in the account.
//!
//! What is broken: ten tasks share an account on one thread. Each reads the balance, writes a line into the log, which takes
//! a moment, and then stores the balance plus one. Nine of the ten coins are lost.
//!
//! What to do: mend `deposit`, so that each coin counts and each still writes its line.
//!
//! Hint: between two awaits nobody else runs. Where, in `deposit`, may the other nine run?
//!
//! The solution is in `solved/e14_lost_update.rs`.

use std::cell::Cell;
use std::time::Duration;

use runtime::time::sleep;
use runtime::{Runtime, join_all};

/// Writes a line into the log, which takes a moment.
async fn log(lines: &Cell<u32>) {
    sleep(Duration::from_millis(1)).await;
    lines.set(lines.get() + 1);
}

async fn deposit(balance: &Cell<u32>, lines: &Cell<u32>) {
    let before = balance.get();
    log(lines).await;
    balance.set(before + 1);
}

#[test]
#[ignore = "exercise of chapter 14"]
fn e14_ten_coins_are_ten_coins() {
    Runtime::builder().paused_clock().build().unwrap().block_on(async {
        let (balance, lines) = (Cell::new(0), Cell::new(0));
        join_all((0..10).map(|_| deposit(&balance, &lines))).await;
        assert_eq!(lines.get(), 10, "each deposit writes a line into the log");
        let balance = balance.get();
        assert!(
            balance == 10,
            "ten coins were put in and the balance is {balance}: between reading and storing it, somebody else ran"
        );
    });
}
