//! What is the state of everything after so many events? Their fold: `State::apply` is the one place that knows.
//!
//! Terminal, browser page, plain text, exports and lints all show states that come from here.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::event::{
    Actor, Direction, Event, Outcome, Place, SourceId, Step, TaskId, TimerId, WakeEffect,
};

/// Everything that a trace tells about a runtime at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// How many events have been applied.
    pub step: usize,
    /// The time of the last of them.
    pub time: Duration,
    /// The tasks that were ever seen.
    pub tasks: BTreeMap<TaskId, Task>,
    /// Who is polled next, from the front.
    pub ready: VecDeque<TaskId>,
    /// Who is being polled.
    pub running: Option<TaskId>,
    /// The timers that are armed.
    pub timers: BTreeMap<TimerId, Timer>,
    /// The sockets that the reactor knows.
    pub sources: BTreeMap<SourceId, Source>,
    /// What the thread does.
    pub thread: Thread,
    /// How often a task was polled.
    pub polls: usize,
    /// How often somebody woke a task.
    pub wakes: usize,
    /// How often the loop parked.
    pub parks: usize,
}

/// What the thread does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Thread {
    /// It works: it polls a task, or the runtime itself does something.
    #[default]
    Running,
    /// It sleeps in the system call, until the timeout if there is one.
    Parked(Option<Duration>),
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its name, if it was given one.
    pub name: Option<Rc<str>>,
    /// What it does.
    pub phase: Phase,
    /// Where it was spawned.
    pub spawned_at: Option<Place>,
    /// What it waits for, as far as it said when it was pending last.
    pub wait: Option<Wait>,
    /// How often it was polled.
    pub polls: usize,
    /// How often it was woken.
    pub wakes: usize,
    /// Whether it was woken since it was polled last.
    pub woken_by: Option<Actor>,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is in the ready queue.
    Queued,
    /// It is being polled.
    Running,
    /// It waits for a wake.
    Waiting,
    /// Its future is gone.
    Done(Outcome),
}

/// What a task waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The operation.
    pub what: Rc<str>,
    /// The line of the program that waits.
    pub at: Option<Place>,
    /// How many things more it waits for.
    pub more: u32,
}

/// An armed timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// When it is due.
    pub deadline: Duration,
    /// Who armed it.
    pub task: Option<TaskId>,
}

/// A socket in the reactor's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What kind of socket.
    pub what: Rc<str>,
    /// Who made it.
    pub task: Option<TaskId>,
    /// Its two directions.
    pub read: Side,
    /// The other one.
    pub write: Side,
}

/// One direction of a socket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Who waits for it.
    pub waiting: Option<TaskId>,
    /// Whether the system has reported it as ready, and no call has shown since that it is drained.
    pub ready: bool,
    /// Whether it stays ready for ever.
    pub closed: bool,
}

impl Default for State {
    fn default() -> State {
        let root = Task::new(None, None, Phase::Queued);
        State {
            step: 0,
            time: Duration::ZERO,
            // A runtime that runs at all runs a root future, which no event announces.
            tasks: BTreeMap::from([(TaskId::ROOT, root)]),
            ready: VecDeque::from([TaskId::ROOT]),
            running: None,
            timers: BTreeMap::new(),
            sources: BTreeMap::new(),
            thread: Thread::Running,
            polls: 0,
            wakes: 0,
            parks: 0,
        }
    }
}

impl Task {
    fn new(name: Option<Rc<str>>, spawned_at: Option<Place>, phase: Phase) -> Task {
        Task { name, phase, spawned_at, wait: None, polls: 0, wakes: 0, woken_by: None }
    }
}

impl State {
    /// The state after the first `steps` of a trace.
    pub fn after(steps: &[Step]) -> State {
        let mut state = State::default();
        steps.iter().for_each(|step| state.apply(step));
        state
    }

    /// Takes one event into account. It depends on nothing but the state and the event.
    pub fn apply(&mut self, step: &Step) {
        self.step += 1;
        self.time = step.time;
        let running = self.running;
        match &step.event {
            Event::Spawn { task, name, .. } => {
                let spawned = Task::new(name.clone(), step.user.clone(), Phase::Queued);
                self.tasks.insert(*task, spawned);
                self.ready.push_back(*task);
            }
            Event::Poll { task } => {
                self.polls += 1;
                self.unqueue(*task);
                self.running = Some(*task);
                let task = self.task(*task);
                task.polls += 1;
                task.phase = Phase::Running;
                task.wait = None;
                task.woken_by = None;
            }
            Event::Pending { task, wait, more, .. } => {
                self.running = None;
                // Who was not woken meanwhile need not be looked for in a long queue.
                let was_woken = self.task(*task).woken_by.is_some();
                let is_queued = was_woken && self.ready.contains(task);
                let what = wait.clone();
                let at = step.user.clone();
                let task = self.task(*task);
                task.wait = what.map(|what| Wait { what, at, more: *more });
                task.phase = if is_queued { Phase::Queued } else { Phase::Waiting };
            }
            Event::Ready { task, outcome } => {
                self.running = None;
                self.task(*task).phase = Phase::Done(*outcome);
            }
            Event::Drop { task, outcome } => {
                self.unqueue(*task);
                let task = self.task(*task);
                task.phase = Phase::Done(*outcome);
                task.wait = None;
            }
            Event::Wake { task: Some(task), by, effect, .. } => {
                self.wakes += 1;
                let is_queued =
                    matches!(effect, WakeEffect::Queued | WakeEffect::QueuedWhileRunning);
                // A task that waits is not in the queue, which may be long.
                let waits = self.task(*task).phase == Phase::Waiting;
                if is_queued && (waits || !self.ready.contains(task)) {
                    self.ready.push_back(*task);
                }
                let woken = self.task(*task);
                woken.wakes += 1;
                woken.woken_by = Some(*by);
                if *effect == WakeEffect::Queued {
                    woken.phase = Phase::Queued;
                }
            }
            Event::Wake { task: None, .. } => self.wakes += 1,
            Event::Park { timeout } => {
                self.parks += 1;
                self.thread = Thread::Parked(*timeout);
            }
            Event::Unpark { .. } => self.thread = Thread::Running,
            Event::Register { source, what } => {
                let (read, write) = (Side::default(), Side::default());
                self.sources
                    .insert(*source, Source { what: what.clone(), task: running, read, write });
            }
            Event::Arm { source, direction } => {
                if let Some(side) = self.side(*source, *direction) {
                    side.waiting = running;
                    side.ready = side.closed;
                }
            }
            Event::SourceReady { source, direction, closed } => {
                if let Some(side) = self.side(*source, *direction) {
                    *side = Side { waiting: None, ready: true, closed: side.closed || *closed };
                }
            }
            Event::Deregister { source } => {
                self.sources.remove(source);
            }
            Event::Try { source, direction, drained, .. } => {
                if *drained && let Some(side) = self.side(*source, *direction) {
                    side.ready = side.closed;
                }
            }
            Event::TimerArm { timer, deadline } => {
                self.timers.insert(*timer, Timer { deadline: *deadline, task: running });
            }
            Event::TimerFire { timer } | Event::TimerCancel { timer } => {
                self.timers.remove(timer);
            }
            Event::Slow { .. } | Event::Join { .. } | Event::Stall | Event::Note { .. } => {}
        }
    }

    /// A task that a trace mentions without having said how it began, as one that was cut off does, is there all the same.
    fn task(&mut self, task: TaskId) -> &mut Task {
        self.tasks.entry(task).or_insert_with(|| Task::new(None, None, Phase::Waiting))
    }

    fn unqueue(&mut self, task: TaskId) {
        if self.ready.front() == Some(&task) {
            self.ready.pop_front();
        } else {
            self.ready.retain(|queued| *queued != task);
        }
    }

    fn side(&mut self, source: SourceId, direction: Direction) -> Option<&mut Side> {
        let source = self.sources.get_mut(&source)?;
        Some(match direction {
            Direction::Read => &mut source.read,
            Direction::Write => &mut source.write,
        })
    }

    /// A task as people call it: its name if it has one, or else its number.
    pub fn name(&self, task: TaskId) -> String {
        match self.tasks.get(&task).and_then(|task| task.name.as_deref()) {
            Some(name) => name.to_string(),
            None if task == TaskId::ROOT => "root".into(),
            None => format!("task {task}"),
        }
    }
}
