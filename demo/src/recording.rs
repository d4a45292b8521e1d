//! What did the one thread do, and when? A fold of the facts that the runtime tells into stretches of time.
//!
//! `gather` attaches one to its runtime and draws it afterwards.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::observe::{Event, Fact, Observer, TaskId};

/// Listens to a runtime and keeps what a picture needs.
pub struct Recording {
    begun: Instant,
    seen: RefCell<Seen>,
}

/// What happened, in times since the beginning.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The tasks by their numbers; the first is the future given to `block_on`.
    pub tasks: Vec<Lane>,
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
    fn apply(&mut self, now: Duration, event: &Event) {
        match event {
            Event::TaskSpawned { task, name, .. } => {
                let name = name.clone();
                *self.lane(*task) = Lane { name, spawned: now, ..Lane::default() };
            }
            Event::PollStarted { task } => {
                self.polls += 1;
                self.lane(*task).ran.push(Stretch { from: now, to: now });
            }
            Event::PollPending { task, .. } => self.end_poll(*task, now),
            Event::PollReady { task, .. } => {
                self.end_poll(*task, now);
                self.lane(*task).ended = Some(now);
            }
            Event::TaskDropped { task, .. } => self.lane(*task).ended = Some(now),
            Event::Woken { .. } => self.wakes += 1,
            Event::Parked { .. } => self.parked.push(Stretch { from: now, to: now }),
            Event::Unparked { .. } => {
                if let Some(last) = self.parked.last_mut() {
                    last.to = now;
                }
            }
            _ => {}
        }
    }

    fn end_poll(&mut self, task: TaskId, now: Duration) {
        if let Some(last) = self.lane(task).ran.last_mut() {
            last.to = now;
            let length = last.length();
            self.longest_poll = self.longest_poll.max(length);
        }
    }

    fn lane(&mut self, task: TaskId) -> &mut Lane {
        let place = task.0 as usize;
        if place >= self.tasks.len() {
            self.tasks.resize_with(place + 1, Lane::default);
        }
        &mut self.tasks[place]
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
        let one = &seen.tasks[1];
        assert_eq!((one.name.as_deref(), one.ran.len()), (Some("one"), 2));
        assert!(one.ran.iter().all(|ran| one.spawned <= ran.from && ran.from <= ran.to));
        assert!(one.ended.is_some_and(|ended| ended <= seen.end));
        assert_eq!((seen.polls, seen.parked.len()), (4, 1));
        assert!(seen.time_parked() > Duration::ZERO && seen.longest_poll > Duration::ZERO);
    }
}
