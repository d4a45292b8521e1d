//! How does a story become a trace? A runtime runs it and tells a recorder, which writes into memory.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::io::{self, Write};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use runtime::observe::{Event, Fact, Observer};
use runtime::record::Recorder;
use runtime::{Builder, Runtime};

use crate::trace::Trace;

/// Runs `story` on a paused clock and records it.
pub(super) fn record(story: impl Future<Output = ()>) -> io::Result<Trace> {
    record_through(Runtime::builder().paused_clock(), story, |recorder| recorder)?.0
}

/// Runs `story`, which needs sockets or real time, and records it.
pub(super) fn record_for_real(story: impl Future<Output = io::Result<()>>) -> io::Result<Trace> {
    let (trace, told) = record_through(Runtime::builder(), story, |recorder| recorder)?;
    told.and(trace)
}

/// Runs `story` on a runtime with these settings and records what an observer before the recorder lets through.
pub(super) fn record_through<O: Observer + 'static, T>(
    builder: Builder,
    story: impl Future<Output = T>,
    observer: impl FnOnce(Rc<Recorder<Memory>>) -> Rc<O>,
) -> io::Result<(io::Result<Trace>, T)> {
    let memory = Memory::default();
    let recorder = Recorder::new(memory.clone());
    let told = builder.observer(observer(recorder.clone())).build()?.block_on(story);
    recorder.flush();
    Ok((memory.trace(), told))
}

/// Runs `story`, which would hang for ever, on a paused clock, and records it until the loop has nothing left to wait for.
pub(super) fn record_until_stall(story: impl Future<Output = ()>) -> io::Result<Trace> {
    let memory = Memory::default();
    let recorder = Recorder::new(memory.clone());
    let until =
        Rc::new(UntilStall { recorder, root: RefCell::default(), stalled: Cell::default() });
    let rt = Runtime::builder().paused_clock().observer(until.clone()).build()?;
    let mut story = pin!(story);
    rt.block_on(poll_fn(|cx| {
        until.root.replace(Some(cx.waker().clone()));
        if until.stalled.get() { Poll::Ready(()) } else { story.as_mut().poll(cx) }
    }));
    until.recorder.flush();
    memory.trace()
}

/// Hears everything up to the stall, and then gets the root future out of there.
struct UntilStall {
    recorder: Rc<Recorder<Memory>>,
    root: RefCell<Option<Waker>>,
    stalled: Cell<bool>,
}

impl Observer for UntilStall {
    fn observe(&self, fact: &Fact) {
        if self.stalled.get() {
            return;
        }
        self.recorder.observe(fact);
        if let Event::Stalled = fact.event {
            self.stalled.set(true);
            // A statement of its own, so that nothing is borrowed when the wake comes back here as a fact.
            let root = self.root.take();
            root.into_iter().for_each(Waker::wake);
        }
    }

    fn counts_wakers(&self) -> bool {
        self.recorder.counts_wakers()
    }
}

/// What a recorder writes into, when the trace is wanted at once.
#[derive(Clone, Default)]
pub(super) struct Memory(Rc<RefCell<Vec<u8>>>);

impl Memory {
    pub(super) fn trace(&self) -> io::Result<Trace> {
        let text = String::from_utf8(self.0.take()).map_err(io::Error::other)?;
        Trace::parse(&text).map_err(|error| io::Error::other(error.to_string()))
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why a story that needs the outside could not be told.
pub(super) fn failed(why: impl Display) -> io::Error {
    io::Error::other(why.to_string())
}

/// The program itself says something in the trace.
#[track_caller]
pub(super) fn say(text: &str) {
    runtime::note("say", || text.to_string());
}
