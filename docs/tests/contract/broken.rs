//! Which executors do not hold to the contract? Two that work most of the time, each wrong in one place.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use docs::contract::{Cancel, Executor};

type Boxed = Pin<Box<dyn Future<Output = ()>>>;

/// Has no wakers. It polls everybody, all the time.
pub(crate) struct Busy {
    tasks: RefCell<Vec<Boxed>>,
}

impl Executor for Busy {
    fn new() -> Self {
        Busy { tasks: RefCell::default() }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut root = pin!(future);
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = root.as_mut().poll(&mut cx) {
                return output;
            }
            let tasks = self.tasks.take();
            let pending = tasks
                .into_iter()
                .filter_map(|mut task| task.as_mut().poll(&mut cx).is_pending().then_some(task));
            let pending: Vec<Boxed> = pending.collect();
            // Behind those who were spawned meanwhile.
            self.tasks.borrow_mut().extend(pending);
        }
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
        self.tasks.borrow_mut().push(Box::pin(future));
        Cancel::not_yet()
    }
}

/// Takes a task off the queue when it *has been* polled, so that a wake that comes in the poll finds it queued, and is lost.
pub(crate) struct Forgetful {
    queue: Arc<Queue>,
    tasks: RefCell<HashMap<usize, Task>>,
    tickets: AtomicUsize,
}

/// Its future is taken out while it is polled.
type Task = (Arc<Ticket>, Option<Boxed>);

struct Queue {
    ready: Mutex<VecDeque<usize>>,
    thread: Thread,
}

struct Ticket {
    number: usize,
    queued: AtomicBool,
    queue: Arc<Queue>,
}

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::SeqCst) {
            self.queue.ready.lock().unwrap().push_back(self.number);
            self.queue.thread.unpark();
        }
    }
}

impl Forgetful {
    fn ticket(&self) -> Arc<Ticket> {
        let number = self.tickets.fetch_add(1, Ordering::Relaxed);
        let ticket = Ticket { number, queued: AtomicBool::new(false), queue: self.queue.clone() };
        let ticket = Arc::new(ticket);
        ticket.clone().wake();
        ticket
    }

    fn poll(
        &self,
        ticket: &Arc<Ticket>,
        mut future: Pin<&mut dyn Future<Output = ()>>,
    ) -> Poll<()> {
        let polled = future.as_mut().poll(&mut Context::from_waker(&ticket.clone().into()));
        // Here is what is wrong with it: before the poll this would be right.
        ticket.queued.store(false, Ordering::SeqCst);
        polled
    }
}

impl Executor for Forgetful {
    fn new() -> Self {
        let queue = Queue { ready: Mutex::default(), thread: thread::current() };
        Forgetful {
            queue: Arc::new(queue),
            tasks: RefCell::default(),
            tickets: AtomicUsize::new(0),
        }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut output = None;
        {
            let mut root = pin!(async { output = Some(future.await) });
            let root_ticket = self.ticket();
            loop {
                let next = self.queue.ready.lock().unwrap().pop_front();
                let Some(number) = next else {
                    thread::park();
                    continue;
                };
                if number == root_ticket.number {
                    if self.poll(&root_ticket, root.as_mut()).is_ready() {
                        break;
                    }
                    continue;
                }
                let taken = self
                    .tasks
                    .borrow_mut()
                    .get_mut(&number)
                    .map(|(ticket, task)| (ticket.clone(), task.take()));
                let Some((ticket, Some(mut task))) = taken else { continue };
                if self.poll(&ticket, task.as_mut()).is_pending() {
                    self.tasks.borrow_mut().insert(number, (ticket, Some(task)));
                } else {
                    let ended = self.tasks.borrow_mut().remove(&number);
                    drop(ended);
                }
            }
        }
        output.expect("the root future has ended")
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
        let ticket = self.ticket();
        self.tasks.borrow_mut().insert(ticket.number, (ticket, Some(Box::pin(future))));
        Cancel::not_yet()
    }
}
