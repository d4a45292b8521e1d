//! Which steps are worth showing? Those of a level of detail, of some kinds, about one task.
//!
//! The stepper and the plain text choose by it.

use super::Trace;
use super::event::{Actor, Direction, Event, Kind, Step, TaskId};
use super::state::State;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Events up to this level of detail, from 1 to 3.
    pub level: u8,
    /// If not empty, events of these kinds alone, whatever their level.
    pub only: Vec<Kind>,
    /// Events that concern this task alone.
    pub task: Option<TaskId>,
}

impl Filter {
    /// The numbers of the steps that are shown, from 1, ascending.
    pub fn choose(&self, trace: &Trace) -> Vec<usize> {
        let mut state = State::default();
        let mut chosen = Vec::new();
        for step in &trace.steps {
            if self.shows(step, &state) {
                chosen.push(state.step + 1);
            }
            state.apply(step);
        }
        chosen
    }

    fn shows(&self, step: &Step, before: &State) -> bool {
        let kind = step.event.kind();
        let wanted = if self.only.is_empty() {
            kind.level() <= self.level
        } else {
            self.only.contains(&kind)
        };
        wanted && self.task.is_none_or(|task| concerns(step, before, task))
    }
}

/// Whether the task has to do with the event: it is its subject, it did it, or it waits for what the event is about.
pub fn concerns(step: &Step, before: &State, task: TaskId) -> bool {
    let does = |by: Actor| by == Actor::Task(task);
    let owner = match &step.event {
        Event::Spawn { by, .. } | Event::Wake { by, .. } | Event::Join { by, .. } if does(*by) => {
            return true;
        }
        Event::TimerFire { timer } | Event::TimerCancel { timer } => {
            before.timers.get(timer).and_then(|timer| timer.task)
        }
        Event::SourceReady { source, direction, .. } => {
            before.sources.get(source).and_then(|source| match direction {
                Direction::Read => source.read.waiting,
                Direction::Write => source.write.waiting,
            })
        }
        event => event.task().or(before.running),
    };
    owner == Some(task)
}

/// The task that is meant by its name, its number, or `root`.
pub fn find_task(trace: &Trace, wanted: &str) -> Option<TaskId> {
    let named = trace.steps.iter().find_map(|step| match &step.event {
        Event::Spawn { task, name: Some(name), .. } if **name == *wanted => Some(*task),
        _ => None,
    });
    let numbered = || {
        let task = if wanted == "root" { TaskId::ROOT } else { TaskId(wanted.parse().ok()?) };
        trace.steps.iter().any(|step| step.event.task() == Some(task)).then_some(task)
    };
    named.or_else(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::record::HEADER;

    fn trace() -> Trace {
        let lines = [
            "task.poll task=root",
            "task.spawn task=1 name=\"7\" by=root",
            "task.spawn task=2 by=root",
            "task.pending task=root",
            "task.poll task=1",
            "timer.arm timer=1 deadline=1",
            "source.register source=0 what=\"pipe\"",
            "source.arm source=0 direction=read",
            "task.pending task=1",
            "loop.park timeout=1",
            "timer.fire timer=1",
            "source.ready source=0 direction=read closed=false",
            "wake task=2 by=1 effect=queued",
        ];
        let lines: String = lines.iter().map(|line| format!("0 {line}\n")).collect();
        Trace::parse(&format!("{HEADER}\n{lines}")).unwrap()
    }

    fn filter(level: u8, only: &[Kind], task: Option<u32>) -> Vec<usize> {
        Filter { level, only: only.to_vec(), task: task.map(TaskId) }.choose(&trace())
    }

    #[test]
    fn levels_and_kinds_choose() {
        assert_eq!(filter(1, &[], None), [1, 2, 3, 4, 5, 9, 10]);
        assert_eq!(filter(3, &[], None).len(), 13);
        assert_eq!(filter(1, &[Kind::Register, Kind::Park], None), [7, 10]);
    }

    #[test]
    fn a_task_is_concerned_by_what_it_does_and_by_what_it_waits_for() {
        assert_eq!(filter(3, &[], Some(1)), [2, 5, 6, 7, 8, 9, 11, 12, 13]);
        assert_eq!(filter(3, &[], Some(2)), [3, 13]);
    }

    #[test]
    fn a_task_is_found_by_name_before_number() {
        let trace = trace();
        let found = |wanted| find_task(&trace, wanted).map(|task| task.0);
        assert_eq!((found("7"), found("2"), found("root")), (Some(1), Some(2), Some(0)));
        assert_eq!((found("9"), found("x"), found("")), (None, None, None));
    }
}
