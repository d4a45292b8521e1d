//! Values: in order, each once, and back to who could not send them.

use proptest::prelude::*;

use std::task::Poll;

use super::*;
use crate::testing::CountingWaker;

#[test]
fn values_come_out_in_the_order_in_which_they_were_sent() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = unbounded();
    for n in 0..3 {
        assert_eq!(waker.poll(&mut sender.send(n)), Poll::Ready(Ok(())));
    }
    drop(sender);
    for expected in [Some(0), Some(1), Some(2), None] {
        assert_eq!(waker.poll(&mut receiver.recv()), Poll::Ready(expected));
    }
}

#[test]
fn a_full_channel_makes_senders_wait_in_line() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let (sender, mut receiver) = channel(1);
    sender.try_send('a').unwrap();
    let (mut b, mut c) = (sender.send('b'), sender.send('c'));
    assert!(first.poll(&mut b).is_pending() && second.poll(&mut c).is_pending());
    assert_eq!(receiver.try_recv(), Ok('a'));
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    assert_eq!(sender.try_send('d'), Err(TrySendError::Full('d')), "the slot is b's");
    assert!(second.poll(&mut c).is_pending());
    assert!(first.poll(&mut b).is_ready());
    assert_eq!(receiver.try_recv(), Ok('b'));
    assert!(second.poll(&mut c).is_ready());
}

#[test]
fn a_receiver_that_waits_is_woken_by_a_value_and_by_the_last_sender_leaving() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = unbounded();
    let mut recv = receiver.recv();
    assert!(waker.poll(&mut recv).is_pending());
    sender.try_send(1).unwrap();
    assert_eq!(waker.wakes(), 1);
    assert_eq!(waker.poll(&mut recv), Poll::Ready(Some(1)));
    assert!(waker.poll(&mut recv).is_pending());
    let other = sender.clone();
    drop(sender);
    assert_eq!(waker.wakes(), 1);
    drop(other);
    assert_eq!(waker.wakes(), 2);
    assert_eq!(waker.poll(&mut recv), Poll::Ready(None));
}

#[test]
fn the_latest_waker_of_a_receiver_wins() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let (sender, mut receiver) = unbounded();
    let mut recv = receiver.recv();
    assert!(first.poll(&mut recv).is_pending() && second.poll(&mut recv).is_pending());
    sender.try_send(1).unwrap();
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn the_latest_waker_of_a_sender_wins() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let (sender, mut receiver) = channel(1);
    sender.try_send(1).unwrap();
    let mut sending = sender.send(2);
    assert!(first.poll(&mut sending).is_pending() && second.poll(&mut sending).is_pending());
    receiver.try_recv().unwrap();
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn a_dropped_recv_loses_no_value_and_is_not_woken() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = unbounded();
    let mut recv = receiver.recv();
    assert!(waker.poll(&mut recv).is_pending());
    drop(recv);
    sender.try_send(1).unwrap();
    assert_eq!((waker.wakes(), waker.clones()), (0, 0));
    assert_eq!(waker.poll(&mut receiver.recv()), Poll::Ready(Some(1)));
}

#[test]
fn a_dropped_send_sends_nothing_and_passes_its_slot_on() {
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let (sender, mut receiver) = channel(1);
    sender.try_send(1).unwrap();
    let (mut a, mut b) = (sender.send(2), sender.send(3));
    assert!(first.poll(&mut a).is_pending() && second.poll(&mut b).is_pending());
    assert_eq!(receiver.try_recv(), Ok(1));
    drop(a);
    assert_eq!(second.wakes(), 1);
    assert!(second.poll(&mut b).is_ready());
    assert_eq!(receiver.try_recv(), Ok(3));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_receiver_dropped_mid_send_returns_the_value() {
    let waker = CountingWaker::new();
    let (sender, receiver) = channel(1);
    sender.try_send(1).unwrap();
    let mut sending = sender.send(2);
    assert!(waker.poll(&mut sending).is_pending());
    drop(receiver);
    assert_eq!(waker.wakes(), 1);
    assert_eq!(waker.poll(&mut sending), Poll::Ready(Err(SendError(2))));
    assert_eq!(sender.try_send(3), Err(TrySendError::Closed(3)));
}

#[test]
fn a_slot_granted_before_the_channel_was_closed_sends_nothing() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = channel(1);
    sender.try_send(1).unwrap();
    let mut sending = sender.send(2);
    assert!(waker.poll(&mut sending).is_pending());
    assert_eq!(receiver.try_recv(), Ok(1));
    receiver.close();
    assert_eq!(waker.poll(&mut sending), Poll::Ready(Err(SendError(2))));
}

#[test]
fn a_closed_channel_gives_what_is_in_it_and_then_none() {
    let waker = CountingWaker::new();
    let (sender, mut receiver) = unbounded();
    sender.try_send(1).unwrap();
    receiver.close();
    assert_eq!(waker.poll(&mut sender.send(2)), Poll::Ready(Err(SendError(2))));
    assert_eq!(waker.poll(&mut receiver.recv()), Poll::Ready(Some(1)));
    assert_eq!(waker.poll(&mut receiver.recv()), Poll::Ready(None));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
}

#[test]
fn a_value_may_send_into_its_own_channel_while_it_is_dropped() {
    struct Echo(Sender<Option<Echo>>);
    impl Drop for Echo {
        fn drop(&mut self) {
            assert!(matches!(self.0.try_send(None), Err(TrySendError::Closed(_))));
        }
    }
    let (sender, receiver) = channel(2);
    assert!(sender.try_send(Some(Echo(sender.clone()))).is_ok());
    drop(receiver);
}

#[test]
#[should_panic = "a channel of capacity 0 could never pass a value"]
fn a_channel_of_capacity_zero_is_refused() {
    let _ = channel::<u8>(0);
}

#[test]
fn a_channel_that_is_always_full_lets_the_other_tasks_run() {
    crate::Runtime::new().unwrap().block_on(async {
        let (sender, mut receiver) = unbounded();
        let flood = crate::spawn(async move {
            for n in 0..1_000 {
                sender.send(n).await.unwrap();
            }
        });
        assert_eq!(receiver.recv().await, Some(0));
        assert!(!flood.is_finished(), "it gave the others a turn before it was done");
        flood.await.unwrap();
        for n in 1..1_000 {
            assert_eq!(
                receiver.recv().await,
                Some(n),
                "nothing is lost when the allowance is spent"
            );
        }
    });
}

#[derive(Clone, Debug)]
enum Step {
    Send,
    Poll(usize),
    Cancel(usize),
    Receive,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Send),
        any::<usize>().prop_map(Step::Poll),
        any::<usize>().prop_map(Step::Cancel),
        Just(Step::Receive),
    ]
}

proptest! {
    #[test]
    fn what_was_sent_is_received_once_and_in_order_and_the_queue_stays_within_its_capacity(
        capacity in 1..4usize,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let waker = CountingWaker::new();
        let (sender, mut receiver) = channel(capacity);
        let mut sending: Vec<(usize, Sending<'_, usize>)> = Vec::new();
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Send => {
                    let mut send = sender.send(n);
                    match waker.poll(&mut send) {
                        Poll::Ready(result) => {
                            prop_assert_eq!(result, Ok(()));
                            sent.push(n);
                            for (earlier, mut send) in sending.drain(..) {
                                prop_assert!(waker.poll(&mut send).is_ready(), "it was overtaken");
                                sent.push(earlier);
                            }
                        }
                        Poll::Pending => sending.push((n, send)),
                    }
                }
                Step::Poll(at) if !sending.is_empty() => {
                    let at = at % sending.len();
                    if waker.poll(&mut sending[at].1).is_ready() {
                        sent.push(sending.remove(at).0);
                    }
                }
                Step::Cancel(at) if !sending.is_empty() => {
                    drop(sending.remove(at % sending.len()));
                }
                Step::Receive => received.extend(receiver.try_recv().ok()),
                Step::Poll(_) | Step::Cancel(_) => {}
            }
            prop_assert!(receiver.len() <= capacity);
        }
        while let Ok(value) = receiver.try_recv() {
            received.push(value);
        }
        prop_assert_eq!(received, sent);
        for (_, mut send) in sending.into_iter().take(capacity) {
            prop_assert!(waker.poll(&mut send).is_ready(), "an empty channel has room");
        }
    }
}
