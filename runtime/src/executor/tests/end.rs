use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use super::{Log, OnDrop, Says, run};
use crate::context;
use crate::net::UdpSocket;
use crate::testing::{CountingWaker, until};
use crate::time::{sleep, timeout};
use crate::{Dump, JoinHandle, Runtime, dump, join, spawn, spawn_blocking, spawn_named, yield_now};

#[test]
fn dropping_the_runtime_drops_every_task_exactly_once() {
    let dropped = Rc::new(Cell::new(0));
    let counter = || {
        let dropped = dropped.clone();
        OnDrop(move || dropped.set(dropped.get() + 1))
    };
    let rt = Runtime::new().unwrap();
    let (waiting, unpolled, finished) = (counter(), counter(), counter());
    let mut handles = Vec::new();
    rt.block_on(async {
        handles.push(spawn(async move {
            let _waiting = waiting;
            pending::<()>().await
        }));
        drop(spawn(async move { finished }));
        yield_now().await;
    });
    handles.push(rt.spawn(async move { drop(unpolled) }));
    drop(rt);
    assert_eq!(dropped.get(), 3);
    assert!(handles.iter().all(JoinHandle::is_finished));
}

#[test]
fn tasks_that_spawn_in_their_drop_end_with_the_runtime() {
    let log = Log::default();
    let rt = Runtime::new().unwrap();
    let says = log.clone();
    drop(rt.spawn(async move {
        let _spawner = OnDrop(move || {
            let late = Says(says.clone(), "late future dropped");
            let handle = spawn(async move { drop(late) });
            let state = if handle.is_finished() { "and finished" } else { "and alive" };
            says.borrow_mut().push(state);
        });
        pending::<()>().await
    }));
    rt.block_on(yield_now());
    drop(rt);
    assert_eq!(*log.borrow(), ["late future dropped", "and finished"]);
}

#[test]
fn a_handle_awaited_after_its_runtime_is_gone_is_an_error() {
    let rt = Runtime::new().unwrap();
    let handle = rt.spawn(pending::<()>());
    drop(rt);
    let error = run(handle).unwrap_err();
    assert_eq!(error.to_string(), "the task is gone: its runtime was dropped");
}

#[test]
fn whoever_awaits_a_task_of_a_runtime_that_is_dropped_meanwhile_gets_an_error() {
    let inner = Runtime::new().unwrap();
    let handle = inner.spawn(pending::<()>());
    run(async {
        let joining = spawn(handle);
        yield_now().await;
        drop(inner);
        assert!(joining.await.unwrap().is_err());
    });
}

#[test]
fn a_task_that_panics_in_its_drop_keeps_no_other_from_being_dropped_with_the_runtime() {
    let log = Log::default();
    let rt = Runtime::new().unwrap();
    for _ in 0..2 {
        let bomb = OnDrop(|| panic!("on purpose"));
        let after = Says(log.clone(), "dropped");
        drop(rt.spawn(async move {
            let _bomb = bomb;
            pending::<()>().await
        }));
        drop(rt.spawn(async move {
            let _after = after;
            pending::<()>().await
        }));
    }
    rt.block_on(yield_now());
    drop(rt);
    assert_eq!(*log.borrow(), ["dropped", "dropped"]);
}

#[test]
fn nothing_of_a_task_that_ends_outlives_it_in_the_tables() {
    run(async {
        let busy = || async {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let mut buf = [0];
            join(timeout(Duration::from_secs(3600), socket.recv(&mut buf)), sleep(Duration::MAX))
                .await
        };
        let aborted: Vec<_> = (0..10).map(|_| spawn_named("busy", busy())).collect();
        let panicking = spawn_named("panics", async {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let _both = (spawn_blocking(|| ()), socket);
            let mut late = sleep(Duration::from_secs(3600));
            assert!(CountingWaker::new().poll(&mut late).is_pending());
            panic!("on purpose") as ()
        });
        yield_now().await;
        assert_eq!((dump().timers, dump().sources), (10, 10));
        for task in &aborted {
            task.abort();
        }
        for task in aborted {
            assert!(task.await.is_err());
        }
        assert!(panicking.await.is_err());
        until(|| dump().tasks.len() == 1).await;
        let Dump { timers, sources, helpers, .. } = dump();
        assert_eq!((timers, sources, helpers), (0, 0, 0));
        assert!(context::current().unwrap().schedule.names.borrow().is_empty());
    });
}
