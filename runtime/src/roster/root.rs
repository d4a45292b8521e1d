//! Where does the root future stand among the tasks? In the first slot, with a head like theirs.
//!
//! It lives on the stack of `block_on`, so its slot holds no task; each `block_on` begins a new generation of it. `executor`
//! uses this. Taught in chapter 06.

use super::Roster;
use crate::head::{Flag, Head};
use crate::lines::Said;
use crate::ticket::{Generation, ROOT, Ticket};

impl Roster {
    /// Of the `block_on` that runs now or ran last.
    pub(crate) fn root(&self) -> Head {
        self.pages.head(ROOT).unwrap_or(Head::vacant(ROOT))
    }

    /// The generation of that one.
    pub(crate) fn last_root(&self) -> Generation {
        self.root().generation().unwrap_or(Generation::FIRST)
    }

    fn set_root(&mut self, head: Head) {
        if let Some(mut slot) = self.pages.slot(ROOT) {
            *slot.head_mut() = head;
        }
    }

    /// A `block_on` begins: makes its root future's ticket, and queues it.
    pub(crate) fn begin_root(&mut self) -> Ticket {
        let generation = self.last_root().next();
        let mut root = Head::new(generation);
        root.set(Flag::QUEUED);
        self.set_root(root);
        self.push(ROOT);
        Ticket::new(self.seat, generation, ROOT)
    }

    /// It is pending.
    #[inline]
    pub(crate) fn put_root_back(&mut self, said: impl FnOnce() -> Said) {
        if let Some(mut slot) = self.pages.slot(ROOT) {
            slot.head_mut().suspend(|| said().number(&mut self.lines));
        }
    }

    /// The `block_on` ends: its root future's tickets are stale from here on.
    pub(crate) fn end_root(&mut self) {
        if self.root().has(Flag::QUEUED) {
            self.take_root_out_of_queue();
        }
        let mut root = self.root();
        root.clear(Flag::QUEUED);
        root.finish();
        self.set_root(root);
    }

    /// The next `block_on` puts its own at the back. The only way out of the middle of the queue, and so it is searched.
    fn take_root_out_of_queue(&mut self) {
        let after = self.root().link();
        let (mut before, mut at) = (None, self.front);
        while at != ROOT {
            let Some(head) = self.pages.head(at) else { return };
            (before, at) = (Some(at), head.link());
        }
        match before.and_then(|before| self.pages.slot(before)) {
            Some(mut slot) => slot.head_mut().set_link(after),
            None => self.front = after,
        }
        if self.back == ROOT {
            self.back = before.unwrap_or_default();
        }
        self.queued -= 1;
    }
}
