//! Level 2: do tasks run beside each other, in their order, each as often as it was woken?

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use super::probe::{Dropped, Probe, turn};
use super::{A_WHILE, Check, Executor};

pub(super) fn checks<E: Executor>() -> Vec<Check<E>> {
    vec![
        Check {
            name: "a spawned task does not run at once, but when whoever spawned it waits",
            chapter: "14",
            why: "One thread runs one task at a time: spawning puts a task at the back of the queue.",
            run: |executor| {
                let probe = Probe::default();
                executor.block_on(async {
                    executor.spawn(probe.clone());
                    assert_eq!(probe.polls(), 0, "polls before anybody waits");
                    turn(&**executor).await;
                    assert_eq!(probe.polls(), 1, "polls after a turn");
                });
            },
        },
        Check {
            name: "a task may spawn tasks",
            chapter: "14",
            why: "It is user code: while it runs, nothing of the executor may be borrowed.",
            run: |executor| {
                let done = Probe::default();
                let (inner, finishes) = (executor.clone(), done.clone());
                executor.spawn(async move {
                    let innermost = inner.clone();
                    inner.spawn(async move {
                        innermost.spawn(async move { finishes.finish() });
                    });
                });
                executor.block_on(done);
            },
        },
        Check {
            name: "tasks are polled in the order in which they were woken",
            chapter: "06",
            why: "A queue is fair: who was woken first has waited longest.",
            run: |executor| {
                let order = Rc::new(RefCell::new(Vec::new()));
                let probes: Vec<Probe> = (0..3).map(|_| Probe::default()).collect();
                for (number, probe) in probes.iter().cloned().enumerate() {
                    let order = order.clone();
                    executor.spawn(async move {
                        probe.await;
                        order.borrow_mut().push(number);
                    });
                }
                executor.block_on(async {
                    turn(&**executor).await;
                    for number in [2, 0, 1] {
                        probes[number].finish();
                    }
                    turn(&**executor).await;
                });
                assert_eq!(*order.borrow(), [2, 0, 1]);
            },
        },
        Check {
            name: "a wake runs nothing",
            chapter: "06",
            why: "It only queues. Whoever calls it may hold anything borrowed.",
            run: |executor| {
                let probe = Probe::default();
                executor.spawn(probe.clone());
                executor.block_on(async {
                    turn(&**executor).await;
                    probe.waker().wake();
                    assert_eq!(
                        probe.polls(),
                        1,
                        "polls when it has been woken, and nobody has waited yet"
                    );
                    turn(&**executor).await;
                    assert_eq!(probe.polls(), 2, "polls after a turn");
                });
            },
        },
        Check {
            name: "two wakes before a poll are one poll",
            chapter: "06",
            why: "A wake says that something may have changed, not how much of it. Who is queued is not queued again.",
            run: |executor| {
                let probe = Probe::default();
                executor.spawn(probe.clone());
                executor.block_on(async {
                    turn(&**executor).await;
                    probe.waker().wake();
                    probe.waker().wake();
                    turn(&**executor).await;
                    turn(&**executor).await;
                });
                assert_eq!(probe.polls(), 2, "polls: the first, and one for both wakes");
            },
        },
        Check {
            name: "a task is polled only when it was woken itself",
            chapter: "06",
            why: "Each task has a waker of its own, so that a wake says whose turn it is.",
            run: |executor| {
                let (idle, busy) = (Probe::default(), Probe::default());
                executor.spawn(idle.clone());
                executor.spawn(busy.clone());
                executor.block_on(async {
                    for _ in 0..10 {
                        turn(&**executor).await;
                        busy.waker().wake();
                    }
                });
                assert_eq!(idle.polls(), 1, "polls of a task that nobody woke");
            },
        },
        Check {
            name: "a task that always wakes itself lets the others run",
            chapter: "17",
            why: "It goes to the back of the queue like everybody else. A turn that only ends with the queue would never end.",
            run: |executor| {
                let mut polls = 0;
                executor.spawn(poll_fn(move |cx| {
                    polls += 1;
                    assert!(
                        polls < 5_000,
                        "the task that wakes itself ran 5000 times, and nobody else did"
                    );
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }));
                executor.block_on(async {
                    for _ in 0..10 {
                        turn(&**executor).await;
                    }
                });
            },
        },
        Check {
            name: "another thread wakes a task",
            chapter: "18",
            why: "A waker is Send: whoever has it calls it, from wherever he is, and the loop gets up.",
            run: |executor| {
                let (probe, done) = (Probe::default(), Probe::default());
                let (mut polled, finishes) = (probe.clone(), done.clone());
                let woken = Arc::new(AtomicBool::new(false));
                let mut waking = None;
                executor.spawn(poll_fn(move |cx| {
                    let _ = Pin::new(&mut polled).poll(cx);
                    if woken.load(Ordering::SeqCst) {
                        finishes.finish();
                        return Poll::Ready(());
                    }
                    let (woken, waker) = (woken.clone(), cx.waker().clone());
                    waking.get_or_insert_with(|| {
                        thread::spawn(move || {
                            thread::sleep(A_WHILE);
                            woken.store(true, Ordering::SeqCst);
                            waker.wake();
                        })
                    });
                    Poll::Pending
                }));
                executor.block_on(done);
                assert_eq!(probe.polls(), 2, "polls: the first, and one for the wake");
            },
        },
        Check {
            name: "the waker of a task that has ended wakes nobody else",
            chapter: "06",
            why: "Places are used again. A ticket has to say which task it was for, not only which place.",
            run: |executor| {
                let first = Probe::default();
                executor.spawn(first.clone());
                executor.block_on(async {
                    turn(&**executor).await;
                    let old = first.waker();
                    first.finish();
                    turn(&**executor).await;
                    let second = Probe::default();
                    executor.spawn(second.clone());
                    turn(&**executor).await;
                    old.wake();
                    turn(&**executor).await;
                    assert_eq!(second.polls(), 1, "polls of a task that nobody woke");
                });
            },
        },
        Check {
            name: "a future may spawn and wake while it is dropped",
            chapter: "15",
            why: "The drop of a future is user code, too: while it runs, nothing of the executor may be borrowed.",
            run: |executor| {
                struct Spawns<E: Executor>(Rc<E>, Probe);

                impl<E: Executor> Drop for Spawns<E> {
                    fn drop(&mut self) {
                        let done = self.1.clone();
                        self.0.spawn(async move { done.finish() });
                    }
                }

                let done = Probe::default();
                let spawns = Spawns(executor.clone(), done.clone());
                executor.spawn(async move { drop(spawns) });
                let kept = Spawns(executor.clone(), done.clone());
                // This one is dropped with its future, when that has ended.
                let mut kept = Some(kept);
                executor.spawn(poll_fn(move |_| {
                    let _ = &mut kept;
                    Poll::Ready(())
                }));
                executor.block_on(async {
                    done.await;
                    turn(&**executor).await;
                });
            },
        },
        Check {
            name: "tasks that are left go on with the next block_on",
            chapter: "05",
            why: "block_on ends with its own future. The others have not ended, and nobody has cancelled them.",
            run: |executor| {
                let probe = Probe::default();
                executor.spawn(probe.clone());
                executor.block_on(turn(&**executor));
                probe.waker().wake();
                executor.block_on(turn(&**executor));
                assert_eq!(probe.polls(), 2, "polls: one in each block_on");
            },
        },
        Check {
            name: "tasks that are left are dropped with the executor",
            chapter: "15",
            why: "To drop a future is to cancel it: its sockets are closed, its locks given back.",
            run: |_| {
                let dropped = Dropped::default();
                let guard = dropped.guard();
                let executor = E::new();
                executor.spawn(async move {
                    Probe::default().await;
                    drop(guard);
                });
                executor.block_on(turn(&executor));
                assert!(!dropped.is_set(), "it was dropped while it waited");
                drop(executor);
                assert!(dropped.is_set(), "it was not dropped");
            },
        },
    ]
}
