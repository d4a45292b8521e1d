//! Exercise of chapter 07: a letterbox that loses wakeups.
//!
//! What is broken: somebody waits for a letter, a letter comes, and the one who waits sleeps on. It happens in two ways, each
//! of which has a test: the future moves to another task, or somebody else is quicker and takes the letter away.
//!
//! What to do: mend `poll` of `NextLetter`. It becomes shorter.
//!
//! Hint: in the stepper the third task of `lost` makes the same mistake. How often must a future leave its waker?
//!
//! The solution is in `solved/e07_a_letterbox.rs`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use runtime::{Runtime, spawn, yield_now};

/// Room for letters, and for the waker of one who waits for them.
#[derive(Default)]
struct Letterbox {
    letters: RefCell<VecDeque<&'static str>>,
    waker: Cell<Option<Waker>>,
}

impl Letterbox {
    /// A letter comes, and wakes who has left a waker.
    fn post(&self, letter: &'static str) {
        self.letters.borrow_mut().push_back(letter);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn take(&self) -> Option<&'static str> {
        self.letters.borrow_mut().pop_front()
    }
}

/// Waits for the next letter.
struct NextLetter {
    letterbox: Rc<Letterbox>,
    has_left_waker: bool,
}

impl NextLetter {
    fn of(letterbox: &Rc<Letterbox>) -> NextLetter {
        NextLetter { letterbox: letterbox.clone(), has_left_waker: false }
    }
}

impl Future for NextLetter {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
        if let Some(letter) = self.letterbox.take() {
            return Poll::Ready(letter);
        }
        if !self.has_left_waker {
            self.has_left_waker = true;
            self.letterbox.waker.set(Some(cx.waker().clone()));
        }
        Poll::Pending
    }
}

/// Gives every task that is ready some turns.
async fn a_while() {
    for _ in 0..5 {
        yield_now().await;
    }
}

#[test]
#[ignore = "exercise of chapter 07"]
fn e07_a_future_that_moved_to_another_task_is_woken_there() {
    Runtime::new().unwrap().block_on(async {
        let letterbox = Rc::new(Letterbox::default());
        let mut letter = NextLetter::of(&letterbox);
        // The root polls it once, and then it moves.
        let first = poll_fn(|cx| Poll::Ready(Pin::new(&mut letter).poll(cx))).await;
        assert!(first.is_pending(), "there is no letter yet");
        let reader = spawn(letter);
        a_while().await;
        letterbox.post("for you");
        a_while().await;
        assert!(
            reader.is_finished(),
            "a letter came, and the reader sleeps on: another task was woken in its place"
        );
    });
}

#[test]
#[ignore = "exercise of chapter 07"]
fn e07_who_was_woken_for_nothing_is_woken_again() {
    Runtime::new().unwrap().block_on(async {
        let letterbox = Rc::new(Letterbox::default());
        let reader = spawn(NextLetter::of(&letterbox));
        a_while().await;
        letterbox.post("taken by a thief");
        letterbox.take();
        a_while().await;
        assert!(!reader.is_finished(), "there was no letter left for the reader");
        letterbox.post("for you");
        a_while().await;
        assert!(
            reader.is_finished(),
            "the first wake found the letter gone, and nobody was there to be woken by the second letter"
        );
    });
}
