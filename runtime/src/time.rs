//! Waiting for time: `sleep`, `timeout`, `interval`, on the runtime's clock. Taught in chapters 09 and 15.

mod interval;
mod sleep;
#[cfg(test)]
mod tests;
mod timeout;

use std::time::Instant;

use crate::context;

pub use interval::{Interval, MissedTickBehavior, Tick, interval, interval_at};
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, timeout, timeout_at};

/// The time by the clock of this thread's runtime, which may be paused; outside a runtime, `Instant::now`. asyncio's name is
/// `loop.time`.
pub fn now() -> Instant {
    context::with(|core| core.clock.now()).unwrap_or_else(Instant::now)
}
