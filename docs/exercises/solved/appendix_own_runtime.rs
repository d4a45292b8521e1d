//! Build it yourself in a day: the runtime of the appendix, as it may look in the end.
//!
//! It is about the smallest that holds to the whole contract, and slower than it has to be: its ready queue stands behind a
//! lock, since any thread may wake. How a runtime does without is chapter 18.
//!
//! Hint: it is in the exercise, docs/exercises/appendix_own_runtime.rs; this is what solves it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use docs::contract::{Cancel, Executor, Level, hold};

/// Who is ready, and the thread to get up for them.
struct Ready {
    queue: Mutex<VecDeque<u64>>,
    thread: Thread,
}

/// What a waker is made of: whom to queue, and whether that has been done. A number is given once and never again.
struct Ticket {
    number: u64,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::SeqCst) {
            self.ready.queue.lock().unwrap().push_back(self.number);
            self.ready.thread.unpark();
        }
    }
}

struct Task {
    ticket: Arc<Ticket>,
    /// Not here while it is polled: nothing may be borrowed then.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

struct Own {
    ready: Arc<Ready>,
    tasks: Rc<RefCell<HashMap<u64, Task>>>,
    timers: Rc<RefCell<BTreeMap<(Instant, u64), Waker>>>,
    numbers: Rc<Cell<u64>>,
}

impl Own {
    fn ticket(&self) -> Arc<Ticket> {
        let number = next(&self.numbers);
        Arc::new(Ticket { number, queued: AtomicBool::new(false), ready: self.ready.clone() })
    }

    fn poll_task(&self, number: u64) {
        let taken = self.tasks.borrow_mut().get_mut(&number).and_then(|task| {
            // Before the poll: a wake that comes in it is one more poll.
            task.ticket.queued.store(false, Ordering::SeqCst);
            Some((task.future.take()?, Waker::from(task.ticket.clone())))
        });
        let Some((mut future, waker)) = taken else { return };
        let polled = catch_unwind(AssertUnwindSafe(|| {
            future.as_mut().poll(&mut Context::from_waker(&waker))
        }));
        if let Ok(Poll::Pending) = polled {
            // It may have been cancelled in its own poll.
            if let Some(task) = self.tasks.borrow_mut().get_mut(&number) {
                task.future = Some(future);
                return;
            }
        }
        let ended = self.tasks.borrow_mut().remove(&number);
        drop((ended, future));
    }

    fn fire(&self) {
        let now = Instant::now();
        loop {
            let first = self.timers.borrow().first_key_value().map(|(key, _)| *key);
            let Some(key) = first.filter(|(deadline, _)| *deadline <= now) else { return };
            let waker = self.timers.borrow_mut().remove(&key);
            waker.expect("it was there").wake();
        }
    }

    fn sleep_until_somebody_is_ready(&self) {
        let deadline = self.timers.borrow().first_key_value().map(|((deadline, _), _)| *deadline);
        // A wake that comes between this look and the sleep ends the sleep at once.
        if self.ready.queue.lock().unwrap().is_empty() {
            match deadline {
                Some(deadline) => {
                    thread::park_timeout(deadline.saturating_duration_since(Instant::now()))
                }
                None => thread::park(),
            }
        }
    }
}

impl Executor for Own {
    fn new() -> Self {
        let ready = Ready { queue: Mutex::default(), thread: thread::current() };
        Own {
            ready: Arc::new(ready),
            tasks: Rc::default(),
            timers: Rc::default(),
            numbers: Rc::default(),
        }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut root = pin!(future);
        let ticket = self.ticket();
        let waker = Waker::from(ticket.clone());
        waker.wake_by_ref();
        loop {
            // A turn: those who are ready now. Who is woken meanwhile waits for the next.
            let turn = self.ready.queue.lock().unwrap().len();
            for _ in 0..turn {
                let next = self.ready.queue.lock().unwrap().pop_front();
                let Some(number) = next else { break };
                if number != ticket.number {
                    self.poll_task(number);
                    continue;
                }
                ticket.queued.store(false, Ordering::SeqCst);
                if let Poll::Ready(output) = root.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return output;
                }
            }
            self.fire();
            self.sleep_until_somebody_is_ready();
        }
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
        let ticket = self.ticket();
        let number = ticket.number;
        let task = Task { ticket: ticket.clone(), future: Some(Box::pin(future)) };
        self.tasks.borrow_mut().insert(number, task);
        Waker::from(ticket).wake();
        let tasks = self.tasks.clone();
        Cancel::by(move || {
            let cancelled = tasks.borrow_mut().remove(&number);
            drop(cancelled);
        })
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        let key = (Instant::now() + duration, next(&self.numbers));
        Sleep { key, timers: self.timers.clone() }
    }
}

fn next(numbers: &Cell<u64>) -> u64 {
    numbers.replace(numbers.get() + 1)
}

/// Has a timer while it waits, with the waker of whoever polled it last.
struct Sleep {
    key: (Instant, u64),
    timers: Rc<RefCell<BTreeMap<(Instant, u64), Waker>>>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.key.0 <= Instant::now() {
            return Poll::Ready(());
        }
        let old = self.timers.borrow_mut().insert(self.key, cx.waker().clone());
        drop(old);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let waker = self.timers.borrow_mut().remove(&self.key);
        drop(waker);
    }
}

#[test]
fn own_1_one_future_runs_sleeps_and_wakes() {
    hold::<Own>(Level::BlockOn);
}

#[test]
fn own_2_tasks_run_beside_each_other() {
    hold::<Own>(Level::Spawn);
}

#[test]
fn own_3_a_task_can_be_cancelled() {
    hold::<Own>(Level::Cancel);
}

#[test]
fn own_4_timers_wake_in_the_order_of_their_deadlines() {
    hold::<Own>(Level::Sleep);
}

#[test]
fn own_5_a_task_that_panics_takes_nobody_along() {
    hold::<Own>(Level::Panics);
}
