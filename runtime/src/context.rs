//! Which runtime runs on this thread? The free functions (`spawn`, `sleep`, sockets) ask here.
//!
//! `Runtime::block_on` enters. A waker asks `schedule` instead, which is all it needs.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::executor::Core;
use crate::schedule::{self, Schedule};

thread_local! {
    /// Like that of `schedule`: nothing is left in it when the thread ends.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<Core>>>> = const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Makes `core` this thread's runtime until the guard is dropped.
pub(crate) fn enter(core: Rc<Core>) -> Entered {
    let schedule_before = schedule::set_current(Some(core.schedule.clone()));
    Entered { before: set_current(Some(core)), schedule_before }
}

pub(crate) struct Entered {
    before: Option<Rc<Core>>,
    schedule_before: Option<Rc<Schedule>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        drop(schedule::set_current(self.schedule_before.take()));
        drop(set_current(self.before.take()));
    }
}

fn set_current(core: Option<Rc<Core>>) -> Option<Rc<Core>> {
    CURRENT.with(|current| current.replace(core))
}

/// This thread's runtime; `None` outside one.
#[inline]
pub(crate) fn current() -> Option<Rc<Core>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// Calls `f` with this thread's runtime; `None` outside one. It is lent, as by `schedule::with`, and under the same condition:
/// `f` must not run user code.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&Rc<Core>) -> R) -> Option<R> {
    CURRENT.with(|current| current.borrow().as_ref().map(f))
}

/// This thread's runtime, for `what`, which cannot do without.
///
/// # Panics
/// Outside a runtime.
#[track_caller]
#[inline]
pub(crate) fn expect(what: &str) -> Rc<Core> {
    match current() {
        Some(core) => core,
        None => outside(what),
    }
}

/// The schedule of this thread's runtime, for `what`, which cannot do without and needs no more than that.
///
/// # Panics
/// Outside a runtime.
#[track_caller]
#[inline]
pub(crate) fn expect_schedule(what: &str) -> Rc<Schedule> {
    match schedule::current() {
        Some(schedule) => schedule,
        None => outside(what),
    }
}

#[cold]
#[track_caller]
fn outside(what: &str) -> ! {
    panic!(
        "{what} was used outside a runtime, where nothing could wake it: \
         call it inside Runtime::block_on (the book, chapter 08)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Runtime;

    #[test]
    fn there_is_a_current_runtime_inside_block_on_and_only_there() {
        assert!(current().is_none());
        Runtime::new().unwrap().block_on(async { assert!(current().is_some()) });
        assert!(current().is_none());
    }
}
