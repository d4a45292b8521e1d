//! The solution of an exercise of chapter 14: nothing is awaited between reading and storing.
//!
//! Where something must be, a `runtime::sync::Mutex` held over the await keeps the others out.

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
    balance.set(balance.get() + 1);
    log(lines).await;
}

#[test]
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
