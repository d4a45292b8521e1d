//! Level 4: do timers wake whom they should, in the order of their deadlines?

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use super::probe::{Probe, turn};
use super::{Check, Executor};

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_millis(60);
/// Longer than anybody waits.
const NEVER: Duration = Duration::from_secs(3600);

pub(super) fn checks<E: Executor>() -> Vec<Check<E>> {
    vec![
        Check {
            name: "sleeps end in the order of their deadlines, not of their beginnings",
            chapter: "09",
            why: "All wait at the same time. The loop sleeps until the first deadline of all.",
            run: |executor| {
                let order = Rc::new(RefCell::new(Vec::new()));
                let done = Probe::default();
                for (name, duration) in [("long", LONG), ("short", SHORT), ("never", NEVER)] {
                    let (sleep, order, done) =
                        (executor.sleep(duration), order.clone(), done.clone());
                    executor.spawn(async move {
                        sleep.await;
                        order.borrow_mut().push(name);
                        if name == "long" {
                            done.finish();
                        }
                    });
                }
                executor.block_on(done);
                assert_eq!(*order.borrow(), ["short", "long"]);
            },
        },
        Check {
            name: "who sleeps is polled when he begins and when he is due, and not in between",
            chapter: "09",
            why: "The deadline is the timeout of the one system call in which the thread sleeps.",
            run: |executor| {
                let probe = Probe::default();
                let mut counted = probe.clone();
                let mut sleep: Pin<Box<dyn Future<Output = ()>>> = Box::pin(executor.sleep(LONG));
                executor.block_on(poll_fn(move |cx| {
                    let _ = Pin::new(&mut counted).poll(cx);
                    sleep.as_mut().poll(cx)
                }));
                assert!(probe.polls() <= 3, "it was polled {} times", probe.polls());
            },
        },
        Check {
            name: "a sleep that is dropped wakes nobody",
            chapter: "15",
            why: "Whoever has given up does not want to hear of it, and its timer would be left behind.",
            run: |executor| {
                let probe = Probe::default();
                let mut counted = probe.clone();
                let mut sleep: Option<Pin<Box<dyn Future<Output = ()>>>> =
                    Some(Box::pin(executor.sleep(SHORT)));
                executor.spawn(poll_fn(move |cx| {
                    // Armed in the first poll, and dropped at its end.
                    if let Some(mut sleep) = sleep.take() {
                        assert!(sleep.as_mut().poll(cx).is_pending());
                    }
                    Pin::new(&mut counted).poll(cx)
                }));
                executor.block_on(executor.sleep(LONG));
                assert_eq!(probe.polls(), 1, "polls of a task whose sleep was dropped");
            },
        },
        Check {
            name: "the latest waker wins",
            chapter: "07",
            why: "A future may move to another task. Who polled it last waits for it now.",
            run: |executor| {
                type Shared = Rc<RefCell<Pin<Box<dyn Future<Output = ()>>>>>;
                let sleep: Shared = Rc::new(RefCell::new(Box::pin(executor.sleep(LONG))));
                let done = Probe::default();
                let (first, second, finishes) = (sleep.clone(), sleep, done.clone());
                executor.spawn(poll_fn(move |cx| first.borrow_mut().as_mut().poll(cx)));
                executor.block_on(async {
                    turn(&**executor).await;
                    executor.spawn(async move {
                        poll_fn(|cx| second.borrow_mut().as_mut().poll(cx)).await;
                        finishes.finish();
                    });
                    done.await;
                });
            },
        },
    ]
}
