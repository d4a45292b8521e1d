//! How does a unit test see who is woken, and what the runtime does? With a waker that counts and an observer that keeps.

use std::cell::RefCell;
use std::env;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::observe::{Event, Fact, Observer};
use crate::{Runtime, yield_now};

/// A waker that counts how often it was woken.
pub(crate) struct CountingWaker {
    count: Arc<Count>,
    waker: Waker,
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl CountingWaker {
    pub(crate) fn new() -> CountingWaker {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        CountingWaker { waker: Waker::from(count.clone()), count }
    }

    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context::from_waker(&self.waker)
    }

    /// Polls `future` once in the name of this waker.
    pub(crate) fn poll<F: Future + Unpin>(&self, future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut self.context())
    }

    /// How often it was woken.
    pub(crate) fn wakes(&self) -> usize {
        self.count.0.load(Ordering::Relaxed)
    }

    /// How many clones of it somebody keeps.
    pub(crate) fn clones(&self) -> usize {
        Arc::strong_count(&self.count) - 2
    }
}

/// An observer that keeps what it is told.
#[derive(Default)]
pub(crate) struct Facts(RefCell<Vec<Fact>>);

impl Observer for Facts {
    fn observe(&self, fact: &Fact) {
        self.0.borrow_mut().push(fact.clone());
    }

    fn counts_wakers(&self) -> bool {
        true
    }
}

impl Facts {
    /// A runtime that tells what it does.
    pub(crate) fn runtime() -> (Runtime, Rc<Facts>) {
        let facts = Rc::new(Facts::default());
        (Runtime::builder().observer(facts.clone()).build().unwrap(), facts)
    }

    /// How many of them are `wanted`.
    pub(crate) fn count(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.0.borrow().iter().filter(|fact| wanted(&fact.event)).count()
    }

    /// All of them, in order.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        self.0.borrow().clone()
    }

    /// What happened, without when and where.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.borrow().iter().map(|fact| fact.event.clone()).collect()
    }

    /// Forgets everything up to now.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

/// Lets everything else run until `done`.
pub(crate) async fn until(done: impl Fn() -> bool) {
    while !done() {
        yield_now().await;
    }
}

/// What a panic of `work` says.
pub(crate) fn panic_of<T>(work: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(work)) else { panic!("it did not panic") };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().expect("a text").to_string(),
    }
}

/// Runs a test in a process of its own, for it needs the seats to itself. True there, where the test is to go on.
pub(crate) fn is_alone(test: &str) -> bool {
    const CHILD: &str = "ONETHREAD_ALONE";
    if env::var_os(CHILD).is_some() {
        return true;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    let child = command.args([test, "--exact", "--nocapture"]).env(CHILD, "1").output().unwrap();
    let said = String::from_utf8_lossy(&child.stdout) + String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    false
}
