use std::future::{Future, pending};
use std::pin::Pin;
use std::task::Context;

use super::{Log, Probe, Says, run};
use crate::testing::{CountingWaker, panic_of};
use crate::{dump, spawn, yield_now};

#[test]
fn dropping_a_handle_detaches_the_task_and_its_output_is_dropped() {
    let log = Log::default();
    run(async {
        let output = Says(log.clone(), "output dropped");
        drop(spawn(async move { output }));
        yield_now().await;
        assert_eq!(*log.borrow(), ["output dropped"]);
        assert_eq!(dump().tasks.len(), 1, "only the root is left");
    });
}

#[test]
fn dropping_the_handle_of_a_finished_task_drops_its_output() {
    let log = Log::default();
    run(async {
        let output = Says(log.clone(), "output dropped");
        let handle = spawn(async move { output });
        yield_now().await;
        assert!(handle.is_finished() && log.borrow().is_empty());
        drop(handle);
        assert_eq!(*log.borrow(), ["output dropped"]);
    });
}

#[test]
fn abort_drops_the_future_before_the_join_returns() {
    let log = Log::default();
    run(async {
        let held = Says(log.clone(), "future dropped");
        let handle = spawn(async move {
            let _held = held;
            pending::<()>().await
        });
        yield_now().await;
        handle.abort();
        let error = handle.await.unwrap_err();
        log.borrow_mut().push("joined");
        assert!(error.is_cancelled() && !error.is_panic());
        assert_eq!(error.to_string(), "task 1 was cancelled");
    });
    assert_eq!(*log.borrow(), ["future dropped", "joined"]);
}

#[test]
fn a_task_aborted_before_its_first_poll_never_runs() {
    run(async {
        let probe = Probe::default();
        let handle = spawn(probe.clone());
        handle.abort();
        handle.abort();
        assert!(handle.await.unwrap_err().is_cancelled());
        assert_eq!(probe.polls(), 0);
    });
}

#[test]
fn aborting_a_finished_task_changes_nothing() {
    run(async {
        let handle = spawn(async { 5 });
        yield_now().await;
        handle.abort();
        assert_eq!(handle.await.unwrap(), 5);
    });
}

#[test]
fn the_latest_waker_of_two_that_await_a_handle_is_woken() {
    run(async {
        let mut handle = spawn(async {
            yield_now().await;
            9
        });
        let stale = Probe::default();
        let holder = spawn(stale.clone());
        yield_now().await;
        let polled = Pin::new(&mut handle).poll(&mut Context::from_waker(&stale.waker()));
        assert!(polled.is_pending());
        assert_eq!(handle.await.unwrap(), 9);
        assert_eq!(stale.polls(), 1, "the waker that was replaced is not woken");
        drop(holder);
    });
}

#[test]
fn a_handle_polled_after_it_was_ready_panics_and_names_the_rule() {
    run(async {
        let mut handle = spawn(async { 1 });
        assert_eq!((&mut handle).await.unwrap(), 1);
        let said = panic_of(|| CountingWaker::new().poll(&mut handle).is_ready());
        assert!(said.contains("after it was ready") && said.contains("chapter 14"), "{said}");
    });
}
