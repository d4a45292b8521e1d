//! Do ten million wakes of one task cost one poll? In a process of its own, for the count is exact: among other tests, two stale
//! tickets that meet in a slot of this runtime's mailbox may cost its tenant a poll for nothing (see `mailbox`).

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::task::Poll;
use std::thread;

use runtime::{Runtime, yield_now};

#[test]
fn ten_million_wakes_from_another_thread_while_the_loop_is_busy_are_one_poll() {
    let rt = Runtime::new().unwrap();
    let (give, take) = channel();
    let (ready, polls) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    let (is_ready, polled) = (ready.clone(), polls.clone());
    let handle = rt.spawn(poll_fn(move |cx| {
        polled.set(polled.get() + 1);
        let _ = give.send(cx.waker().clone());
        if is_ready.get() { Poll::Ready(()) } else { Poll::Pending }
    }));
    rt.block_on(yield_now());
    let waker = take.recv().unwrap();
    assert_eq!(polls.get(), 1, "at first");

    let last = waker.clone();
    rt.block_on(async {
        // The loop stands still in this poll, as it does in a long computation.
        thread::spawn(move || (0..10_000_000).for_each(|_| waker.wake_by_ref())).join().unwrap();
        yield_now().await;
        yield_now().await;
    });
    assert_eq!(polls.get(), 2, "for the flood");

    ready.set(true);
    last.wake();
    rt.block_on(handle).unwrap();
    assert_eq!(polls.get(), 3, "for the last wake");
}
