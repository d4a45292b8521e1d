//! How does a socket become a future? By the one loop in this file: try, and if it would block, wait for the reactor.
//!
//! Every type in `net` is a `Source` around mio's socket. Taught in chapters 08 and 11.
//!
//! Reading waits first and tries after, for the answer to a request is never there yet; writing and accepting try first.
//! A read that fills less than the buffer has emptied the socket, and a write that is taken in part has filled it (epoll(7),
//! question 9), so neither is followed by a call that would only say "would block". That makes three system calls for
//! a round trip: write, wait, read; also where the length of the answer is known, for which see `net/ahead`.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, ready};

use crate::context;
use crate::coop;
use crate::executor::Core;
use crate::observe::{Direction, Event, SourceId, Tried};
use crate::reactor::Slot;
use crate::wait::WaitPoint;

/// A socket and its registration.
pub(crate) struct Source<S: mio::event::Source> {
    io: S,
    /// Its place in the reactor's table.
    slot: Rc<Slot>,
    core: Weak<Core>,
}

/// What one call on a socket gave.
pub(crate) struct Done<T> {
    pub(crate) value: T,
    /// For the observer: bytes, or 1 for a connection.
    pub(crate) amount: usize,
    /// Whether the call has shown that the next one would block.
    pub(crate) drained: bool,
}

impl<S: mio::event::Source> Source<S> {
    /// Registers a socket with this thread's runtime. `ready` lists the directions to try before waiting.
    ///
    /// # Panics
    /// Outside a runtime.
    #[track_caller]
    pub(crate) fn new(mut io: S, what: &'static str, ready: &[Direction]) -> io::Result<Source<S>> {
        let core = context::expect(what);
        let slot = core.reactor.register(&mut io, ready)?;
        core.trace.emit(|| Event::SourceRegistered { source: SourceId(slot.index()), what });
        Ok(Source { io, slot, core: Rc::downgrade(&core) })
    }

    pub(crate) fn get(&self) -> &S {
        &self.io
    }

    /// Does `call` when it can be done without blocking, and waits for the reactor until then.
    ///
    /// # Panics
    /// In another runtime than the one that the socket was made in: that one's reactor would never wake this task.
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        call: impl FnMut(&S) -> io::Result<Done<T>>,
    ) -> Poll<io::Result<T>> {
        let Some(core) = self.core.upgrade() else { return Poll::Ready(Err(runtime_is_gone())) };
        ready!(coop::spend(cx));
        if self.slot.is_ready(direction) {
            match self.attempt(&core, direction, call) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
        self.arm(&core, direction, cx);
        Poll::Pending
    }

    /// Does `call` now or not at all: it asks the system whatever the reactor knows, spends nothing of the task's
    /// allowance, and leaves no waker behind.
    pub(crate) fn try_now<T>(
        &self,
        direction: Direction,
        call: impl FnMut(&S) -> io::Result<Done<T>>,
    ) -> io::Result<T> {
        let core = self.core.upgrade().ok_or_else(runtime_is_gone)?;
        self.attempt(&core, direction, call)
    }

    /// Whether the reactor knows of a reason to try: it knows what the loop knew when it last asked.
    pub(crate) fn is_ready(&self, direction: Direction) -> bool {
        // If the runtime is gone, trying tells the caller so.
        self.slot.is_ready(direction) || self.core.strong_count() == 0
    }

    /// Whether it can be waited for here: in the runtime that it was made in.
    pub(crate) fn is_at_home(&self) -> bool {
        context::with(|current| Rc::as_ptr(current) == self.core.as_ptr()).unwrap_or(false)
    }

    fn attempt<T>(
        &self,
        core: &Core,
        direction: Direction,
        mut call: impl FnMut(&S) -> io::Result<Done<T>>,
    ) -> io::Result<T> {
        let source = SourceId(self.slot.index());
        let tell = |tried, drained| {
            core.trace.emit(|| Event::IoTried { source, direction, tried, drained });
        };
        loop {
            match call(&self.io) {
                Ok(done) => {
                    tell(Tried::Done(done.amount), done.drained);
                    if done.drained {
                        self.slot.drained(direction);
                    }
                    return Ok(done.value);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    tell(Tried::WouldBlock, true);
                    self.slot.drained(direction);
                    return Err(error);
                }
                Err(error) => {
                    tell(Tried::Failed(error.kind()), false);
                    return Err(error);
                }
            }
        }
    }

    fn arm(&self, core: &Rc<Core>, direction: Direction, cx: &mut Context<'_>) {
        assert!(
            self.is_at_home(),
            "a socket was used outside its runtime: the reactor that knows it is not the one that runs here, so nothing \
             would wake this task. Use a socket inside the runtime it was made in (the book, chapter 08)"
        );
        let replaced = self.slot.arm(direction, cx.waker().clone());
        core.trace.emit(|| Event::SourceArmed { source: SourceId(self.slot.index()), direction });
        drop(replaced);
    }

    /// Waits until `call` can be done: `poll` as a future, which tells what it waits for.
    pub(crate) fn when<T, F>(
        &self,
        direction: Direction,
        wait: WaitPoint,
        call: F,
    ) -> When<'_, S, F>
    where
        F: FnMut(&S) -> io::Result<Done<T>>,
    {
        When { source: self, direction, wait, call }
    }
}

/// The future of [`Source::when`]. Dropping it loses nothing: either the call was made and its result given, or not.
pub(crate) struct When<'a, S: mio::event::Source, F> {
    source: &'a Source<S>,
    direction: Direction,
    wait: WaitPoint,
    call: F,
}

impl<S, T, F> Future for When<'_, S, F>
where
    S: mio::event::Source,
    F: FnMut(&S) -> io::Result<Done<T>> + Unpin,
{
    type Output = io::Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let When { source, direction, wait, call } = &mut *self;
        let polled = source.poll(cx, *direction, call);
        if polled.is_pending() {
            wait.pending();
        }
        polled
    }
}

impl<T> Done<T> {
    /// A connection, or something else that is whole or not at all.
    pub(crate) fn one(value: T) -> Done<T> {
        Done { value, amount: 1, drained: false }
    }
}

impl Done<usize> {
    /// Bytes of a stream. Fewer than there was room for means that the socket has no more; none at all is the end.
    pub(crate) fn bytes(amount: usize, room: usize) -> Done<usize> {
        Done { value: amount, amount, drained: 0 < amount && amount < room }
    }
}

impl<S: mio::event::Source> Drop for Source<S> {
    fn drop(&mut self) {
        // If the runtime is gone, so is its epoll, and closing the socket is all there is to do.
        if let Some(core) = self.core.upgrade() {
            let wakers = core.reactor.deregister(&self.slot, &mut self.io);
            core.trace.emit(|| Event::SourceDeregistered { source: SourceId(self.slot.index()) });
            drop(wakers);
        }
    }
}

fn runtime_is_gone() -> io::Error {
    io::Error::other(
        "the runtime this socket belongs to was dropped; a socket lives no longer than its reactor",
    )
}
