mod end;
mod handles;
mod order;
mod panics;
mod reentrancy;
mod told;
mod wakes;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::Runtime;

type Log = Rc<RefCell<Vec<&'static str>>>;

fn run<T>(future: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(future)
}

/// Says `text` when it is dropped.
struct Says(Log, &'static str);

impl Drop for Says {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Counts its polls, leaves its waker outside, and is ready when told.
#[derive(Clone, Default)]
struct Probe(Rc<Inside>);

#[derive(Default)]
struct Inside {
    polls: Cell<u32>,
    ready: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Probe {
    fn polls(&self) -> u32 {
        self.0.polls.get()
    }

    fn waker(&self) -> Waker {
        self.0.waker.borrow().clone().expect("polled before")
    }
}

impl Future for Probe {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.polls.set(self.0.polls.get() + 1);
        self.0.waker.replace(Some(cx.waker().clone()));
        if self.0.ready.get() { Poll::Ready(()) } else { Poll::Pending }
    }
}
