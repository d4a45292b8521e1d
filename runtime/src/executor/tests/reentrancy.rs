use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use super::{OnDrop, Probe, run};
use crate::{JoinHandle, Runtime, dump, spawn, yield_now};

#[test]
fn a_task_may_spawn_wake_and_abort_in_its_poll() {
    run(async {
        let victim = spawn(pending::<()>());
        let probe = Probe::default();
        let sleeper = spawn(probe.clone());
        yield_now().await;
        let woken = probe.clone();
        let inner = spawn(async move {
            woken.waker().wake();
            victim.abort();
            (spawn(async { 1 }).await.unwrap(), victim.await.is_err())
        });
        assert_eq!(inner.await.unwrap(), (1, true));
        assert_eq!(probe.polls(), 2);
        drop(sleeper);
    });
}

#[test]
fn the_drop_of_a_future_and_of_an_output_may_spawn_wake_and_abort() {
    let spawned = Rc::new(Cell::new(0));
    run(async {
        let act = |victim: JoinHandle<()>, waker: Waker| {
            let spawned = spawned.clone();
            OnDrop(move || {
                let spawned = spawned.clone();
                victim.abort();
                waker.wake_by_ref();
                drop(spawn(async move { spawned.set(spawned.get() + 1) }));
            })
        };
        let probe = Probe::default();
        let sleeper = spawn(probe.clone());
        yield_now().await;
        let in_future = act(spawn(pending()), probe.waker());
        spawn(async move { drop(in_future) }).await.unwrap();
        let in_output = act(spawn(pending()), probe.waker());
        drop(spawn(async move { in_output }));
        let in_aborted = act(spawn(pending()), probe.waker());
        let aborted = spawn(async move {
            let _held = in_aborted;
            pending::<()>().await
        });
        aborted.abort();
        assert!(aborted.await.is_err());
        for _ in 0..4 {
            yield_now().await;
        }
        assert_eq!(dump().tasks.len(), 2, "the root and the sleeper:\n{}", dump());
        drop(sleeper);
    });
    assert_eq!(spawned.get(), 3);
}

#[test]
fn a_task_may_drop_its_own_handle() {
    run(async {
        let own = Rc::new(RefCell::new(None));
        let mine = own.clone();
        let handle = spawn(async move {
            drop(mine.borrow_mut().take());
            yield_now().await;
        });
        *own.borrow_mut() = Some(handle);
        for _ in 0..4 {
            yield_now().await;
        }
        assert_eq!(dump().tasks.len(), 1);
    });
}

#[test]
fn a_task_that_aborts_itself_is_dropped_when_it_is_pending_and_keeps_its_output_if_it_is_ready() {
    run(async {
        for waits in [true, false] {
            let own: Rc<RefCell<Option<JoinHandle<i32>>>> = Rc::default();
            let mine = own.clone();
            let handle = spawn(async move {
                mine.borrow().as_ref().unwrap().abort();
                if waits {
                    yield_now().await;
                }
                3
            });
            *own.borrow_mut() = Some(handle);
            yield_now().await;
            yield_now().await;
            let handle = own.borrow_mut().take().unwrap();
            assert_eq!(handle.await.ok(), (!waits).then_some(3));
        }
    });
}

/// A waker of somebody else's executor: cloned, woken or dropped, it does something with this one.
struct Meddler;

impl Meddler {
    fn meddle(&self) {
        drop(spawn(async {}));
        drop(dump());
    }
}

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        self.meddle();
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.meddle();
    }
}

#[test]
fn a_foreign_waker_may_spawn_and_look_round_when_it_is_woken_and_when_it_is_dropped() {
    run(async {
        let meddler = || Waker::from(Arc::new(Meddler));
        let mut waits = spawn(yield_now());
        for _ in 0..2 {
            // The second takes the place of the first.
            let waker = meddler();
            assert!(Pin::new(&mut waits).poll(&mut Context::from_waker(&waker)).is_pending());
        }
        while !waits.is_finished() {
            yield_now().await;
        }
        assert!(Pin::new(&mut waits).poll(&mut Context::from_waker(&meddler())).is_ready());
        let mut detached = spawn(pending::<()>());
        assert!(Pin::new(&mut detached).poll(&mut Context::from_waker(&meddler())).is_pending());
        drop(detached);
    });
}

#[test]
fn block_on_inside_block_on_panics_and_names_the_rule() {
    let rt = Runtime::new().unwrap();
    let payload = catch_unwind(AssertUnwindSafe(|| {
        rt.block_on(async { Runtime::new().unwrap().block_on(async {}) })
    }))
    .unwrap_err();
    let message = payload.downcast_ref::<&str>().copied().map(str::to_string);
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap();
    assert!(message.contains("inside block_on") && message.contains("chapter 05"), "{message}");
    assert_eq!(rt.block_on(async { 1 }), 1, "the outer runtime is usable afterwards");
}

#[test]
fn spawning_outside_a_runtime_panics_and_names_the_rule() {
    let payload = catch_unwind(|| drop(spawn(async {}))).unwrap_err();
    let message = payload.downcast_ref::<String>().unwrap();
    assert!(message.contains("outside a runtime") && message.contains("chapter"), "{message}");
}
