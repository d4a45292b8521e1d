//! What time is it? The system's monotonic clock, or a virtual one that stands still until the loop moves it.
//!
//! `executor` asks it for due timers, `time` for deadlines. On the virtual clock an hour of `sleep` takes no time, and two
//! runs give the same trace, byte for byte.

use std::cell::Cell;
use std::time::{Duration, Instant};

pub(crate) enum Clock {
    Real,
    Paused { start: Instant, passed: Cell<Duration> },
}

impl Clock {
    pub(crate) fn paused() -> Clock {
        Clock::Paused { start: Instant::now(), passed: Cell::new(Duration::ZERO) }
    }

    pub(crate) fn now(&self) -> Instant {
        match self {
            Clock::Real => Instant::now(),
            Clock::Paused { start, passed } => *start + passed.get(),
        }
    }

    pub(crate) fn is_paused(&self) -> bool {
        matches!(self, Clock::Paused { .. })
    }

    /// Moves the virtual clock forward to `deadline`; the real one moves by itself.
    pub(crate) fn jump(&self, deadline: Instant) {
        if let Clock::Paused { start, passed } = self {
            passed.set(passed.get().max(deadline.saturating_duration_since(*start)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_virtual_clock_stands_still_until_it_jumps_and_never_goes_back() {
        let clock = Clock::paused();
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.jump(start + Duration::from_secs(5));
        clock.jump(start + Duration::from_secs(3));
        assert_eq!(clock.now(), start + Duration::from_secs(5));
    }
}
