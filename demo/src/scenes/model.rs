//! How does a scene show what is not our runtime? It tells the events of a model itself, on a clock that it sets.
//!
//! `threads`, `gil` and `busy` use it; each says at its top what is modelled.

use std::cell::Cell;
use std::io;
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::observe::{Actor, Event, Fact, Observer, Outcome, TaskId, WaitPoint, WakeEffect};
use runtime::record::Recorder;

use super::record::Memory;
use crate::trace::Trace;

/// Something that runs one thing at a time, and is no runtime of ours.
pub(super) struct Model {
    memory: Memory,
    recorder: Rc<Recorder<Memory>>,
    begun: Instant,
    passed: Cell<Duration>,
}

impl Model {
    pub(super) fn new() -> Model {
        let memory = Memory::default();
        let recorder = Recorder::new(memory.clone());
        Model { memory, recorder, begun: Instant::now(), passed: Cell::default() }
    }

    /// What was told, as a trace.
    pub(super) fn trace(self) -> io::Result<Trace> {
        self.recorder.flush();
        self.memory.trace()
    }

    /// How much of the model's time has passed.
    pub(super) fn now(&self) -> Duration {
        self.passed.get()
    }

    /// Lets time pass.
    pub(super) fn pass(&self, time: Duration) {
        self.passed.set(self.passed.get() + time);
    }

    /// Something exists from here on, and wants to run.
    #[track_caller]
    pub(super) fn starts(&self, task: TaskId, name: &str) {
        let by = Actor::Task(TaskId::ROOT);
        self.tell(Event::TaskSpawned { task, name: Some(name.into()), by });
    }

    /// It runs from here on.
    #[track_caller]
    pub(super) fn runs(&self, task: TaskId) {
        self.tell(Event::PollStarted { task });
    }

    /// It waits for `what`; `kept` says whether somebody knows whom to wake.
    #[track_caller]
    pub(super) fn waits(&self, task: TaskId, what: &'static str, kept: bool) {
        let wait = Some(WaitPoint { what, at: Location::caller() });
        self.tell(Event::PollPending { task, wait, more: 0, kept });
    }

    /// It may run again: it goes to the back of the line.
    #[track_caller]
    pub(super) fn wakes(&self, task: TaskId, by: Actor) {
        let itself = by == Actor::Task(task);
        let effect = if itself { WakeEffect::QueuedWhileRunning } else { WakeEffect::Queued };
        self.tell(Event::Woken { task: Some(task), by, thread: None, effect });
    }

    /// It is done.
    #[track_caller]
    pub(super) fn ends(&self, task: TaskId) {
        let outcome = Outcome::Completed;
        self.tell(Event::PollReady { task, outcome });
        if task != TaskId::ROOT {
            self.tell(Event::TaskDropped { task, outcome });
        }
    }

    /// Nothing can run for so long.
    #[track_caller]
    pub(super) fn sleeps(&self, time: Duration) {
        self.tell(Event::Parked { timeout: None });
        self.pass(time);
        self.tell(Event::Unparked { events: 1 });
    }

    #[track_caller]
    pub(super) fn say(&self, text: &str) {
        self.tell(Event::Note { subject: "say", text: text.into() });
    }

    #[track_caller]
    fn tell(&self, event: Event) {
        let line = Location::caller();
        let time = self.begun + self.passed.get();
        self.recorder.observe(&Fact { time, runtime_line: line, user_line: Some(line), event });
    }
}
