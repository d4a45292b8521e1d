//! What does a run look like in a trace viewer? Chrome's trace format, which Perfetto's page (ui.perfetto.dev) opens.
//!
//! - **Polls and parks** are slices on one track, "the one thread". They never overlap: that is the picture of one thread. A
//!   wake that comes from outside a poll, as from the reactor, has a thin slice of its own there, for its arrow to start at.
//! - **Tasks** are async spans, from spawn to drop; inside them is what each waits for.
//! - **Wakes** are flow arrows, from who wakes to the poll that follows. One that no poll follows has none.
//! - **The ready queue** is a counter, and what the program and its libraries say are instants.
//!
//! On a paused clock all polls of a turn happen at the same instant. Here each event that shares its instant with the one
//! before comes a microsecond later, so that the slices have a width; what really took time keeps its length.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::trace::Trace;
use crate::trace::event::{Event, Place, Step, TaskId, WakeEffect};
use crate::trace::state::{Phase, State, Thread};
use crate::trace::title::title;
use crate::trace::why::length;

/// There is one process, with one thread.
const PROCESS: u32 = 1;
const THREAD: u32 = 1;

/// How far apart events are drawn that happened at the same instant.
const APART: Duration = Duration::from_micros(1);

/// The trace in Chrome's format.
pub fn export(name: &str, trace: &Trace) -> String {
    let mut picture = Picture::new(name);
    let mut state = State::default();
    picture.begin_life(TaskId::ROOT, &state, None, Duration::ZERO);
    let mut clock = Clock::default();
    for step in &trace.steps {
        let now = clock.tick(step.time);
        state.apply(step);
        picture.look(step, &state, now);
    }
    picture.end(clock.drawn.saturating_add(APART));
    let about = json!({ "name": name, "events": trace.steps.len(), "apart": "events of one instant are drawn 1 us apart" });
    let whole =
        json!({ "displayTimeUnit": "ns", "otherData": about, "traceEvents": picture.events });
    whole.to_string()
}

/// Gives every event a moment of its own, in order.
#[derive(Default)]
struct Clock {
    last: Option<Duration>,
    drawn: Duration,
}

impl Clock {
    fn tick(&mut self, time: Duration) -> Duration {
        self.drawn = match self.last {
            None => time,
            Some(last) if time <= last => self.drawn.saturating_add(APART),
            Some(_) => time.max(self.drawn.saturating_add(Duration::from_nanos(1))),
        };
        self.last = Some(time);
        self.drawn
    }
}

/// What is drawn so far.
struct Picture {
    events: Vec<Value>,
    /// What the thread does now, and since when.
    open: Option<Slice>,
    /// The tasks whose spans have begun, and what they wait for if they do.
    lives: BTreeMap<TaskId, (String, Option<String>)>,
    /// When each queued task was woken, for the arrow to its poll.
    woken: BTreeMap<TaskId, Duration>,
    flows: u64,
    queued: Option<usize>,
}

/// A stretch on the track of the thread.
struct Slice {
    doing: Doing,
    from: Duration,
    name: String,
    args: Value,
}

/// What the thread does. The number tells one poll or park from the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Poll(TaskId, usize),
    Park(usize),
    /// The runtime wakes somebody; until the next event.
    Wake,
}

impl Picture {
    fn new(name: &str) -> Picture {
        let named = |what: &str, name: &str| json!({ "ph": "M", "name": what, "pid": PROCESS, "tid": THREAD, "args": { "name": name } });
        let events = vec![
            named("process_name", &format!("onethread: {name}")),
            named("thread_name", "the one thread"),
        ];
        let (lives, woken) = (BTreeMap::new(), BTreeMap::new());
        Picture { events, open: None, lives, woken, flows: 0, queued: None }
    }

    /// Draws what is new in the state after `step`.
    fn look(&mut self, step: &Step, state: &State, now: Duration) {
        self.thread(step, state, now);
        if let Some(task) = step.event.task() {
            self.task(task, step, state, now);
        }
        if self.queued != Some(state.ready.len()) {
            self.queued = Some(state.ready.len());
            let args = json!({ "tasks": state.ready.len() });
            self.draw("C", "ready queue", now, json!({ "args": args }));
        }
        if let Event::Note { subject, text } = &step.event {
            let name =
                if &**subject == "say" { text.to_string() } else { format!("{subject}: {text}") };
            self.draw("i", &name, now, json!({ "s": "t" }));
        }
    }

    fn thread(&mut self, step: &Step, state: &State, now: Duration) {
        let doing = match (state.thread, state.running) {
            (Thread::Parked(_), _) => Some(Doing::Park(state.parks)),
            (Thread::Running, Some(task)) => Some(Doing::Poll(task, state.polls)),
            (Thread::Running, None) => None,
        };
        if doing != self.open.as_ref().map(|open| open.doing) {
            self.close(now);
            self.open = doing.map(|doing| self.slice(doing, step, state, now));
        }
        let Event::Wake { task: Some(task), effect, .. } = &step.event else { return };
        if !matches!(effect, WakeEffect::Queued | WakeEffect::QueuedWhileRunning) {
            return;
        }
        if self.open.is_none() {
            let name = title(step, state);
            let args = json!({ "line": line(step.runtime.as_ref()) });
            self.open = Some(Slice { doing: Doing::Wake, from: now, name, args });
        }
        self.woken.insert(*task, now);
    }

    fn slice(&mut self, doing: Doing, step: &Step, state: &State, now: Duration) -> Slice {
        let (name, args) = match doing {
            Doing::Poll(task, _) => {
                if let Some(woken) = self.woken.remove(&task) {
                    self.arrow(woken, now);
                }
                let polls = state.tasks.get(&task).map(|task| task.polls);
                (format!("poll {}", state.name(task)), json!({ "task": task.0, "poll": polls }))
            }
            _ => {
                let timeout = match state.thread {
                    Thread::Parked(Some(timeout)) => length(timeout),
                    _ => "none".into(),
                };
                let args = json!({ "timeout": timeout, "line": line(step.runtime.as_ref()) });
                ("park".into(), args)
            }
        };
        Slice { doing, from: now, name, args }
    }

    fn close(&mut self, now: Duration) {
        let Some(Slice { doing, from, name, args }) = self.open.take() else { return };
        let kind = match doing {
            Doing::Poll(..) => "poll",
            Doing::Park(_) => "park",
            Doing::Wake => "wake",
        };
        let took = micros(now.saturating_sub(from));
        self.draw("X", &name, from, json!({ "dur": took, "cat": kind, "args": args }));
    }

    fn arrow(&mut self, from: Duration, to: Duration) {
        self.flows += 1;
        let id = self.flows;
        self.draw("s", "wake", from, json!({ "cat": "wake", "id": id }));
        // It ends in the slice around it, and not in the next one.
        self.draw("f", "wake", to, json!({ "cat": "wake", "id": id, "bp": "e" }));
    }

    /// Draws the span of a task, and that of what it waits for, as the state after the event has them.
    fn task(&mut self, task: TaskId, step: &Step, state: &State, now: Duration) {
        let Some(seen) = state.tasks.get(&task) else { return };
        if let Event::Spawn { .. } = step.event {
            // A number that is used again belongs to another task.
            self.end_life(task, now);
        }
        let is_done = matches!(seen.phase, Phase::Done(_));
        if !is_done && !self.lives.contains_key(&task) {
            self.begin_life(task, state, step.user.as_ref(), now);
        }
        let waits = match seen.phase {
            Phase::Waiting => Some(match &seen.wait {
                Some(wait) if wait.more > 0 => format!("{} and {} more", wait.what, wait.more),
                Some(wait) => wait.what.to_string(),
                None => "a wake".into(),
            }),
            _ => None,
        };
        if self.lives.get(&task).is_some_and(|(_, before)| *before != waits) {
            self.end_wait(task, now);
            if let Some(what) = &waits {
                let at = line(seen.wait.as_ref().and_then(|wait| wait.at.as_ref()));
                self.span("b", task, what, now, json!({ "task": state.name(task), "line": at }));
            }
            if let Some((_, open)) = self.lives.get_mut(&task) {
                *open = waits;
            }
        }
        if is_done {
            self.end_life(task, now);
        }
    }

    fn begin_life(&mut self, task: TaskId, state: &State, at: Option<&Place>, now: Duration) {
        let name = state.name(task);
        self.span("b", task, &name, now, json!({ "line": line(at) }));
        self.lives.insert(task, (name, None));
    }

    fn end_wait(&mut self, task: TaskId, now: Duration) {
        let open = self.lives.get_mut(&task).and_then(|(_, waits)| waits.take());
        if let Some(what) = open {
            self.span("e", task, &what, now, json!({}));
        }
    }

    fn end_life(&mut self, task: TaskId, now: Duration) {
        self.end_wait(task, now);
        if let Some((name, _)) = self.lives.remove(&task) {
            self.span("e", task, &name, now, json!({}));
        }
    }

    /// What is still open when the trace ends, ends with it.
    fn end(&mut self, now: Duration) {
        self.close(now);
        let lives: Vec<TaskId> = self.lives.keys().copied().collect();
        lives.into_iter().for_each(|task| self.end_life(task, now));
    }

    fn span(&mut self, phase: &str, task: TaskId, name: &str, now: Duration, args: Value) {
        self.draw(phase, name, now, json!({ "cat": "task", "id": task.0, "args": args }));
    }

    fn draw(&mut self, phase: &str, name: &str, time: Duration, rest: Value) {
        let mut event =
            json!({ "ph": phase, "name": name, "ts": micros(time), "pid": PROCESS, "tid": THREAD });
        if let (Value::Object(event), Value::Object(rest)) = (&mut event, rest) {
            event.extend(rest);
        }
        self.events.push(event);
    }
}

/// The format's unit. Nanoseconds survive as its decimals.
fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

fn line(place: Option<&Place>) -> Option<String> {
    place.map(Place::to_string)
}
