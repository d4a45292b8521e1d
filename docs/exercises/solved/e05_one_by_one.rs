//! Exercise of chapter 05. An executor that is never done.
//!
//! `run_all` polls its first future until that is ready, then its second, and so on. The first waits for something that the
//! second would do. Mend `run_all`; the test stays as it is.
//!
//! Hint: nobody may be asked a second time before everybody was asked once. And whoever has said Ready is asked no more.
//!
//! The solution is in docs/exercises/solved/e05_one_by_one.rs.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Polls all futures until they are ready, but at most `limit` times. Says whether it came to the end.
fn run_all(mut tasks: Vec<Task<'_>>, limit: usize) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    let mut polls = 0;
    while !tasks.is_empty() && polls < limit {
        tasks.retain_mut(|task| {
            polls += 1;
            task.as_mut().poll(&mut cx).is_pending()
        });
    }
    tasks.is_empty()
}

#[test]
fn e05_a_future_may_wait_for_one_that_comes_after_it() {
    let (letter, read) = (Cell::new(false), Cell::new(false));
    let reader = async {
        poll_fn(|_| if letter.get() { Poll::Ready(()) } else { Poll::Pending }).await;
        read.set(true);
    };
    let writer = async { letter.set(true) };
    let tasks: Vec<Task<'_>> = vec![Box::pin(reader), Box::pin(writer)];
    assert!(
        run_all(tasks, 1000),
        "a thousand polls, and all went to a future that waits for another"
    );
    assert!(read.get(), "the letter was written, and then read");
}
