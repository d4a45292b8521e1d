use std::future::Future;
use std::panic::panic_any;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::spawn_blocking;
use crate::observe::{Event, Fact, Observer};
use crate::testing::{panic_of, until};
use crate::time::{now, sleep};
use crate::{Runtime, dump, yield_now};

fn run<T>(helpers: usize, future: impl Future<Output = T>) -> T {
    Runtime::builder().helper_threads(helpers).build().unwrap().block_on(future)
}

/// Work that says when it begins and ends when it is told.
fn held() -> (impl FnOnce() + Send + 'static, Receiver<()>, Sender<()>) {
    let (began, begun) = channel();
    let (end, ended) = channel();
    let work = move || {
        let _ = began.send(());
        let _ = ended.recv();
    };
    (work, begun, end)
}

#[test]
fn the_result_of_the_work_comes_back() {
    let mine = std::thread::current().id();
    let other = run(1, async { spawn_blocking(|| std::thread::current().id()).await.unwrap() });
    assert_ne!(other, mine);
}

#[test]
fn a_panic_in_the_work_is_a_join_error_and_the_helper_goes_on() {
    run(1, async {
        let error = spawn_blocking(|| panic!("no such luck")).await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&"no such luck"));
        assert_eq!(spawn_blocking(|| 7).await.unwrap(), 7);
        assert_eq!(dump().helpers, 0);
    });
}

/// Panics when it is dropped.
#[derive(Debug)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any("boom")
    }
}

#[test]
fn a_result_that_nobody_wants_and_that_panics_in_its_drop_does_not_end_the_helper() {
    run(1, async {
        let (work, begun, end) = held();
        let handle = spawn_blocking(move || {
            work();
            Bomb
        });
        until(|| begun.try_recv().is_ok()).await;
        handle.abort();
        assert!(handle.await.unwrap_err().is_cancelled());
        end.send(()).unwrap();
        // There is one helper, so this one gets it.
        assert_eq!(spawn_blocking(|| 7).await.unwrap(), 7);
    });
}

#[test]
fn more_jobs_than_helpers_all_finish() {
    run(2, async {
        let handles: Vec<_> = (0..100).map(|n| spawn_blocking(move || n)).collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        assert_eq!(sum, 4950);
    });
}

#[test]
fn two_jobs_that_wait_for_each_other_run_at_the_same_time() {
    run(2, async {
        let (to_second, from_first) = channel();
        let (to_first, from_second) = channel();
        let first = spawn_blocking(move || {
            to_second.send(1).unwrap();
            from_second.recv().unwrap()
        });
        let second = spawn_blocking(move || {
            to_first.send(2).unwrap();
            from_first.recv().unwrap()
        });
        assert_eq!((first.await.unwrap(), second.await.unwrap()), (2, 1));
    });
}

#[test]
fn aborting_a_job_that_runs_only_stops_waiting_for_it() {
    run(1, async {
        let (work, begun, end) = held();
        let handle = spawn_blocking(work);
        until(|| begun.try_recv().is_ok()).await;
        assert_eq!(dump().helpers, 1);
        handle.abort();
        assert!(handle.await.unwrap_err().is_cancelled());
        assert_eq!(dump().helpers, 0);
        // The job still holds its end of the channel: it runs.
        end.send(()).unwrap();
    });
}

#[test]
fn aborting_a_job_that_waits_in_the_queue_means_that_it_never_runs() {
    let ran = Arc::new(AtomicUsize::new(0));
    run(1, async {
        let (work, begun, end) = held();
        let first = spawn_blocking(work);
        let counting = ran.clone();
        let second = spawn_blocking(move || counting.fetch_add(1, Ordering::Relaxed));
        until(|| dump().helpers == 2 && begun.try_recv().is_ok()).await;
        second.abort();
        assert!(second.await.unwrap_err().is_cancelled());
        end.send(()).unwrap();
        first.await.unwrap();
        assert_eq!(spawn_blocking(|| 3).await.unwrap(), 3);
    });
    assert_eq!(ran.load(Ordering::Relaxed), 0);
}

#[test]
fn a_job_aborted_before_its_task_ran_is_dropped_here() {
    run(1, async {
        let handle = spawn_blocking(|| 1);
        handle.abort();
        assert!(handle.await.unwrap_err().is_cancelled());
        assert_eq!(dump().helpers, 0);
    });
}

#[test]
fn dropping_the_runtime_does_not_wait_for_a_job_that_runs() {
    let (work, begun, end) = held();
    let rt = Runtime::new().unwrap();
    let handle = rt.block_on(async { Some(spawn_blocking(work)) }).expect("it was made");
    rt.block_on(until(|| begun.try_recv().is_ok()));
    drop(rt);
    // It ends only now.
    end.send(()).unwrap();
    assert!(run(1, handle).unwrap_err().to_string().contains("runtime"));
}

#[test]
fn jobs_in_the_queue_of_a_dropped_runtime_never_run() {
    let ran = Arc::new(AtomicUsize::new(0));
    let rt = Runtime::builder().helper_threads(1).build().unwrap();
    let (work, begun, end) = held();
    let counting = ran.clone();
    rt.block_on(async {
        let _first = spawn_blocking(work);
        let _second = spawn_blocking(move || counting.fetch_add(1, Ordering::Relaxed));
        until(|| dump().helpers == 2 && begun.try_recv().is_ok()).await;
    });
    drop(rt);
    end.send(()).unwrap();
    // The helper drops the second job, and with it its share of the count, without running it.
    while Arc::strong_count(&ran) > 1 {
        std::thread::yield_now();
    }
    assert_eq!(ran.load(Ordering::Relaxed), 0);
}

#[test]
fn jobs_that_nobody_wants_any_more_may_panic_in_their_drop() {
    let alive = Arc::new(());
    let rt = Runtime::builder().helper_threads(1).build().unwrap();
    let (work, begun, end) = held();
    rt.block_on(async {
        let _first = spawn_blocking(work);
        for _ in 0..3 {
            let captured = (Bomb, alive.clone());
            drop(spawn_blocking(move || drop(captured)));
        }
        until(|| dump().helpers == 4 && begun.try_recv().is_ok()).await;
    });
    drop(rt);
    end.send(()).unwrap();
    while Arc::strong_count(&alive) > 1 {
        std::thread::yield_now();
    }
}

/// Lets a job end when the loop has gone to sleep.
struct EndsWhenParked(Sender<()>);

impl Observer for EndsWhenParked {
    fn observe(&self, fact: &Fact) {
        if let Event::Parked { timeout } = fact.event {
            assert_eq!(timeout, None, "virtual time is no reason to wake up");
            self.0.send(()).unwrap();
        }
    }
}

#[test]
fn virtual_time_stands_still_while_a_helper_works() {
    let (work, begun, end) = held();
    let rt = Runtime::builder().paused_clock().observer(Rc::new(EndsWhenParked(end)));
    rt.build().unwrap().block_on(async {
        let start = now();
        let job = spawn_blocking(work);
        until(|| begun.try_recv().is_ok()).await;
        let _hour = crate::spawn(sleep(Duration::from_secs(3600)));
        job.await.unwrap();
        assert_eq!(now(), start);
    });
}

#[test]
fn other_tasks_run_while_a_job_blocks() {
    run(1, async {
        let (work, begun, end) = held();
        let handle = spawn_blocking(work);
        until(|| begun.try_recv().is_ok()).await;
        for _ in 0..10 {
            yield_now().await;
        }
        assert!(!handle.is_finished());
        end.send(()).unwrap();
        handle.await.unwrap();
    });
}

#[test]
fn blocking_work_outside_a_runtime_panics_and_names_the_rule() {
    let said = panic_of(|| spawn_blocking(|| 1));
    assert!(said.contains("outside a runtime") && said.contains("(the book, chapter "), "{said}");
}
