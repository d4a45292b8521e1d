//! The solution of an exercise of chapter 14: first all futures, then one await for all of them.

use std::time::Duration;

use runtime::Runtime;
use runtime::time::{now, sleep};

/// A shop that takes its time.
async fn price_at(shop: u64) -> u64 {
    sleep(Duration::from_secs(shop)).await;
    100 - shop
}

async fn prices(shops: &[u64]) -> Vec<u64> {
    runtime::join_all(shops.iter().map(|shop| price_at(*shop))).await
}

#[test]
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
