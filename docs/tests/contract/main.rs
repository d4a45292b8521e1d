//! Does the contract tell right from wrong? This runtime and Tokio hold to all of it; an executor that polls everybody all the time,
//! and one that loses wakes, fail exactly the checks that are about that.

mod broken;
mod whole;

use docs::contract::{Executor, LEVELS, Level, checks, examine, hold};

use broken::{Busy, Forgetful};
use whole::{Onethread, Tokio};

#[test]
fn onethread_holds_to_the_whole_contract() {
    LEVELS.into_iter().for_each(hold::<Onethread>);
}

#[test]
fn tokio_holds_to_the_whole_contract() {
    LEVELS.into_iter().for_each(hold::<Tokio>);
}

/// The checks of the first two levels that fail.
fn broken<E: Executor>() -> Vec<&'static str> {
    let levels = [Level::BlockOn, Level::Spawn];
    levels.into_iter().flat_map(|level| examine::<E>(level).broken()).collect()
}

#[test]
fn an_executor_that_polls_everybody_all_the_time_fails_where_polls_are_counted() {
    assert_eq!(
        broken::<Busy>(),
        [
            "a future that nobody wakes is not polled again",
            "two wakes during the poll are one more poll",
            "cloning and dropping wakers wakes nobody",
            "a spawned task does not run at once, but when whoever spawned it waits",
            "tasks are polled in the order in which they were woken",
            "a wake runs nothing",
            "two wakes before a poll are one poll",
            "a task is polled only when it was woken itself",
            "another thread wakes a task",
            "the waker of a task that has ended wakes nobody else",
            "tasks that are left go on with the next block_on",
        ]
    );
}

#[test]
fn an_executor_that_forgets_wakes_in_the_poll_fails_where_they_come_in_the_poll() {
    assert_eq!(
        broken::<Forgetful>(),
        [
            "a wake during the poll is one more poll",
            "two wakes during the poll are one more poll",
            "no wake of another thread is lost, whenever it comes",
        ]
    );
}

#[test]
fn a_report_says_what_is_broken_why_and_where_it_is_taught() {
    let said = examine::<Busy>(Level::BlockOn).to_string();
    for wanted in [
        "level BlockOn: 4 of 7 hold",
        "  holds   a wake during the poll is one more poll",
        "  BROKEN  a future that nobody wakes is not polled again (chapter 06)",
        "burns a whole processor",
        "          here: ",
    ] {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
}

#[test]
fn every_check_has_a_name_of_its_own_and_a_chapter() {
    let all: Vec<_> = LEVELS.into_iter().flat_map(checks::<Busy>).collect();
    assert!(all.len() > 20, "{}", all.len());
    for (at, check) in all.iter().enumerate() {
        assert!(check.chapter.parse::<u8>().is_ok_and(|chapter| chapter <= 21), "{}", check.name);
        assert!(check.why.ends_with('.') && !check.name.ends_with('.'), "{}", check.name);
        assert!(all[..at].iter().all(|other| other.name != check.name), "{}", check.name);
    }
}
