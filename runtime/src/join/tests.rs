//! Outputs in order, parts dropped in time, everybody's turn.

use std::future::{pending, ready};
use std::rc::Rc;

use super::*;
use crate::sync::oneshot;
use crate::testing::CountingWaker;

#[test]
fn a_join_is_ready_when_both_are() {
    let waker = CountingWaker::new();
    let (first, a) = oneshot::channel();
    let (second, b) = oneshot::channel();
    let mut both = Box::pin(join(a, b));
    assert!(waker.poll(&mut both).is_pending());
    second.send(2).unwrap();
    assert!(waker.poll(&mut both).is_pending());
    first.send(1).unwrap();
    assert_eq!(waker.poll(&mut both), Poll::Ready((Ok(1), Ok(2))));
    assert_eq!(waker.wakes(), 2);
}

#[test]
fn a_part_is_dropped_as_soon_as_it_is_done() {
    let waker = CountingWaker::new();
    let held = Rc::new(());
    let holder = held.clone();
    let mut both = Box::pin(join(async move { drop(holder.clone()) }, pending::<()>()));
    assert!(waker.poll(&mut both).is_pending());
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn outputs_come_in_the_order_of_the_futures_however_they_end() {
    let waker = CountingWaker::new();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..3).map(|_| oneshot::channel()).unzip();
    let mut all = join_all(receivers);
    for (n, sender) in senders.into_iter().enumerate().rev() {
        assert!(waker.poll(&mut all).is_pending());
        sender.send(n).unwrap();
    }
    assert_eq!(waker.poll(&mut all), Poll::Ready(vec![Ok(0), Ok(1), Ok(2)]));
}

#[test]
fn joining_nothing_is_ready_at_once() {
    let waker = CountingWaker::new();
    assert_eq!(
        waker.poll(&mut join_all(Vec::<std::future::Ready<u8>>::new())),
        Poll::Ready(vec![])
    );
}

#[test]
fn the_first_error_drops_the_rest_before_it_is_given() {
    let waker = CountingWaker::new();
    let held = Rc::new(());
    let part = |n: u8| {
        let holder = held.clone();
        async move {
            let _holder = holder;
            match n {
                0 => pending().await,
                1 => Ok(1),
                n => Err(n),
            }
        }
    };
    let mut all = try_join_all([0, 1, 2, 3, 0].map(part));
    assert_eq!(waker.poll(&mut all), Poll::Ready(Err(2)));
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn all_successes_come_in_order() {
    let waker = CountingWaker::new();
    let mut all = try_join_all([1, 2].map(|n| ready(Ok::<_, ()>(n))));
    assert_eq!(waker.poll(&mut all), Poll::Ready(Ok(vec![1, 2])));
}

#[test]
fn more_parts_than_one_poll_may_do_operations_all_get_their_turn() {
    crate::Runtime::new().unwrap().block_on(async {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..1_000).map(|_| oneshot::channel()).unzip();
        let send_last_first = async {
            for sender in senders.into_iter().rev() {
                sender.send(()).unwrap();
                crate::yield_now().await;
            }
        };
        let (answers, ()) = join(join_all(receivers), send_last_first).await;
        assert_eq!(answers, [Ok(()); 1_000]);
    });
}
