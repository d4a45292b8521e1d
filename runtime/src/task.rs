//! What is a task in memory? One allocation that holds a future and, when it is done, the future's output.
//!
//! The roster owns it, the executor takes it out to poll it and puts it back, a `JoinHandle` takes the output out.
//! Taught in chapters 06 and 10.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::place::Place;

/// A task whose future's type is forgotten.
pub(crate) type Task = Pin<Box<dyn Body>>;

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// What the executor can do with a task.
pub(crate) trait Body {
    /// Polls the future. When it is ready, its output takes its place and the future is dropped.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;

    /// Moves the output into `place`, which must be an `Option` of its type, and says whether there was one.
    fn take_output(&self, place: Place<'_>) -> bool;

    /// What the future panicked with, if it did.
    fn take_payload(&self) -> Option<Payload>;

    /// Begins anew with the future in `place`, if that is an `Option` of the type that this one's future had: for a task whose
    /// output was taken.
    fn begin_again(self: Pin<&mut Self>, place: Place<'_>);
}

/// Moves `future` to the heap, once and for all.
pub(crate) fn new<F>(future: F) -> Task
where
    F: Future + 'static,
{
    Box::pin(Stage::Running(future))
}

/// Makes a task of `future` in `place`. If a spent one is there, of the same type, the allocator is not asked for memory.
#[inline]
pub(crate) fn put<F>(place: &mut Option<Task>, future: F)
where
    F: Future + 'static,
{
    let Some(spent) = place else {
        *place = Some(new(future));
        return;
    };
    let mut future = Some(future);
    spent.as_mut().begin_again(Place::new(&mut future));
    if let Some(future) = future {
        *place = Some(new(future));
    }
}

/// What stands in the place of a task that has panicked: so rare that it costs the others nothing.
pub(crate) fn panicked(payload: Payload) -> Task {
    Box::pin(Panicked(Cell::new(Some(payload))))
}

struct Panicked(Cell<Option<Payload>>);

impl Body for Panicked {
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn take_output(&self, _: Place<'_>) -> bool {
        false
    }

    fn take_payload(&self) -> Option<Payload> {
        self.0.take()
    }

    fn begin_again(self: Pin<&mut Self>, _: Place<'_>) {}
}

enum Stage<F: Future> {
    Running(F),
    Done(Cell<Option<F::Output>>),
}

impl<F: Future> Stage<F> {
    fn future(self: Pin<&mut Self>) -> Option<Pin<&mut F>> {
        if !matches!(*self, Stage::Running(_)) {
            return None;
        }
        // SAFETY: the future is pinned whenever the stage is: this is the only way to reach it, nothing moves it out of
        // `Running`, `Stage` has no `Drop` of its own and is `Unpin` only if the future is, and replacing the stage
        // with `Pin::set` drops the future in place. The closure cannot panic: the stage was looked at above.
        Some(unsafe {
            self.map_unchecked_mut(|stage| match stage {
                Stage::Running(future) => future,
                Stage::Done(_) => unreachable!(),
            })
        })
    }
}

impl<F> Body for Stage<F>
where
    F: Future + 'static,
{
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(future) = self.as_mut().future() else { return Poll::Ready(()) };
        future.poll(cx).map(|output| self.set(Stage::Done(Cell::new(Some(output)))))
    }

    fn take_output(&self, place: Place<'_>) -> bool {
        if let Stage::Done(output) = self
            && let Some(place) = place.open()
        {
            *place = output.take();
            return true;
        }
        false
    }

    fn take_payload(&self) -> Option<Payload> {
        None
    }

    fn begin_again(mut self: Pin<&mut Self>, place: Place<'_>) {
        if let Some(future) = place.open::<F>().and_then(Option::take) {
            self.set(Stage::Running(future));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::ptr;
    use std::rc::Rc;
    use std::task::Waker;

    fn poll(task: &mut Task) -> Poll<()> {
        task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_output_takes_the_place_of_the_future() {
        let held = Rc::new(());
        let witness = held.clone();
        let mut task = new(async move {
            let _held = held;
            7
        });
        assert!(poll(&mut task).is_ready());
        assert_eq!(Rc::strong_count(&witness), 1, "the future is dropped with its last poll");
        let mut output: Option<i32> = None;
        assert!(task.take_output(Place::new(&mut output)));
        assert_eq!(output, Some(7));
    }

    #[test]
    fn a_running_task_and_a_wrong_type_give_no_output() {
        let mut output: Option<i32> = None;
        let mut task = new(pending::<i32>());
        assert!(poll(&mut task).is_pending());
        assert!(!task.take_output(Place::new(&mut output)));

        let mut task = new(ready("text"));
        assert!(poll(&mut task).is_ready());
        assert!(!task.take_output(Place::new(&mut output)));
        assert_eq!(output, None);
    }

    #[test]
    fn a_panic_gives_what_it_carries_in_place_of_an_output() {
        let mut output: Option<i32> = None;
        let task = panicked(Box::new("why"));
        assert!(!task.take_output(Place::new(&mut output)));
        assert_eq!(task.take_payload().unwrap().downcast_ref(), Some(&"why"));
    }

    #[test]
    fn a_spent_task_begins_again_with_a_future_of_its_type_and_is_replaced_by_another() {
        let mut place = Some(new(ready(1)));
        let memory = |place: &Option<Task>| ptr::from_ref(&**place.as_ref().unwrap()).addr();
        let before = memory(&place);
        let mut output = None;
        for n in 1..4 {
            let task = place.as_mut().unwrap();
            assert!(poll(task).is_ready() && task.take_output(Place::new(&mut output)));
            assert_eq!(output, Some(n));
            put(&mut place, ready(n + 1));
            assert_eq!(memory(&place), before);
        }
        put(&mut place, ready("text"));
        let task = place.as_mut().unwrap();
        assert!(poll(task).is_ready());
        let mut output = None;
        assert!(task.take_output(Place::new(&mut output)));
        assert_eq!(output, Some("text"));
    }

    #[test]
    fn a_task_is_as_large_as_its_future_and_a_word_or_two() {
        assert!(size_of::<Stage<std::future::Ready<[u64; 8]>>>() <= 8 * 8 + 2 * 8);
    }
}
