//! How much work was it? The CPU time of this process, all its threads together, user and system.
//!
//! Time on the wall depends on who else uses the machine. Time of one thread would leave out what a peer does on threads
//! of its own.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::time::{ClockId, clock_gettime};

/// The CPU time that this process has used.
pub(crate) fn cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("Linux has this clock").into()
}

/// The CPU time that the processes have used that this one has started and waited for, and those that they have.
pub(crate) fn cpu_of_children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("Linux counts it");
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(micros.unsigned_abs())
}

/// The CPU time since `start`, in nanoseconds, shared out among so many operations.
pub(crate) fn nanos_each(start: Duration, operations: usize) -> f64 {
    (cpu() - start).as_nanos() as f64 / operations as f64
}
