//! Level 1: does one future run, sleep and wake as it should?

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Poll, Waker};
use std::thread;

use super::probe::Probe;
use super::{A_WHILE, Check, Executor};

pub(super) fn checks<E: Executor>() -> Vec<Check<E>> {
    vec![
        Check {
            name: "block_on gives what the future gives, and may be called again",
            chapter: "05",
            why: "It polls the future until it is ready, and hands on what it is ready with.",
            run: |executor| {
                assert_eq!(executor.block_on(async { 1 }), 1, "the first time");
                assert_eq!(executor.block_on(async { 2 }), 2, "the second time");
            },
        },
        Check {
            name: "a future that nobody wakes is not polled again",
            chapter: "06",
            why: "An executor that polls everybody all the time is right, and burns a whole processor for it.",
            run: |executor| {
                let ready = Arc::new(AtomicBool::new(false));
                assert_eq!(
                    polls_until_woken(executor, &ready, |_| ()),
                    2,
                    "polls: the first, and one for the wake"
                );
            },
        },
        Check {
            name: "a wake during the poll is one more poll",
            chapter: "07",
            why: "The future may have looked before the wake came. Who forgets the wake lets it sleep for ever.",
            run: |executor| {
                let mut polls = 0;
                executor.block_on(poll_fn(|cx| {
                    polls += 1;
                    cx.waker().wake_by_ref();
                    if polls == 2 { Poll::Ready(()) } else { Poll::Pending }
                }));
            },
        },
        Check {
            name: "two wakes during the poll are one more poll",
            chapter: "06",
            why: "A wake says that something may have changed, not how much of it. Who is queued is not queued again.",
            run: |executor| {
                let ready = Arc::new(AtomicBool::new(false));
                let twice = |waker: &Waker| {
                    waker.wake_by_ref();
                    waker.wake_by_ref();
                };
                let polls = polls_until_woken(executor, &ready, twice);
                assert_eq!(
                    polls, 3,
                    "polls: the first, one for both wakes, and one for the other thread's"
                );
            },
        },
        Check {
            name: "cloning and dropping wakers wakes nobody",
            chapter: "06",
            why: "A future stores a clone, and drops the one before. Neither says that anything has changed.",
            run: |executor| {
                let ready = Arc::new(AtomicBool::new(false));
                let polls = polls_until_woken(executor, &ready, |waker| {
                    for _ in 0..100 {
                        drop(waker.clone());
                    }
                });
                assert_eq!(polls, 2, "polls: the first, and one for the wake");
            },
        },
        Check {
            name: "no wake of another thread is lost, whenever it comes",
            chapter: "18",
            why: "It may come in the poll, after it, or when the thread is just about to sleep.",
            run: |executor| {
                for round in 0..500 {
                    let woken = Arc::new(AtomicBool::new(false));
                    let mut waking = None;
                    executor.block_on(poll_fn(|cx| {
                        if woken.load(Ordering::SeqCst) {
                            return Poll::Ready(());
                        }
                        let (woken, waker) = (woken.clone(), cx.waker().clone());
                        let thread = waking.get_or_insert_with(|| {
                            thread::spawn(move || {
                                // Each round a little later.
                                (0..round * 20).for_each(|_| std::hint::spin_loop());
                                woken.store(true, Ordering::SeqCst);
                                waker.wake();
                            })
                        });
                        while round % 10 == 0 && !thread.is_finished() {
                            // In every tenth it comes in the poll, for certain.
                            thread::yield_now();
                        }
                        Poll::Pending
                    }));
                    waking.expect("it was polled").join().expect("it ends");
                }
            },
        },
        Check {
            name: "a waker that outlives its future is harmless",
            chapter: "18",
            why: "Whoever has a waker may keep it as long as he likes, longer than the executor lives.",
            run: |executor| {
                let probe = Probe::default();
                let mut kept = None;
                executor.block_on(async {
                    let mut once = pin!(probe.clone());
                    poll_fn(|cx| {
                        assert!(once.as_mut().poll(cx).is_pending());
                        Poll::Ready(())
                    })
                    .await;
                    kept = Some(probe.waker());
                });
                let kept = kept.expect("it was polled");
                kept.wake_by_ref();
                assert_eq!(executor.block_on(async { 3 }), 3, "the next future runs all the same");
                let other = E::new();
                let mut of_other = None;
                other.block_on(poll_fn(|cx| {
                    of_other = Some(cx.waker().clone());
                    Poll::Ready(())
                }));
                drop(other);
                of_other.expect("it was polled").wake();
            },
        },
    ]
}

/// How often a future is polled that does `at_first` in its first poll, and is woken by another thread a while later.
fn polls_until_woken<E: Executor>(
    executor: &Rc<E>,
    ready: &Arc<AtomicBool>,
    at_first: impl Fn(&Waker),
) -> usize {
    let probe = Probe::default();
    let mut future = pin!(probe.clone());
    let mut waking = None;
    executor.block_on(poll_fn(|cx| {
        let _ = future.as_mut().poll(cx);
        if ready.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        if waking.is_none() {
            at_first(cx.waker());
            let (ready, waker) = (ready.clone(), cx.waker().clone());
            waking = Some(thread::spawn(move || {
                thread::sleep(A_WHILE);
                ready.store(true, Ordering::SeqCst);
                waker.wake();
            }));
        }
        Poll::Pending
    }));
    probe.polls()
}
