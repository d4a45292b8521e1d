//! What happens when a runtime is dropped? Every task's future is dropped, exactly once, and nothing runs again.

use super::Core;
use crate::discard::discard;
use crate::observe::{Actor, Event, Outcome};

impl Core {
    /// Drops all tasks. What their destructors spawn is dropped at once, and whom they wake is not polled any more.
    pub(crate) fn shut_down(&self) {
        self.closing.set(true);
        let tasks = self.schedule.roster.borrow_mut().take_all();
        for (ticket, mut entry) in tasks {
            let task = self.schedule.id(ticket);
            let joiner = entry.joiner.take();
            let finished = entry.is_finished();
            self.trace.act(Actor::Task(task), || discard(entry));
            if !finished {
                let outcome = Outcome::Cancelled;
                self.trace.emit(|| Event::TaskDropped { task, outcome });
            }
            // Whoever awaits the task on another runtime of this thread is not to wait for ever.
            if let Some(joiner) = joiner {
                joiner.wake();
            }
        }
        self.schedule.clear();
        let wakers = self.timers.borrow_mut().clear();
        drop(wakers);
        self.seat.leave(self.schedule.roster.borrow().next_generation(), self.schedule.last_root());
    }
}
