//! Exercise of chapter 14: three shops, asked one after another.
//!
//! What is broken: `prices` asks three shops, which answer after one, two and three seconds, and takes six seconds for it.
//! (It is virtual time: the test does not make you wait.)
//!
//! What to do: ask all of them at once, and give the prices in the order of the shops. Change `prices` alone.
//!
//! Hint: an `.await` in a loop waits before the loop goes round. `runtime::join_all` takes any number of futures, and gives
//! their outputs in order. A `JoinSet` would do as well, but gives them in the order in which they end.
//!
//! The solution is in `solved/e14_one_after_another.rs`.

use std::time::Duration;

use runtime::Runtime;
use runtime::time::{now, sleep};

/// A shop that takes its time.
async fn price_at(shop: u64) -> u64 {
    sleep(Duration::from_secs(shop)).await;
    100 - shop
}

async fn prices(shops: &[u64]) -> Vec<u64> {
    let mut prices = Vec::new();
    for shop in shops {
        prices.push(price_at(*shop).await);
    }
    prices
}

#[test]
#[ignore = "exercise of chapter 14"]
fn e14_all_shops_are_asked_at_once() {
    Runtime::builder().paused_clock().build().unwrap().block_on(async {
        let begun = now();
        let prices = prices(&[3, 1, 2]).await;
        assert_eq!(prices, [97, 99, 98], "one price for each shop, in the order of the shops");
        let took = now() - begun;
        assert!(
            took == Duration::from_secs(3),
            "asking three shops takes {took:?}; the slowest alone takes 3 s, so the others need not add to it"
        );
    });
}
