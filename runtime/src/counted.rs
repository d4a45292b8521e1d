//! Does anybody keep a task's waker, and which thread has used it? Only an observer wants to know, so only for an observer
//! are wakers counted and asked.
//!
//! `executor` asks here for the waker of a poll when the runtime is observed, and makes a plain ticket of `waker`
//! otherwise. A task that is pending while nobody keeps its waker can never be woken: the lost wakeup of chapter 07.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Wake, Waker};
use std::thread;

use crate::observe::TaskId;
use crate::seat;
use crate::ticket::Ticket;
use crate::waker::wake_here;

pub(crate) struct Counted {
    /// One counted waker for each task that was polled. Its clones are one `Arc`, so `Waker::will_wake` is exact here, too.
    wakers: RefCell<HashMap<TaskId, Arc<Named>>>,
    /// Which other thread has woken which task.
    told: Receiver<(TaskId, String)>,
    tell: Sender<(TaskId, String)>,
    threads: RefCell<HashMap<TaskId, Rc<str>>>,
}

struct Named {
    task: TaskId,
    ticket: Ticket,
    tell: Sender<(TaskId, String)>,
    /// Whether it has been told and not heard yet: a flood of wakes is one message.
    has_told: AtomicBool,
}

impl Wake for Named {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if wake_here(self.ticket) {
            return;
        }
        // Before the post, so that who collects the post finds the name.
        if !self.has_told.swap(true, Ordering::AcqRel) {
            let name = thread::current().name().unwrap_or("without a name").to_string();
            let _ = self.tell.send((self.task, name));
        }
        seat::post(self.ticket);
    }
}

impl Counted {
    pub(crate) fn new() -> Counted {
        let (tell, told) = channel();
        Counted { wakers: RefCell::default(), told, tell, threads: RefCell::default() }
    }

    /// The waker of the task that `ticket` names.
    pub(crate) fn waker(&self, task: TaskId, ticket: Ticket) -> Waker {
        let new = || {
            let (tell, has_told) = (self.tell.clone(), AtomicBool::new(false));
            Arc::new(Named { task, ticket, tell, has_told })
        };
        let mut wakers = self.wakers.borrow_mut();
        let named = wakers.entry(task).or_insert_with(new);
        if named.ticket != ticket {
            // Another `block_on`, another root future.
            *named = new();
        }
        Waker::from(named.clone())
    }

    /// Whether anybody has a clone of the task's waker, now that its poll is over.
    pub(crate) fn is_kept(&self, task: TaskId) -> bool {
        self.wakers.borrow().get(&task).is_some_and(|named| Arc::strong_count(named) > 1)
    }

    /// The name of the thread whose wake of this task was found in the mailbox.
    pub(crate) fn thread(&self, task: TaskId) -> Option<Rc<str>> {
        let mut threads = self.threads.borrow_mut();
        while let Ok((task, thread)) = self.told.try_recv() {
            if let Some(named) = self.wakers.borrow().get(&task) {
                named.has_told.store(false, Ordering::Release);
                threads.insert(task, thread.into());
            }
        }
        threads.remove(&task)
    }

    /// The task has ended.
    pub(crate) fn forget(&self, task: TaskId) {
        self.wakers.borrow_mut().remove(&task);
        self.threads.borrow_mut().remove(&task);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::poll_fn;
    use std::rc::Rc;
    use std::task::Poll;

    use super::*;
    use crate::observe::{Actor, Event};
    use crate::testing::Facts;
    use crate::ticket::Generation;
    use crate::{spawn, yield_now};

    /// What the polls of task 1 were told to be: whether its waker was kept.
    fn kept(facts: &Facts) -> Vec<bool> {
        let kept = |event: &Event| match event {
            Event::PollPending { task: TaskId(1), kept, .. } => Some(*kept),
            _ => None,
        };
        facts.events().iter().filter_map(kept).collect()
    }

    #[test]
    fn a_pending_task_whose_waker_nobody_keeps_is_told() {
        let (rt, facts) = Facts::runtime();
        rt.block_on(async {
            let slot = Rc::new(Cell::new(None));
            let keeper = slot.clone();
            let mut polls = 0;
            drop(spawn(poll_fn(move |cx| {
                polls += 1;
                keeper.set((polls == 1).then(|| cx.waker().clone()));
                Poll::<()>::Pending
            })));
            yield_now().await;
            slot.take().unwrap().wake();
            yield_now().await;
        });
        assert_eq!(kept(&facts), [true, false]);
    }

    #[test]
    fn a_wake_from_another_thread_tells_its_name_each_time() {
        let (rt, facts) = Facts::runtime();
        let mut wakes = 0;
        rt.block_on(poll_fn(|cx| {
            if wakes == 2 {
                return Poll::Ready(());
            }
            wakes += 1;
            let waker = cx.waker().clone();
            let other = thread::Builder::new().name("other".into());
            // It has woken this task before the poll is over: a helper might be done before that, and wake nobody.
            other.spawn(move || waker.wake()).unwrap().join().unwrap();
            Poll::Pending
        }));
        let by_other = |event: &Event| match event {
            Event::Woken { by: Actor::Mailbox, thread: Some(thread), .. } => &**thread == "other",
            _ => false,
        };
        assert_eq!(facts.count(by_other), 2);
    }

    #[test]
    fn a_flood_of_wakes_is_told_once_and_so_is_each_one_after_it() {
        let counted = Counted::new();
        let task = TaskId(7);
        let waker =
            counted.waker(task, Ticket::new(crate::ticket::SEATS - 1, Generation::FIRST, 0));
        for _ in 0..3 {
            (0..1000).for_each(|_| waker.wake_by_ref());
            assert!(counted.thread(task).is_some());
            assert!(counted.thread(task).is_none() && counted.told.try_recv().is_err());
        }
        counted.forget(task);
        waker.wake();
        assert!(counted.thread(task).is_none());
    }

    #[test]
    fn all_wakers_of_an_observed_task_are_the_same_one_until_it_ends() {
        let (rt, _facts) = Facts::runtime();
        let seen = Rc::new(Cell::new(None::<Waker>));
        let wakers = || {
            let seen = seen.clone();
            poll_fn(move |cx| {
                let same = seen.take().map(|before| before.will_wake(cx.waker()));
                seen.set(Some(cx.waker().clone()));
                cx.waker().wake_by_ref();
                same.map_or(Poll::Pending, Poll::Ready)
            })
        };
        assert!(rt.block_on(wakers()));
        assert!(!rt.block_on(wakers()), "another root future has another waker");
    }
}
