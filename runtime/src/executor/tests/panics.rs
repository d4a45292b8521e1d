use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use super::{OnDrop, run};
use crate::time::{now, sleep_until};
use crate::{Runtime, dump, spawn, yield_now};

#[test]
fn a_panic_in_a_poll_is_a_join_error_and_the_others_go_on() {
    run(async {
        let other = spawn(async {
            yield_now().await;
            2
        });
        let error = spawn(async { panic!("on purpose") as () }).await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.to_string(), "task 2 panicked: on purpose");
        assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&"on purpose"));
        assert_eq!(other.await.unwrap(), 2);
    });
}

#[test]
fn a_panic_in_the_drop_of_a_future_stays_inside_its_task() {
    run(async {
        let bomb = || OnDrop(|| panic!("on purpose, in a drop"));
        let at_end = bomb();
        let ended = spawn(async move {
            let _bomb = at_end;
        });
        assert!(ended.await.unwrap_err().is_panic());
        let at_abort = bomb();
        let aborted = spawn(async move {
            let _bomb = at_abort;
            pending::<()>().await
        });
        yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
        let output = bomb();
        drop(spawn(async move { output }));
        yield_now().await;
        assert_eq!(dump().tasks.len(), 1);
        let at_shutdown = bomb();
        drop(spawn(async move {
            let _bomb = at_shutdown;
            pending::<()>().await
        }));
        yield_now().await;
    });
}

#[test]
fn a_panic_of_the_root_future_leaves_the_runtime_usable() {
    let rt = Runtime::new().unwrap();
    let task = rt.spawn(async {
        yield_now().await;
        yield_now().await;
        4
    });
    let root = async {
        yield_now().await;
        panic!("on purpose, in the root") as ()
    };
    assert!(catch_unwind(AssertUnwindSafe(|| rt.block_on(root))).is_err());
    assert_eq!(rt.block_on(task).unwrap(), 4);
}

struct Bomb;

impl Wake for Bomb {
    fn wake(self: Arc<Self>) {
        panic!("on purpose, in a wake");
    }
}

#[test]
fn a_panic_of_a_foreign_waker_keeps_no_other_timer_from_waking_its_task() {
    let rt = Runtime::builder().paused_clock().build().unwrap();
    let bomb = Waker::from(Arc::new(Bomb));
    let mut guarded = None;
    let mut others = Vec::new();
    let root = async {
        let deadline = now() + Duration::from_secs(1);
        let mut at_the_same_time = Box::pin(sleep_until(deadline));
        _ = at_the_same_time.as_mut().poll(&mut Context::from_waker(&bomb));
        guarded = Some(at_the_same_time);
        others.extend((0..10).map(|_| spawn(sleep_until(deadline))));
        pending::<()>().await
    };
    assert!(catch_unwind(AssertUnwindSafe(|| rt.block_on(root))).is_err());
    for other in others {
        rt.block_on(other).unwrap();
    }
}
