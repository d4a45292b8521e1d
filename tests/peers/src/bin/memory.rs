//! How many bytes does an idle task take? The part of the row `idle_task_bytes` that needs an allocator which counts, and so a
//! program of its own.
#![forbid(unsafe_code)]

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let runtime = std::env::args().nth(1).unwrap_or_default();
    let allocated = || {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated - stats.bytes_deallocated
    };
    println!("{}", peers::bytes_per_task(&runtime, allocated));
}
