//! Build it yourself in a day: a runtime of your own that holds to the whole contract.
//!
//! What is broken: there is nothing yet. What to do: five levels, each with its test, from one future to timers. Begin with
//!
//! `cargo test -p docs --test exercises -- --ignored own_1`
//!
//! It prints which checks of the level hold, and of those that do not, the chapter to read. std alone is enough: a queue of
//! numbers behind a `Mutex`, `std::task::Wake` for the waker, `std::thread::park` to sleep. The tests stay as they are.
//!
//! 1. `block_on`: poll the future; while it is pending, sleep until its waker is called.
//! 2. `spawn`: futures in a map, each with a number; the ready queue has the numbers of those to poll.
//! 3. `Cancel::by`: take the future out of the map, and drop it where nothing is borrowed.
//! 4. `sleep`: a map from deadlines to wakers; the first deadline is how long the thread sleeps.
//! 5. `std::panic::catch_unwind` around the poll of a task.
//!
//! Hint: when does a task leave the queue, before its poll or after it? A wake that comes in the poll has to count. And take
//! the future out of the map while it is polled: it will spawn, wake and cancel, and your map must not be borrowed then.
//!
//! The solution, in 170 lines, is in docs/exercises/solved/appendix_own_runtime.rs.

use docs::contract::{Executor, Level, hold};

struct Own {}

impl Executor for Own {
    fn new() -> Self {
        Own {}
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        drop(future);
        todo!("level 1: poll the future; while it is pending, sleep until its waker is called")
    }
}

#[test]
#[ignore = "exercise of the appendix"]
fn own_1_one_future_runs_sleeps_and_wakes() {
    hold::<Own>(Level::BlockOn);
}

#[test]
#[ignore = "exercise of the appendix"]
fn own_2_tasks_run_beside_each_other() {
    hold::<Own>(Level::Spawn);
}

#[test]
#[ignore = "exercise of the appendix"]
fn own_3_a_task_can_be_cancelled() {
    hold::<Own>(Level::Cancel);
}

#[test]
#[ignore = "exercise of the appendix"]
fn own_4_timers_wake_in_the_order_of_their_deadlines() {
    hold::<Own>(Level::Sleep);
}

#[test]
#[ignore = "exercise of the appendix"]
fn own_5_a_task_that_panics_takes_nobody_along() {
    hold::<Own>(Level::Panics);
}
