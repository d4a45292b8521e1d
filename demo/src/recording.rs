//! What did the one thread do, and when? A fold of the facts that the runtime tells into stretches of time.
//!
//! `gather` attaches one to its runtime and draws it afterwards; of a trace the same is seen.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::observe::{Event, Fact, Observer, TaskId};

use crate::trace::Trace;
use crate::trace::event::Event as Traced;

/// Listens to a runtime and keeps what a picture needs.
pub struct Recording {
    begun: Instant,
    seen: RefCell<Seen>,
}

/// What happened, in times since the beginning.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What a time stands for.
    pub axis: Axis,
    /// The tasks by their numbers; the first is the future given to `block_on`.
    pub tasks: BTreeMap<TaskId, Lane>,
    /// When the loop slept in the system call.
    pub parked: Vec<Stretch>,
    /// How often a task was polled.
    pub polls: usize,
    /// How often somebody woke a task.
    pub wakes: usize,
    /// The longest time that one poll took.
    pub longest_poll: Duration,
    /// When it was over.
    pub end: Duration,
}

/// What the times of a picture stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Time.
    #[default]
    Time,
    /// The number of the event, a second for each: on a paused clock much can happen in no time.
    Steps,
}

/// One task's time.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Its name, if it was given one.
    pub name: Option<Rc<str>>,
    /// When it was spawned.
    pub spawned: Duration,
    /// When it ended, if it has.
    pub ended: Option<Duration>,
    /// When it was polled.
    pub ran: Vec<Stretch>,
}

/// From when to when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// When it began.
    pub from: Duration,
    /// When it ended.
    pub to: Duration,
}

impl Stretch {
    /// How long it is.
    pub fn length(self) -> Duration {
        self.to.saturating_sub(self.from)
    }
}

impl Recording {
    /// Begins now.
    pub fn start() -> Rc<Recording> {
        Rc::new(Recording { begun: Instant::now(), seen: RefCell::default() })
    }

    /// What was seen up to now.
    pub fn seen(&self) -> Seen {
        let mut seen = self.seen.borrow().clone();
        seen.end = self.begun.elapsed();
        seen
    }
}

impl Observer for Recording {
    fn observe(&self, fact: &Fact) {
        let now = fact.time.saturating_duration_since(self.begun);
        self.seen.borrow_mut().apply(now, &fact.event);
    }
}

impl Seen {
    /// What a trace tells.
    pub fn of(trace: &Trace) -> Seen {
        let takes_no_time = trace.steps.last().is_some_and(|last| last.time.is_zero());
        let axis = if takes_no_time { Axis::Steps } else { Axis::Time };
        let mut seen = Seen { axis, ..Seen::default() };
        for (number, step) in (1..).zip(&trace.steps) {
            seen.end = seen.time(step.time, number);
            seen.apply_traced(seen.end, &step.event);
        }
        seen
    }

    /// Where on the axis the event of this time and number is.
    pub fn time(&self, time: Duration, number: usize) -> Duration {
        match self.axis {
            Axis::Time => time,
            Axis::Steps => Duration::from_secs(number as u64),
        }
    }

    fn apply_traced(&mut self, now: Duration, event: &Traced) {
        match event {
            Traced::Spawn { task, name, .. } => self.spawned(*task, name.clone(), now),
            Traced::Poll { task } => self.begin_poll(*task, now),
            Traced::Pending { task, .. } => self.end_poll(*task, now),
            Traced::Ready { task, .. } => {
                self.end_poll(*task, now);
                self.lane(*task).ended = Some(now);
            }
            Traced::Drop { task, .. } => self.lane(*task).ended = Some(now),
            Traced::Wake { .. } => self.wakes += 1,
            Traced::Park { .. } => self.park(now),
            Traced::Unpark { .. } => self.unpark(now),
            _ => {}
        }
    }

    fn apply(&mut self, now: Duration, event: &Event) {
        match event {
            Event::TaskSpawned { task, name, .. } => self.spawned(*task, name.clone(), now),
            Event::PollStarted { task } => self.begin_poll(*task, now),
            Event::PollPending { task, .. } => self.end_poll(*task, now),
            Event::PollReady { task, .. } => {
                self.end_poll(*task, now);
                self.lane(*task).ended = Some(now);
            }
            Event::TaskDropped { task, .. } => self.lane(*task).ended = Some(now),
            Event::Woken { .. } => self.wakes += 1,
            Event::Parked { .. } => self.park(now),
            Event::Unparked { .. } => self.unpark(now),
            _ => {}
        }
    }

    fn spawned(&mut self, task: TaskId, name: Option<Rc<str>>, now: Duration) {
        *self.lane(task) = Lane { name, spawned: now, ..Lane::default() };
    }

    fn begin_poll(&mut self, task: TaskId, now: Duration) {
        self.polls += 1;
        self.lane(task).ran.push(Stretch { from: now, to: now });
    }

    fn end_poll(&mut self, task: TaskId, now: Duration) {
        if let Some(last) = self.lane(task).ran.last_mut() {
            last.to = now;
            let length = last.length();
            self.longest_poll = self.longest_poll.max(length);
        }
    }

    fn park(&mut self, now: Duration) {
        self.parked.push(Stretch { from: now, to: now });
    }

    fn unpark(&mut self, now: Duration) {
        if let Some(last) = self.parked.last_mut() {
            last.to = now;
        }
    }

    fn lane(&mut self, task: TaskId) -> &mut Lane {
        self.tasks.entry(task).or_default()
    }

    /// How long the loop slept, all in all.
    pub fn time_parked(&self) -> Duration {
        self.parked.iter().map(|stretch| stretch.length()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::{Runtime, spawn_named, time::sleep};

    #[test]
    fn a_recording_has_a_lane_for_each_task_and_the_sleep_of_the_loop() {
        let recording = Recording::start();
        let rt = Runtime::builder().observer(recording.clone()).build().unwrap();
        rt.block_on(async {
            let task = spawn_named("one", sleep(Duration::from_millis(3)));
            task.await.unwrap();
        });
        let seen = recording.seen();
        assert_eq!(seen.tasks.len(), 2, "the root and one task");
        let one = &seen.tasks[&TaskId(1)];
        assert_eq!((one.name.as_deref(), one.ran.len()), (Some("one"), 2));
        assert!(one.ran.iter().all(|ran| one.spawned <= ran.from && ran.from <= ran.to));
        assert!(one.ended.is_some_and(|ended| ended <= seen.end));
        assert_eq!((seen.polls, seen.parked.len()), (4, 1));
        assert!(seen.time_parked() > Duration::ZERO && seen.longest_poll > Duration::ZERO);
    }
    #[test]
    fn of_a_trace_the_same_is_seen() {
        let trace = (crate::scenes::find("interleave").unwrap().run)().unwrap();
        let seen = Seen::of(&trace);
        let names: Vec<&str> =
            seen.tasks.values().filter_map(|lane| lane.name.as_deref()).collect();
        assert_eq!((seen.axis, names), (Axis::Time, vec!["Ann", "Ben"]));
        assert_eq!((seen.end, seen.time_parked()), (Duration::from_millis(90), seen.end));
    }

    #[test]
    fn where_no_time_passes_the_steps_are_counted() {
        let trace = (crate::scenes::find("wake").unwrap().run)().unwrap();
        let seen = Seen::of(&trace);
        assert_eq!(seen.axis, Axis::Steps);
        assert_eq!(seen.end, Duration::from_secs(trace.steps.len() as u64));
    }
}
