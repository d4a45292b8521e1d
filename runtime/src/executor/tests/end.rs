use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use super::{Log, OnDrop, Says, run};
use crate::{JoinHandle, Runtime, spawn, yield_now};

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
            assert!(handle.is_finished());
        });
        pending::<()>().await
    }));
    rt.block_on(yield_now());
    drop(rt);
    assert_eq!(*log.borrow(), ["late future dropped"]);
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
