//! What does the loop do with a task? It polls it, puts it back or finishes it; the rest is up to handles and wakers.
//!
//! What can be done with one from outside is in `schedule/tasks.rs`. Taught in chapter 06.
//!
//! ```text
//!   spawn --> ready queue --> poll --+-- Pending --> put back, until a wake queues it again
//!                                    +-- Ready ----> finish: the output waits for whoever joins
//!                                    +-- panic ----> finish: the panic waits for whoever joins
//!   abort --> ready queue --> drop the future -----> finish: cancelled
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Core;
use crate::discard::discard;
use crate::lines::Said;
use crate::observe::{Actor, Event, Outcome, TaskId};
use crate::task::{self, Payload, Task};
use crate::ticket::Ticket;
use crate::wait;

impl Core {
    pub(super) fn poll_task(&self, ticket: Ticket, mut task: Task) {
        let mut poll =
            |cx: &mut Context<'_>| catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx)));
        match self.poll_as(ticket, &mut poll, |polled| matches!(polled, Ok(Poll::Pending))) {
            Ok(Poll::Pending) => {
                let aborted = self.schedule.roster.borrow_mut().put_back(ticket, task, wait::said);
                if let Some(task) = aborted {
                    self.cancel(ticket, task);
                }
            }
            Ok(Poll::Ready(())) => {
                let outcome = Outcome::Completed;
                if self.watched {
                    let task = self.schedule.id(ticket);
                    self.trace.emit(|| Event::PollReady { task, outcome });
                }
                self.finish(ticket, outcome, Some(task));
            }
            Err(payload) => self.panicked(ticket, task, payload),
        }
    }

    /// Drops the future of a task that panicked, and keeps what it panicked with in its place.
    #[cold]
    fn panicked(&self, ticket: Ticket, task: Task, payload: Payload) {
        let (id, outcome) = (self.schedule.id(ticket), Outcome::Panicked);
        self.trace.emit(|| Event::PollReady { task: id, outcome });
        self.trace.act(Actor::Task(id), || discard(task));
        self.finish(ticket, outcome, Some(task::panicked(payload)));
    }

    /// A poll that somebody is told of ended with `Pending`.
    pub(super) fn tell_pending(&self, task: TaskId) {
        let Said { first: wait, more } = wait::said();
        let kept = !self.trace.counts_wakers() || self.counted.is_kept(task);
        let line = wait.map(|wait| wait.at);
        self.trace.emit_for(line, || Event::PollPending { task, wait, more, kept });
    }

    /// The turn of one who is not polled any more.
    #[cold]
    #[inline(never)]
    pub(super) fn pass_over(&self, index: usize) {
        let aborted = self.schedule.roster.borrow_mut().pass_over(index);
        if let Some((ticket, task)) = aborted {
            self.cancel(ticket, task);
        }
    }

    /// Drops the future of a task that was aborted.
    #[cold]
    pub(super) fn cancel(&self, ticket: Ticket, task: Task) {
        self.trace.act(Actor::Task(self.schedule.id(ticket)), || discard(task));
        self.finish(ticket, Outcome::Cancelled, None);
    }

    /// The future is gone: keeps the result for whoever joins and wakes them, or drops it if nobody will.
    // Inlined, for it is the end of each poll that is ready: 25 instructions less for a task.
    #[inline(always)]
    fn finish(&self, ticket: Ticket, outcome: Outcome, result: Option<Task>) {
        let (joiner, unwanted) = self.schedule.roster.borrow_mut().finish(ticket, result);
        if self.schedule.remembers() {
            self.forget(self.schedule.id(ticket), outcome);
        }
        if joiner.is_some() || unwanted.is_some() {
            self.end(ticket, joiner, unwanted);
        }
    }

    /// Forgets what is only known of few tasks, and tells whoever watches.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn forget(&self, task: TaskId, outcome: Outcome) {
        self.schedule.names.borrow_mut().remove(&task);
        self.counted.forget(task);
        self.trace.emit(|| Event::TaskDropped { task, outcome });
    }

    #[inline(never)]
    fn end(&self, ticket: Ticket, joiner: Option<Waker>, unwanted: Option<Task>) {
        self.trace.act(Actor::Task(self.schedule.id(ticket)), || {
            if let Some(joiner) = joiner {
                joiner.wake();
            }
            discard(unwanted);
        });
    }

    #[cold]
    pub(super) fn warn_slow(&self, task: TaskId, ticket: Ticket, took: Duration) {
        let spawned_at = self.schedule.spawned_at(ticket);
        let spawned_at = spawned_at.map_or(String::new(), |at| format!(", spawned at {at},"));
        let name = self
            .schedule
            .names
            .borrow()
            .get(&task)
            .map_or(String::new(), |name| format!(" ({name})"));
        eprintln!(
            "onethread: one poll of task {task}{name}{spawned_at} took {} ms, and nothing else could run meanwhile: \
             blocking work belongs into spawn_blocking (the book, chapter 17)",
            took.as_millis()
        );
        self.trace.emit(|| Event::SlowPoll { task, took });
    }
}
