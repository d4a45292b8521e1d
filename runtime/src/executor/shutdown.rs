//! What happens when a runtime is dropped? Every task's future is dropped, exactly once, and nothing runs again.

use super::Core;
use crate::discard::discard;
use crate::observe::{Actor, Event, Outcome};
use crate::roster::Rest;

impl Core {
    /// Drops all tasks. What their destructors spawn is dropped at once, and whom they wake is not polled any more.
    pub(crate) fn shut_down(&self) {
        self.schedule.close();
        let rests = self.schedule.roster.borrow_mut().take_all();
        for Rest { ticket, finished, task, joiner } in rests {
            let rest = task;
            let task = self.schedule.id(ticket);
            self.trace.act(Actor::Task(task), || discard(rest));
            if !finished {
                let outcome = Outcome::Cancelled;
                self.trace.emit(|| Event::TaskDropped { task, outcome });
            }
            // Whoever awaits the task on another runtime of this thread is not to wait for ever.
            if let Some(joiner) = joiner {
                joiner.wake();
            }
        }
        let wakers = self.timers.borrow_mut().clear();
        drop(wakers);
        let roster = self.schedule.roster.borrow();
        self.seat.leave(roster.next_generation(), roster.last_root());
    }
}
