//! How do you step through your own program? `record` in the builder, and everything it does is in a file.
//!
//! ```text
//! cargo run -p demo --example own
//! cargo run -- step own.trace
//! ```

use std::io;
use std::time::Duration;

use runtime::time::sleep;
use runtime::{Runtime, join_all, spawn_named};

fn main() -> io::Result<()> {
    let rt = Runtime::builder().record("own.trace")?.build()?;
    let total = rt.block_on(async {
        let workers = (1..=3).map(|number| spawn_named(format!("worker {number}"), work(number)));
        join_all(workers).await.into_iter().flatten().sum::<u64>()
    });
    println!("the workers found {total}; now: cargo run -- step own.trace");
    Ok(())
}

async fn work(number: u64) -> u64 {
    sleep(Duration::from_millis(20 * number)).await;
    // What the program says of itself is in the recording, too.
    runtime::note("say", || format!("worker {number} has slept"));
    number * number
}
