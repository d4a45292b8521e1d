//! Why may a future not move? Because it may point into itself, once it has begun. This program shows where it points.
//!
//! Taught in chapter 10.

use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Waker};

/// Keeps a reference to something of its own across a wait.
async fn visit(shown: &Cell<usize>) {
    let letters = [1_u8; 16];
    let first = &letters[0];
    shown.set(std::ptr::from_ref(first).addr());
    pending::<()>().await;
    println!("{first}");
}

/// From where to where the future lies.
fn place<F>(future: &F) -> std::ops::Range<usize> {
    let begin = std::ptr::from_ref(future).addr();
    begin..begin + size_of::<F>()
}

fn main() {
    let shown = Cell::new(0);

    // Nothing has begun: it holds its arguments alone, and may go where it likes.
    let future = visit(&shown);
    let on_the_stack = place(&future).start;
    let mut future: Pin<Box<_>> = Box::pin(future);
    let on_the_heap = place(&*future);
    println!("before its first poll the future moved from the stack to the heap");
    assert_ne!(on_the_stack, on_the_heap.start);

    // From the first poll on it stays. Now `first` points at a byte of the future itself.
    let mut cx = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut cx).is_pending());
    assert!(on_the_heap.contains(&shown.get()), "`letters` is part of the future");
    println!("it is {} bytes large", on_the_heap.len());
    println!("`first` points {} bytes behind its beginning", shown.get() - on_the_heap.start);

    // The box moves into an array: the pointer is copied, and what it points to stays where it is.
    let moved = [future];
    println!("after the move of its box it is where it was: {}", place(&*moved[0]) == on_the_heap);

    println!("a reference is {} bytes large", size_of::<&mut u64>());
    println!("a pinned one is {} bytes large", size_of::<Pin<&mut u64>>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;

    #[test]
    fn what_a_future_keeps_across_a_wait_lies_inside_of_it() {
        let shown = Cell::new(0);
        let mut future = pin!(visit(&shown));
        assert_eq!(shown.get(), 0, "nothing has begun");
        let place = place(&*future);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        assert!(place.contains(&shown.get()));
    }
}
