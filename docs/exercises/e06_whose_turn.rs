//! Exercise of chapter 06: an executor with a ready queue that gets two things wrong.
//!
//! What is broken: a task that is woken while it runs sleeps on for ever, and a waker whose task has long ended wakes the
//! stranger who has its slot now. Each has a test.
//!
//! What to do: mend `run`. One line moves, and one condition is missing.
//!
//! Hint: from when on does a wake mean one more poll? And a ticket has two parts; how many does `run` look at?
//!
//! The solution is in `solved/e06_whose_turn.rs`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// Which slot, and the how-manieth task in it.
#[derive(Clone, Copy, PartialEq)]
struct Ticket {
    index: usize,
    generation: u32,
}

type Queue = Arc<Mutex<VecDeque<Ticket>>>;

/// The standard library makes a `Waker` of whatever has a `wake`. It asks for an `Arc`, since a waker may go anywhere.
struct TicketWaker {
    ticket: Ticket,
    is_queued: AtomicBool,
    queue: Queue,
}

impl Wake for TicketWaker {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, Relaxed) {
            self.queue.lock().unwrap().push_back(self.ticket);
        }
    }
}

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TicketWaker>,
}

#[derive(Default)]
struct Executor {
    slots: Vec<Option<Task>>,
    spawned: u32,
    queue: Queue,
}

impl Executor {
    /// Makes a task in the first slot that is free, and queues it.
    fn spawn(&mut self, future: impl Future<Output = ()> + 'static) {
        let index = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if index == self.slots.len() {
            self.slots.push(None);
        }
        self.spawned += 1;
        let ticket = Ticket { index, generation: self.spawned };
        let (is_queued, queue) = (AtomicBool::new(false), self.queue.clone());
        let waker = Arc::new(TicketWaker { ticket, is_queued, queue });
        self.slots[index] = Some(Task { future: Box::pin(future), waker: waker.clone() });
        waker.wake();
    }

    /// Polls those whose tickets are in the queue, until it is empty.
    fn run(&mut self) {
        loop {
            let next = self.queue.lock().unwrap().pop_front();
            let Some(ticket) = next else { return };
            let Some(task) = &mut self.slots[ticket.index] else { continue };
            let waker = Waker::from(task.waker.clone());
            let polled = task.future.as_mut().poll(&mut Context::from_waker(&waker));
            task.waker.is_queued.store(false, Relaxed);
            if polled.is_ready() {
                self.slots[ticket.index] = None;
            }
        }
    }
}

/// Counts the polls of a future.
fn counted(
    polls: Rc<Cell<u32>>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> impl Future<Output = ()> {
    poll_fn(move |cx| {
        polls.set(polls.get() + 1);
        poll(cx)
    })
}

#[test]
#[ignore = "exercise of chapter 06"]
fn e06_a_task_that_is_woken_while_it_runs_is_polled_once_more_and_once_only() {
    let polls = Rc::new(Cell::new(0));
    let mut is_first = true;
    let mut executor = Executor::default();
    executor.spawn(counted(polls.clone(), move |cx| {
        if !std::mem::take(&mut is_first) {
            return Poll::Ready(());
        }
        for _ in 0..3 {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }));
    executor.run();
    assert_ne!(
        polls.get(),
        1,
        "it was woken three times while it ran, and nobody has polled it since"
    );
    assert_eq!(polls.get(), 2, "three wakes before a poll are one poll");
}

#[test]
#[ignore = "exercise of chapter 06"]
fn e06_the_waker_of_a_task_that_has_ended_wakes_nobody() {
    let mut executor = Executor::default();
    let kept = Rc::new(RefCell::new(None));
    let keep = kept.clone();
    executor.spawn(poll_fn(move |cx| {
        keep.replace(Some(cx.waker().clone()));
        Poll::Ready(())
    }));
    executor.run();

    let polls = Rc::new(Cell::new(0));
    executor.spawn(counted(polls.clone(), |_| Poll::Pending));
    executor.run();
    let stale: Waker = kept.take().expect("it was left in the first poll");
    stale.wake();
    executor.run();
    assert_eq!(
        polls.get(),
        1,
        "a stranger was polled, who happens to have the slot of a task that has ended"
    );
}
