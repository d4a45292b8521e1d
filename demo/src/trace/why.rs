//! Why did this happen? One sentence for each event, in English and in Chinese.
//!
//! The panel that teaches most. It looks at the event and at the state before it, and at nothing else.

mod en;
mod zh;

use std::time::Duration;

use super::event::{Actor, Event, SourceId, Step, TaskId};
use super::state::State;

/// The language of what is explained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// The other one.
    pub fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }
}

/// Explains an event. `before` is the state that it happened in.
pub fn why(step: &Step, before: &State, lang: Lang) -> String {
    match lang {
        Lang::En => en::why(step, &Scene { before }),
        Lang::Zh => zh::why(step, &Scene { before }),
    }
}

/// What an explanation can ask about the state before the event.
struct Scene<'a> {
    before: &'a State,
}

impl Scene<'_> {
    fn name(&self, task: TaskId) -> String {
        self.before.name(task)
    }

    /// How many stand in the ready queue.
    fn queued(&self) -> usize {
        self.before.ready.len()
    }

    /// Who woke the task that is polled now.
    fn woken_by(&self, task: TaskId) -> Option<Actor> {
        self.before.tasks.get(&task)?.woken_by
    }

    fn is_first_poll(&self, task: TaskId) -> bool {
        self.before.tasks.get(&task).is_none_or(|task| task.polls == 0)
    }

    /// Whether the source gives connections, and no bytes.
    fn is_listener(&self, source: SourceId) -> bool {
        self.before.sources.get(&source).is_some_and(|source| source.what.ends_with("listener"))
    }

    /// Who waits for this source in this direction.
    fn waiting_for(&self, event: &Event) -> Option<TaskId> {
        let (source, direction) = match event {
            Event::SourceReady { source, direction, .. } => (source, direction),
            _ => return None,
        };
        let source = self.before.sources.get(source)?;
        match direction {
            runtime::observe::Direction::Read => source.read.waiting,
            runtime::observe::Direction::Write => source.write.waiting,
        }
    }
}

/// A length of time in the unit that fits: `250 ms`, `1.5 s`.
pub fn length(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let (number, unit) = match time.as_nanos() {
        0..1_000 => return format!("{} ns", time.as_nanos()),
        1_000..1_000_000 => (seconds * 1e6, "µs"),
        1_000_000..1_000_000_000 => (seconds * 1e3, "ms"),
        _ => (seconds, "s"),
    };
    let number = format!("{number:.2}");
    format!("{} {unit}", number.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
