use std::future::{Future, pending};
use std::rc::Rc;
use std::task::Poll;

use super::JoinSet;
use crate::sync::oneshot;
use crate::testing::CountingWaker;
use crate::{Runtime, dump, yield_now};

fn run<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

#[test]
fn a_set_gives_results_in_the_order_of_their_end_with_panics_and_aborts_among_them() {
    run(async {
        let mut set = JoinSet::new();
        set.spawn(async {
            yield_now().await;
            1
        });
        set.spawn(async { 2 });
        set.spawn(async { panic!("on purpose") });
        assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
        assert!(set.join_next().await.unwrap().unwrap_err().is_panic());
        assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
        set.spawn(pending());
        set.abort_all();
        assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        assert!(set.join_next().await.is_none());
    });
}

#[test]
fn dropping_a_set_aborts_its_tasks_and_leaves_nothing_behind() {
    run(async {
        let alive = Rc::new(());
        let mut set = JoinSet::new();
        for _ in 0..3 {
            let held = alive.clone();
            set.spawn(async move {
                let _held = held;
                pending::<()>().await
            });
        }
        let finished = alive.clone();
        set.spawn(async { drop(finished) });
        yield_now().await;
        drop(set);
        yield_now().await;
        assert_eq!((Rc::strong_count(&alive), dump().tasks.len()), (1, 1));
    });
}

#[test]
fn the_latest_waker_of_a_set_wins_and_who_stops_waiting_is_not_woken() {
    run(async {
        let wakers: [CountingWaker; 3] = std::array::from_fn(|_| CountingWaker::new());
        let mut set = JoinSet::new();
        let (sender, receiver) = oneshot::channel();
        set.spawn(receiver);
        for waker in &wakers[..2] {
            assert!(waker.poll(&mut set.join_next()).is_pending());
        }
        let mut next = set.join_next();
        assert!(wakers[1].poll(&mut next).is_pending() && wakers[2].poll(&mut next).is_pending());
        assert_eq!(wakers.each_ref().map(CountingWaker::clones), [0, 0, 1]);
        sender.send(7).unwrap();
        yield_now().await;
        assert_eq!(wakers.each_ref().map(CountingWaker::wakes), [0, 0, 1]);
        assert!(matches!(wakers[2].poll(&mut next), Poll::Ready(Some(Ok(Ok(7))))));
    });
}

#[test]
fn a_result_is_there_to_be_tried_for_once_its_task_has_ended() {
    run(async {
        let mut set = JoinSet::new();
        assert!(set.try_join_next().is_none());
        set.spawn(async { 1 });
        assert!(set.try_join_next().is_none());
        yield_now().await;
        assert_eq!(set.len(), 1);
        assert_eq!(set.try_join_next().unwrap().unwrap(), 1);
        assert!(set.is_empty() && set.try_join_next().is_none());
    });
}

#[test]
fn a_set_whose_runtime_is_gone_gives_errors_and_then_none() {
    let rt = Runtime::new().unwrap();
    let mut set = JoinSet::new();
    rt.block_on(async {
        set.spawn(pending::<()>());
        set.spawn(async {});
        yield_now().await;
    });
    drop(rt);
    run(async {
        assert!(set.join_next().await.unwrap().is_err());
        assert!(set.join_next().await.unwrap().is_err());
        assert!(set.join_next().await.is_none());
    });
}
