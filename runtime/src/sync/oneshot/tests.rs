//! The value, or the news that there is none.

use super::*;
use crate::testing::CountingWaker;

#[test]
fn the_value_wakes_who_waits_for_it() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = channel();
    assert!(waker.poll(&mut receiver).is_pending());
    sender.send(1).unwrap();
    assert_eq!(waker.wakes(), 1);
    assert_eq!(waker.poll(&mut receiver), Poll::Ready(Ok(1)));
}

#[test]
fn a_sender_dropped_without_a_value_is_an_error() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = channel::<u8>();
    assert!(waker.poll(&mut receiver).is_pending());
    drop(sender);
    assert_eq!(waker.wakes(), 1);
    assert_eq!(waker.poll(&mut receiver), Poll::Ready(Err(RecvError(()))));
}

#[test]
fn the_latest_waker_wins() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let (sender, mut receiver) = channel();
    assert!(first.poll(&mut receiver).is_pending() && second.poll(&mut receiver).is_pending());
    sender.send(()).unwrap();
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn a_value_that_nobody_wants_comes_back() {
    let (sender, receiver) = channel();
    drop(receiver);
    assert_eq!(sender.send(1), Err(1));
    let (sender, mut receiver) = channel();
    receiver.close();
    assert_eq!(sender.send(1), Err(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn a_value_sent_before_the_channel_was_closed_can_be_received() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = channel();
    sender.send(1).unwrap();
    receiver.close();
    assert_eq!(waker.poll(&mut receiver), Poll::Ready(Ok(1)));
    assert_eq!(waker.poll(&mut receiver), Poll::Ready(Err(RecvError(()))));
}

#[test]
fn closing_does_not_leave_the_receiver_waiting() {
    let waker = CountingWaker::new();
    let (_sender, mut receiver) = channel::<u8>();
    receiver.close();
    assert_eq!(waker.poll(&mut receiver), Poll::Ready(Err(RecvError(()))));
}

#[test]
fn the_sender_learns_that_nobody_waits_any_more() {
    let waker = CountingWaker::new();
    let (mut sender, receiver) = channel::<u8>();
    let mut closed = sender.closed();
    assert!(waker.poll(&mut closed).is_pending());
    drop(receiver);
    assert_eq!(waker.wakes(), 1);
    assert!(waker.poll(&mut closed).is_ready());
}

#[test]
fn who_stops_waiting_is_not_woken() {
    let waker = CountingWaker::new();
    let (mut sender, mut receiver) = channel::<u8>();
    assert!(waker.poll(&mut sender.closed()).is_pending());
    assert!(waker.poll(&mut receiver).is_pending());
    drop(receiver);
    assert_eq!((waker.wakes(), waker.clones()), (0, 0));
}

#[test]
fn an_unread_value_is_dropped_with_its_receiver() {
    let value = Rc::new(());
    let (sender, receiver) = channel();
    sender.send(value.clone()).unwrap();
    drop(receiver);
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn the_latest_waker_of_a_sender_that_waits_for_the_end_wins() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let (mut sender, receiver) = channel::<u8>();
    let mut closed = sender.closed();
    assert!(first.poll(&mut closed).is_pending() && second.poll(&mut closed).is_pending());
    drop(receiver);
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}
