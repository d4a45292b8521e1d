//! Exercise of chapter 04. A future by hand that is in too great a hurry.
//!
//! `Greeting` is to be what the compiler makes of `greet`: at each poll it does what `greet` does, and no more. As it is, it
//! begins before it is polled, and then does everything at once. Mend it; `greet` and the test stay as they are.
//!
//! Hint: three states, for it can stand in three places: before the first line, at the `.await`, and behind the end.
//!
//! The solution is in docs/exercises/solved/e04_by_hand.rs.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

type Said = RefCell<Vec<&'static str>>;

/// The model.
async fn greet(said: &Said) -> usize {
    said.borrow_mut().push("hello");
    pause().await;
    said.borrow_mut().push("goodbye");
    said.borrow().len()
}

/// Pending at the first poll, ready at the second.
fn pause() -> impl Future<Output = ()> {
    let mut polled = false;
    poll_fn(
        move |_| if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending },
    )
}

struct Greeting<'a> {
    said: &'a Said,
    state: State,
}

enum State {
    Made,
    Pausing,
    Done,
}

impl<'a> Greeting<'a> {
    fn new(said: &'a Said) -> Greeting<'a> {
        Greeting { said, state: State::Made }
    }
}

impl Future for Greeting<'_> {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<usize> {
        match self.state {
            State::Made => {
                self.said.borrow_mut().push("hello");
                self.state = State::Pausing;
                Poll::Pending
            }
            State::Pausing => {
                self.said.borrow_mut().push("goodbye");
                self.state = State::Done;
                Poll::Ready(self.said.borrow().len())
            }
            State::Done => panic!("polled after it was ready"),
        }
    }
}

/// What was said when the future was made, and after each of two polls, and what the polls gave.
fn protocol(future: impl Future<Output = usize>, said: &Said) -> Vec<String> {
    let mut future = pin!(future);
    let mut protocol = vec![format!("made, said {:?}", said.borrow())];
    for _ in 0..2 {
        let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        protocol.push(format!("{polled:?}, said {:?}", said.borrow()));
        if polled.is_ready() {
            break;
        }
    }
    protocol
}

#[test]
fn e04_the_future_by_hand_does_at_each_poll_what_the_async_fn_does() {
    let (model, own) = (Said::default(), Said::default());
    let (expected, found) = (protocol(greet(&model), &model), protocol(Greeting::new(&own), &own));
    for (step, expected) in expected.iter().enumerate() {
        assert_eq!(
            found.get(step),
            Some(expected),
            "step {step} of yours (left) differs from that of the async fn (right)"
        );
    }
}
