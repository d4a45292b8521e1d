//! Which lines of the source are shown with an event? Of the runtime, the one that acts; of the program, the one that it is about.

use serde_json::{Value, json};

use super::words::Both;
use crate::sources;
use crate::trace::Trace;
use crate::trace::event::{Direction, Event, Place, Step, TaskId};
use crate::trace::state::{State, Task};

/// So many lines are kept before and after each line that is pointed at.
const AROUND: usize = 6;

/// The line of the program that an event is about, and what is with it.
///
/// Many events happen at a line of the runtime only. Then it is the line where the task waits that they are about, or where
/// that task was made.
pub(super) fn of_program(step: &Step, before: &State) -> Option<(Place, Both)> {
    if let Some(place) = &step.user {
        return Some((place.clone(), Both::same("")));
    }
    let task = before.tasks.get(&about(&step.event, before)?)?;
    let waits = |task: &Task| task.wait.as_ref().and_then(|wait| wait.at.clone());
    if let Some(place) = waits(task) {
        let role = match step.event {
            Event::Poll { .. } => Both::new("goes on here", "从这里继续"),
            _ => Both::new("waits here", "在这里等待"),
        };
        return Some((place, role));
    }
    let made = Both::new("was spawned here", "在这里创建");
    task.spawned_at.clone().map(|place| (place, made))
}

fn about(event: &Event, before: &State) -> Option<TaskId> {
    match event {
        Event::TimerFire { timer } | Event::TimerCancel { timer } => before.timers.get(timer)?.task,
        Event::SourceReady { source, direction, .. } => {
            let source = before.sources.get(source)?;
            match direction {
                Direction::Read => source.read.waiting,
                Direction::Write => source.write.waiting,
            }
        }
        event => event.task().or(before.running),
    }
}

/// The lines of a file around each of `wanted`, from 1: pieces that begin at a line and do not touch.
pub(super) fn excerpts(trace: &Trace, name: &str, wanted: &[usize]) -> Vec<Value> {
    let Some(text) = sources::file(trace, name) else { return Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let mut wanted: Vec<usize> =
        wanted.iter().copied().filter(|line| (1..=lines.len()).contains(line)).collect();
    wanted.sort_unstable();
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    for line in wanted {
        let (from, to) = (line.saturating_sub(AROUND).max(1), (line + AROUND).min(lines.len()));
        match pieces.last_mut() {
            Some(last) if from <= last.1 + 1 => last.1 = to,
            _ => pieces.push((from, to)),
        }
    }
    pieces.into_iter().map(|(from, to)| json!([from, &lines[from - 1..to]])).collect()
}
