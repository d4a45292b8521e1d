//! What is a task in memory? One allocation that holds a future and, when it is done, the future's output.
//!
//! The roster owns it, the executor takes it out to poll it and puts it back, a `JoinHandle` takes the output out.
//! Taught in chapters 06 and 10.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A task whose future's type is forgotten.
pub(crate) type Task = Pin<Box<dyn Body>>;

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// What the executor can do with a task.
pub(crate) trait Body {
    /// Polls the future. When it is ready, its output takes its place and the future is dropped.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;

    /// Moves the output, if there is one, into `place`, which must be an `Option` of the output's type.
    ///
    /// # Errors
    /// What the future panicked with, if it did.
    fn take_output(&self, place: &mut dyn Any) -> Result<(), Payload>;
}

/// Moves `future` to the heap, once and for all.
pub(crate) fn new<F>(future: F) -> Task
where
    F: Future + 'static,
{
    Box::pin(Stage::Running(future))
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

    fn take_output(&self, _: &mut dyn Any) -> Result<(), Payload> {
        self.0.take().map_or(Ok(()), Err)
    }
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

    fn take_output(&self, place: &mut dyn Any) -> Result<(), Payload> {
        if let Stage::Done(output) = self
            && let Some(place) = place.downcast_mut()
        {
            *place = output.take();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
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
        assert!(task.take_output(&mut output).is_ok());
        assert_eq!(output, Some(7));
    }

    #[test]
    fn a_running_task_and_a_wrong_type_give_no_output() {
        let mut output: Option<i32> = None;
        let mut task = new(pending::<i32>());
        assert!(poll(&mut task).is_pending());
        assert!(task.take_output(&mut output).is_ok());
        assert_eq!(output, None);

        let mut task = new(ready("text"));
        assert!(poll(&mut task).is_ready());
        assert!(task.take_output(&mut output).is_ok());
        assert_eq!(output, None);
    }

    #[test]
    fn a_panic_gives_what_it_carries_in_place_of_an_output() {
        let mut output: Option<i32> = None;
        let payload = panicked(Box::new("why")).take_output(&mut output).unwrap_err();
        assert_eq!((output, payload.downcast_ref()), (None, Some(&"why")));
    }

    #[test]
    fn a_task_is_as_large_as_its_future_and_a_word_or_two() {
        assert!(size_of::<Stage<std::future::Ready<[u64; 8]>>>() <= 8 * 8 + 2 * 8);
    }
}
