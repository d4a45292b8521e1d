//! What is wrong here? Rules that every healthy trace keeps, and that say which task breaks them, and where.
//!
//! `demo lint` prints what they find, and the tests hold every scene against them. Each rule looks at the events and at the
//! state before each, and reports a task once, at the first step that shows it. The sentences are in `say`.
//!
//! | rule | breaks it |
//! |---|---|
//! | no-waker | a task that is pending while nobody keeps its waker, and that is never polled again |
//! | self-waking | a task whose polls mostly do nothing but wake the task itself: it polls in a loop, by way of the queue |
//! | long-poll | a poll longer than [`LONG`] |
//! | not-drained | waiting for a socket that is known to be ready: the system will not report it a second time |
//! | no-wake | polling a task that waits and was not woken: the executor does not know whom to poll |
//! | queued-twice | queueing a task that stands in the ready queue already |
//! | stall | the trace ends where no ready task, timer, socket or helper can wake anybody |

mod say;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Trace;
use super::event::{Actor, Direction, Event, Place, SourceId, Step, TaskId, WakeEffect};
use super::state::{Phase, State, Task};
use super::why::Lang;

/// A poll that takes longer holds up everybody else for too long: asyncio's `slow_callback_duration`.
pub const LONG: Duration = Duration::from_millis(100);

/// So many polls that did nothing but wake the task itself are too many, if they are more than half of its polls.
const IDLE_POLLS: usize = 10;

/// The waits for other tasks. In a stall they are consequences.
const JOINS: [&str; 2] = ["join", "join_next"];

/// Which rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Pending, with no waker kept anywhere.
    NoWaker,
    /// Mostly woken by itself.
    SelfWaking,
    /// One poll too long.
    LongPoll,
    /// A source not drained before it was waited for.
    NotDrained,
    /// Polled without a wake.
    NoWake,
    /// Queued twice.
    QueuedTwice,
    /// Nothing on this thread can wake it.
    Stall,
}

impl Rule {
    /// Its name, as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Rule::NoWaker => "no-waker",
            Rule::SelfWaking => "self-waking",
            Rule::LongPoll => "long-poll",
            Rule::NotDrained => "not-drained",
            Rule::NoWake => "no-wake",
            Rule::QueuedTwice => "queued-twice",
            Rule::Stall => "stall",
        }
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// After how many events it shows: where to step to.
    pub step: usize,
    /// Which rule was broken.
    pub rule: Rule,
    /// By which task.
    pub task: TaskId,
    details: Details,
}

/// What the sentence needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Details {
    /// The task's name, if it has one.
    name: Option<String>,
    /// What it waits for, as far as it said, and at which line.
    wait: Option<(String, Option<Place>)>,
    spawned_at: Option<Place>,
    took: Duration,
    source: Option<(SourceId, Direction)>,
    /// How often it happened.
    times: usize,
}

impl Details {
    fn waits_for(&mut self, what: Option<&str>, at: Option<&Place>) {
        self.wait = what.map(|what| (what.to_string(), at.cloned()));
    }
}

impl Finding {
    /// What is wrong, for people.
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::En => say::en(self),
            Lang::Zh => say::zh(self),
        }
    }
}

/// Holds a trace against all rules; what is wrong comes in the order of the steps.
pub fn lint(trace: &Trace) -> Vec<Finding> {
    let mut lint = Lint::default();
    for step in &trace.steps {
        lint.look(step);
        lint.state.apply(step);
    }
    lint.end();
    let mut found: Vec<Finding> = lint.found.into_values().collect();
    found.sort_by_key(|finding| (finding.step, finding.rule, finding.task));
    found
}

#[derive(Default)]
struct Lint {
    state: State,
    found: BTreeMap<(Rule, TaskId), Finding>,
    /// Who stands in the ready queue: a set, for queues can be long.
    queued: BTreeSet<TaskId>,
    /// Tasks that are pending with no waker kept, as they would be reported.
    forgotten: BTreeMap<TaskId, Finding>,
    /// The poll that is going on.
    poll: Option<Poll>,
    /// For each task, how many of its polls did nothing but wake it, and when they became too many.
    idle: BTreeMap<TaskId, Idle>,
    /// Where the loop found that nobody can be woken, if nobody was since.
    stalled: Option<usize>,
}

struct Poll {
    task: TaskId,
    began: Duration,
    woke_itself: bool,
    /// Whether anything else happened that others can see.
    did_something: bool,
    /// Whether the runtime has said itself that it takes too long.
    told_slow: bool,
}

#[derive(Default)]
struct Idle {
    polls: usize,
    first: usize,
}

impl Lint {
    /// `state` is the one before the step.
    fn look(&mut self, step: &Step) {
        let number = self.state.step + 1;
        match &step.event {
            Event::Spawn { task, .. } => self.queue(*task, number),
            Event::Wake { task: Some(task), by, effect, .. } => {
                if matches!(effect, WakeEffect::Queued | WakeEffect::QueuedWhileRunning) {
                    self.stalled = None;
                    self.queue(*task, number);
                }
                if let Some(poll) = &mut self.poll {
                    let itself = *task == poll.task && *by == Actor::Task(poll.task);
                    poll.woke_itself |= itself;
                    poll.did_something |= !itself;
                }
                return;
            }
            Event::Poll { task } => return self.begin(*task, step, number),
            Event::Pending { task, wait, kept, .. } => {
                if !kept && !self.queued.contains(task) {
                    let mut finding = Finding::new(Rule::NoWaker, *task, number, &self.state);
                    finding.details.waits_for(wait.as_deref(), step.user.as_ref());
                    self.forgotten.insert(*task, finding);
                }
                return self.end_poll(step, number);
            }
            Event::Ready { .. } => return self.end_poll(step, number),
            Event::Slow { task, took } => {
                self.find(Rule::LongPoll, *task, number, |it| it.took = *took);
                if let Some(poll) = &mut self.poll {
                    poll.told_slow = true;
                }
            }
            Event::Drop { task, .. } => {
                self.queued.remove(task);
            }
            Event::Arm { source, direction } => self.arm(*source, *direction, number),
            Event::Stall => self.stalled = Some(number),
            _ => {}
        }
        if let Some(poll) = &mut self.poll {
            poll.did_something = true;
        }
    }

    fn queue(&mut self, task: TaskId, number: usize) {
        if !self.queued.insert(task) {
            self.find(Rule::QueuedTwice, task, number, |_| {});
        }
    }

    fn begin(&mut self, task: TaskId, step: &Step, number: usize) {
        self.stalled = None;
        self.queued.remove(&task);
        self.forgotten.remove(&task);
        let waits = |known: &Task| {
            known.phase == Phase::Waiting && known.polls > 0 && known.woken_by.is_none()
        };
        if self.state.tasks.get(&task).is_some_and(waits) {
            self.find(Rule::NoWake, task, number, |_| {});
        }
        let began = step.time;
        self.poll =
            Some(Poll { task, began, woke_itself: false, did_something: false, told_slow: false });
    }

    fn end_poll(&mut self, step: &Step, number: usize) {
        let Some(poll) = self.poll.take() else { return };
        let took = step.time.saturating_sub(poll.began);
        if took > LONG && !poll.told_slow {
            self.find(Rule::LongPoll, poll.task, number, |it| it.took = took);
        }
        if poll.woke_itself && !poll.did_something {
            let idle = self.idle.entry(poll.task).or_default();
            idle.polls += 1;
            if idle.polls == IDLE_POLLS {
                idle.first = number;
            }
        }
    }

    fn arm(&mut self, source: SourceId, direction: Direction, number: usize) {
        let Some(known) = self.state.sources.get(&source) else { return };
        let side = match direction {
            Direction::Read => &known.read,
            Direction::Write => &known.write,
        };
        // One that is closed stays ready for ever, whatever the calls say.
        if side.ready
            && !side.closed
            && let Some(task) = self.state.running
        {
            self.find(Rule::NotDrained, task, number, |it| it.source = Some((source, direction)));
        }
    }

    /// The trace is over.
    fn end(&mut self) {
        for (task, finding) in std::mem::take(&mut self.forgotten) {
            self.found.entry((Rule::NoWaker, task)).or_insert(finding);
        }
        for (task, Idle { polls, first }) in std::mem::take(&mut self.idle) {
            let all = self.state.tasks.get(&task).map_or(0, |task| task.polls);
            if polls >= IDLE_POLLS && polls * 2 > all {
                self.find(Rule::SelfWaking, task, first, |it| it.times = polls);
            }
        }
        if let Some(number) = self.stalled {
            let waiting = |task: &&TaskId| self.state.tasks[task].phase == Phase::Waiting;
            let waiting: Vec<TaskId> = self.state.tasks.keys().filter(waiting).copied().collect();
            let joins = |task: &TaskId| {
                let wait = self.state.tasks[task].wait.as_ref();
                wait.is_some_and(|wait| JOINS.contains(&&*wait.what))
            };
            let (joining, stuck): (Vec<TaskId>, Vec<TaskId>) = waiting.into_iter().partition(joins);
            // Who waits for another task is only as stuck as that one.
            for task in if stuck.is_empty() { joining } else { stuck } {
                self.find(Rule::Stall, task, number, |_| {});
            }
        }
    }

    /// Reports a task, unless it was for the same; then it is counted.
    fn find(&mut self, rule: Rule, task: TaskId, number: usize, add: impl FnOnce(&mut Details)) {
        let finding = self
            .found
            .entry((rule, task))
            .or_insert_with(|| Finding::new(rule, task, number, &self.state));
        finding.details.times += 1;
        if finding.step == number {
            add(&mut finding.details);
        }
    }
}

impl Finding {
    fn new(rule: Rule, task: TaskId, step: usize, state: &State) -> Finding {
        let mut details = Details::default();
        if let Some(known) = state.tasks.get(&task) {
            details.name = known.name.as_deref().map(str::to_string);
            details.spawned_at = known.spawned_at.clone();
            let wait = known.wait.as_ref();
            details.waits_for(wait.map(|wait| &*wait.what), wait.and_then(|it| it.at.as_ref()));
        }
        Finding { step, rule, task, details }
    }
}
