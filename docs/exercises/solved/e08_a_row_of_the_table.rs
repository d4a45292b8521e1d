//! The solution of an exercise of chapter 08: each direction has a side of its own, which holds a waker and remembers.
//!
//! A report makes the side ready whether anybody waits or not. Only a call that has drained the socket takes that back.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use runtime::{Runtime, spawn, yield_now};

#[derive(Clone, Copy)]
enum Direction {
    Read,
    Write,
}

/// What the reactor keeps of one socket.
#[derive(Default)]
struct Row {
    read: Side,
    write: Side,
}

#[derive(Default)]
struct Side {
    is_ready: bool,
    waker: Option<Waker>,
}

impl Row {
    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }

    /// The system says that the socket has become ready.
    fn report(&mut self, direction: Direction) {
        let side = self.side(direction);
        side.is_ready = true;
        if let Some(waker) = side.waker.take() {
            waker.wake();
        }
    }

    /// Ready if there was a report since this direction was last drained. If not, the waker stays here.
    fn poll(&mut self, direction: Direction, cx: &mut Context<'_>) -> Poll<()> {
        let side = self.side(direction);
        if side.is_ready {
            return Poll::Ready(());
        }
        side.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// A call has said "would block".
    fn drained(&mut self, direction: Direction) {
        self.side(direction).is_ready = false;
    }
}

type Shared = Rc<RefCell<Row>>;

/// Waits until the socket is ready, and drains it.
async fn use_it(row: Shared, direction: Direction) {
    poll_fn(|cx| row.borrow_mut().poll(direction, cx)).await;
    row.borrow_mut().drained(direction);
}

/// Gives every task that is ready some turns.
async fn a_while() {
    for _ in 0..5 {
        yield_now().await;
    }
}

#[test]
fn e08_a_report_that_nobody_waited_for_is_remembered_until_the_socket_is_drained() {
    Runtime::new().unwrap().block_on(async {
        let row = Shared::default();
        row.borrow_mut().report(Direction::Read);
        let first = spawn(use_it(row.clone(), Direction::Read));
        a_while().await;
        assert!(
            first.is_finished(),
            "the system has said that the socket is readable, and will not say it again: who waits now waits for ever"
        );
        let second = spawn(use_it(row.clone(), Direction::Read));
        a_while().await;
        assert!(!second.is_finished(), "the first has drained the socket, and there was no report since");
        row.borrow_mut().report(Direction::Read);
        a_while().await;
        assert!(second.is_finished(), "and now there was one");
    });
}

#[test]
fn e08_a_reader_and_a_writer_of_one_socket_are_woken_each_by_its_own_report() {
    Runtime::new().unwrap().block_on(async {
        let row = Shared::default();
        let reader = spawn(use_it(row.clone(), Direction::Read));
        let writer = spawn(use_it(row.clone(), Direction::Write));
        a_while().await;
        row.borrow_mut().report(Direction::Read);
        a_while().await;
        assert!(
            reader.is_finished(),
            "the socket is readable, and the reader's waker is not there any more"
        );
        assert!(!writer.is_finished(), "nobody has said that the socket is writable");
        row.borrow_mut().report(Direction::Write);
        a_while().await;
        assert!(writer.is_finished(), "the socket is writable, and the writer sleeps on");
    });
}
