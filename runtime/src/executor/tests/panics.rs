use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{OnDrop, run};
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
