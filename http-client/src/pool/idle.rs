//! Which connections are idle? They lie in the order in which they were given back: the latest is used again, the oldest goes.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::VecDeque;

use super::Pooled;

#[derive(Default)]
pub(super) struct Idle {
    /// The one that was given back last, by itself: most often it is the next one taken, and the others are not looked at.
    last: Cell<Option<Box<Pooled>>>,
    others: RefCell<VecDeque<Box<Pooled>>>,
}

impl Idle {
    #[inline]
    pub(super) fn push(&self, pooled: Box<Pooled>) {
        if let Some(before) = self.last.replace(Some(pooled)) {
            self.others.borrow_mut().push_back(before);
        }
    }

    /// Takes the latest connection to `origin` out.
    #[inline]
    pub(super) fn take_latest(&self, origin: &str) -> Option<Box<Pooled>> {
        match self.last.take() {
            Some(last) if last.is_to(origin) => Some(last),
            last => self.take_other(last, origin),
        }
    }

    fn take_other(&self, last: Option<Box<Pooled>>, origin: &str) -> Option<Box<Pooled>> {
        self.last.set(last);
        let mut others = self.others.borrow_mut();
        let latest = others.iter().rposition(|other| other.is_to(origin));
        latest.and_then(|place| others.remove(place))
    }

    /// All of them, the oldest first.
    pub(super) fn all(&self) -> RefMut<'_, VecDeque<Box<Pooled>>> {
        let mut all = self.others.borrow_mut();
        all.extend(self.last.take());
        all
    }
}
