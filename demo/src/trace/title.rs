//! What is an event called in one line? Its kind, and whom and what it is about, in the words of the trace.
//!
//! It is the same in every language; `why` says what it means.

use super::event::{Actor, Direction, Event, Outcome, Step, Tried, WakeEffect};
use super::state::State;
use super::why::length;

/// The line. `after` is the state that the event left, for a task gets its name as it is spawned.
pub fn title(step: &Step, after: &State) -> String {
    let kind = step.event.kind().name();
    let about = about(&step.event, after);
    if about.is_empty() { kind.to_string() } else { format!("{kind} {about}") }
}

fn about(event: &Event, after: &State) -> String {
    let name = |task| after.name(task);
    match event {
        Event::Spawn { task, by, .. } => format!("{} by {}", name(*task), actor(*by, after)),
        Event::Poll { task } => name(*task),
        Event::Pending { task, wait: None, .. } => name(*task),
        Event::Pending { task, wait: Some(wait), more: 0, .. } => {
            format!("{} on {wait}", name(*task))
        }
        Event::Pending { task, wait: Some(wait), more, .. } => {
            format!("{} on {wait} and {more} more", name(*task))
        }
        Event::Ready { task, outcome } | Event::Drop { task, outcome } => match outcome {
            Outcome::Completed => name(*task),
            Outcome::Panicked => format!("{} panicked", name(*task)),
            Outcome::Cancelled => format!("{} cancelled", name(*task)),
        },
        Event::Slow { task, took } => format!("{} {}", name(*task), length(*took)),
        Event::Join { task, by } => format!("{} by {}", name(*task), actor(*by, after)),
        Event::Wake { task, by, effect, .. } => {
            let task = task.map_or("a forgotten task".into(), name);
            format!("{task} by {}: {}", actor(*by, after), effect_word(*effect))
        }
        Event::Park { timeout } => timeout.map_or(String::new(), length),
        Event::Unpark { events: 0 } | Event::Stall => String::new(),
        Event::Unpark { events } => format!("{events} ready"),
        Event::Register { source, what } => format!("{} {what}", source.0),
        Event::Arm { source, direction } => format!("{} {}", source.0, word(*direction)),
        Event::SourceReady { source, direction, closed } => {
            let closed = if *closed { " for ever" } else { "" };
            format!("{} {}{closed}", source.0, word(*direction))
        }
        Event::Deregister { source } => source.0.to_string(),
        Event::Try { source, direction, tried, .. } => {
            let tried = match tried {
                Tried::Done(amount) => amount.to_string(),
                Tried::WouldBlock => "would block".into(),
                Tried::Failed(kind) => kind.to_string(),
            };
            format!("{} {}: {tried}", source.0, word(*direction))
        }
        Event::TimerArm { timer, deadline } => format!("{} for {}", timer.0, length(*deadline)),
        Event::TimerFire { timer } | Event::TimerCancel { timer } => timer.0.to_string(),
        // The sentence is the text.
        Event::Note { .. } => String::new(),
    }
}

/// Who acts, as people call them.
pub fn actor(actor: Actor, state: &State) -> String {
    match actor {
        Actor::Task(task) => state.name(task),
        Actor::Reactor => "reactor".into(),
        Actor::Timers => "timers".into(),
        Actor::Mailbox => "mailbox".into(),
        Actor::Outside => "outside".into(),
    }
}

fn effect_word(effect: WakeEffect) -> &'static str {
    match effect {
        WakeEffect::Queued => "queued",
        WakeEffect::QueuedWhileRunning => "queued while it runs",
        WakeEffect::AlreadyQueued => "already queued",
        WakeEffect::Stale => "stale",
    }
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "read",
        Direction::Write => "write",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_calls_tasks_by_their_names() {
        let lines = [
            ("task.spawn task=1 name=\"Ann\" by=root", "task.spawn Ann by root"),
            ("task.pending task=1 wait=\"sleep\" more=0", "task.pending Ann on sleep"),
            ("wake task=1 by=timers effect=queued", "wake Ann by timers: queued"),
            ("wake by=mailbox effect=dead", "wake a forgotten task by mailbox: stale"),
            ("loop.park timeout=0.02", "loop.park 20 ms"),
            ("loop.park", "loop.park"),
            ("source.ready source=3 direction=read closed=true", "source.ready 3 read for ever"),
            ("io.try source=3 direction=write blocked=true", "io.try 3 write: would block"),
            ("note subject=\"pool\" text=\"reused\"", "pool"),
        ];
        let mut state = State::default();
        for (line, expected) in lines {
            let step = Step::parse(&format!("0 {line}")).unwrap();
            state.apply(&step);
            assert_eq!(title(&step, &state), expected);
        }
    }
}
