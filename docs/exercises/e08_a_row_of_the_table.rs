//! Exercise of chapter 08: a row of a reactor's table that loses what the system says.
//!
//! What is broken: a report that comes while nobody waits is forgotten, and a reader and a writer of the same socket throw
//! each other's waker out. Each has a test. The system reports a socket when it *becomes* ready, and not again.
//!
//! What to do: mend `Row`. `report` and `poll` have to change, and so has what a row holds.
//!
//! Hint: `Slot` and `Side` in the chapter. What does a side remember besides the waker, and who takes it back?
//!
//! The solution is in `solved/e08_a_row_of_the_table.rs`.

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
    waker: Option<Waker>,
}

impl Row {
    /// The system says that the socket has become ready.
    fn report(&mut self, direction: Direction) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Ready if there was a report since this direction was last drained. If not, the waker stays here.
    fn poll(&mut self, direction: Direction, cx: &mut Context<'_>) -> Poll<()> {
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// A call has said "would block".
    fn drained(&mut self, direction: Direction) {}
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
#[ignore = "exercise of chapter 08"]
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
#[ignore = "exercise of chapter 08"]
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
