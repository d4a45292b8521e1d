//! The life of one task: spawned, polled, finished, joined.
//!
//! ```text
//!   spawn --> ready queue --> poll --+-- Pending --> put back, until a wake queues it again
//!                                    +-- Ready ----> finish: the output waits for whoever joins
//!                                    +-- panic ----> finish: the panic waits for whoever joins
//!   abort --> ready queue --> drop the future -----> finish: cancelled
//! ```

use std::any::Any;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Core;
use crate::discard::discard;
use crate::join_error::JoinError;
use crate::observe::{Actor, Event, Outcome, TaskId};
use crate::roster::{Begin, Claim, Phase, Waits};
use crate::task::Task;
use crate::ticket::{ROOT, Ticket};

impl Core {
    /// Adds a task at the back of the ready queue. `None` if the runtime is being dropped: the task is dropped at once.
    pub(crate) fn spawn(
        &self,
        task: Task,
        name: Option<Rc<str>>,
        at: &'static Location<'static>,
    ) -> Option<Ticket> {
        if self.closing.get() {
            discard(task);
            return None;
        }
        let added = self.schedule.roster.borrow_mut().add(task, at);
        let ticket = match added {
            Ok(ticket) => ticket,
            Err(_) => panic!("a runtime holds at most {ROOT} tasks at once (the book, chapter 06)"),
        };
        self.schedule.push(ticket);
        if let Some(name) = &name {
            self.names.borrow_mut().insert(self.schedule.id(ticket), name.clone());
        }
        self.trace.emit_for(Some(at), || Event::TaskSpawned {
            task: self.schedule.id(ticket),
            name,
            by: self.trace.actor(),
        });
        Some(ticket)
    }

    /// Has a task's future dropped when its turn comes; not at once, because it may be the one that runs now, and
    /// because a chain of tasks that abort one another in their destructors would be a chain of nested calls.
    pub(crate) fn abort(&self, ticket: Ticket) {
        self.schedule.roster.borrow_mut().abort(ticket);
        self.schedule.wake(ticket);
    }

    pub(super) fn poll_task(&self, ticket: Ticket) {
        let begun = self.schedule.roster.borrow_mut().begin(ticket);
        let mut task = match begun {
            // The task has ended since it was queued.
            None => return,
            Some(Begin::Abort(task)) => return self.cancel(ticket, task),
            Some(Begin::Poll(task)) => task,
        };
        let id = self.schedule.id(ticket);
        let mut poll = |cx: &mut Context<'_>| match catch_unwind(AssertUnwindSafe(|| {
            task.as_mut().poll(cx)
        })) {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(payload)),
        };
        match self.poll_as(id, ticket, &mut poll) {
            Poll::Pending => {
                let waits = self.schedule.end_poll();
                let aborted = self.schedule.roster.borrow_mut().put_back(ticket, task, waits);
                if let Some(task) = aborted {
                    self.cancel(ticket, task);
                }
            }
            Poll::Ready(Ok(())) => {
                let outcome = Outcome::Completed;
                self.trace.emit(|| Event::PollReady { task: id, outcome });
                self.finish(ticket, Phase::Completed, Some(task));
            }
            Poll::Ready(Err(payload)) => {
                let outcome = Outcome::Panicked;
                self.trace.emit(|| Event::PollReady { task: id, outcome });
                self.trace.act(Actor::Task(id), || discard(task));
                self.finish(ticket, Phase::Panicked(payload), None);
            }
        }
    }

    /// A poll that somebody is told of ended with `Pending`.
    pub(super) fn tell_pending(&self, task: TaskId) {
        let Waits { first: wait, more } = self.schedule.waits_so_far();
        let kept = !self.trace.counts_wakers() || self.counted.is_kept(task);
        let line = wait.map(|wait| wait.at);
        self.trace.emit_for(line, || Event::PollPending { task, wait, more, kept });
    }

    fn cancel(&self, ticket: Ticket, task: Task) {
        self.trace.act(Actor::Task(self.schedule.id(ticket)), || discard(task));
        self.finish(ticket, Phase::Cancelled, None);
    }

    /// The future is gone: keeps the result for whoever joins and wakes them, or drops it if nobody will.
    fn finish(&self, ticket: Ticket, phase: Phase, output: Option<Task>) {
        let task = self.schedule.id(ticket);
        let outcome = phase.outcome();
        if !self.names.borrow().is_empty() {
            self.names.borrow_mut().remove(&task);
        }
        if self.trace.is_on() {
            self.counted.forget(task);
        }
        let (joiner, detached) = self.schedule.roster.borrow_mut().finish(ticket, phase, output);
        self.trace.emit(|| Event::TaskDropped { task, outcome });
        self.trace.act(Actor::Task(task), || {
            if let Some(joiner) = joiner {
                joiner.wake();
            }
            if detached.is_some() {
                discard(detached);
            }
        });
    }

    /// Moves a finished task's output into `place`, or leaves `joiner` to be woken when it is finished.
    pub(crate) fn poll_join(
        &self,
        ticket: Ticket,
        joiner: &Waker,
        place: &mut dyn Any,
    ) -> Poll<Result<(), JoinError>> {
        let claim = self.schedule.roster.borrow_mut().claim(ticket);
        let (phase, task) = match claim {
            Claim::Alive => {
                let latest = joiner.clone();
                let replaced = self.schedule.roster.borrow_mut().await_end(ticket, latest);
                drop(replaced);
                return Poll::Pending;
            }
            Claim::Gone => return Poll::Ready(Err(JoinError::runtime_gone())),
            Claim::Finished(phase, task) => (phase, task),
        };
        let id = self.schedule.id(ticket);
        self.trace.emit(|| Event::TaskJoined { task: id, by: self.trace.actor() });
        Poll::Ready(match phase {
            Phase::Panicked(payload) => Err(JoinError::panicked(id, payload)),
            Phase::Cancelled => Err(JoinError::cancelled(id)),
            Phase::Alive | Phase::Completed => {
                if let Some(task) = task {
                    task.take_output(place);
                }
                Ok(())
            }
        })
    }

    /// Nobody will ask for the task's result any more.
    pub(crate) fn detach(&self, ticket: Ticket) {
        let (joiner, finished) = self.schedule.roster.borrow_mut().detach(ticket);
        drop(joiner);
        if finished.is_some() {
            discard(finished);
        }
    }

    /// Whether the runtime is being dropped.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.get()
    }

    pub(crate) fn is_finished(&self, ticket: Ticket) -> bool {
        self.schedule.roster.borrow().get(ticket).is_none_or(|entry| entry.is_finished())
    }

    #[cold]
    pub(super) fn warn_slow(&self, task: TaskId, ticket: Ticket, took: Duration) {
        let spawned_at = self.schedule.roster.borrow().get(ticket).map(|entry| entry.spawned_at);
        let spawned_at = spawned_at.map_or(String::new(), |at| format!(", spawned at {at},"));
        let name =
            self.names.borrow().get(&task).map_or(String::new(), |name| format!(" ({name})"));
        eprintln!(
            "onethread: one poll of task {task}{name}{spawned_at} took {} ms, and nothing else could run meanwhile: \
             blocking work belongs into spawn_blocking (the book, chapter 17)",
            took.as_millis()
        );
        self.trace.emit(|| Event::SlowPoll { task, took });
    }
}
