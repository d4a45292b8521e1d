//! What stands in the panels of the page? Tasks, ready queue, timers and the reactor's table, as rows of cells.
//!
//! A row is made anew only after an event about its task, timer or socket: with ten thousand tasks, making all rows at every
//! step would take for ever.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::data::Table;
use super::words::{self, Both, look};
use crate::trace::event::{Event, Place, TaskId};
use crate::trace::state::{Phase, Side, State, Task};
use crate::trace::why::length;

/// So many rows of a panel are shown; the rest is counted.
const MOST_ROWS: usize = 40;

/// The panels of all steps so far.
pub(super) struct Panels {
    texts: Table<Both>,
    rows: Table<Vec<usize>>,
    panels: Table<Vec<usize>>,
    /// The row of each task.
    tasks: BTreeMap<TaskId, usize>,
    /// Those that are not done.
    living: BTreeSet<TaskId>,
    /// Whom the last event was about.
    touched: Option<TaskId>,
    timers: usize,
    sources: usize,
}

impl Panels {
    pub(super) fn new(state: &State) -> Panels {
        let (texts, rows, mut panels) = (Table::new(), Table::new(), Table::new());
        let empty = panels.put(Vec::new());
        let (tasks, living) = (BTreeMap::new(), BTreeSet::new());
        let mut panels = Panels {
            texts,
            rows,
            panels,
            tasks,
            living,
            touched: None,
            timers: empty,
            sources: empty,
        };
        state.tasks.keys().for_each(|task| panels.note_task(*task, state));
        panels
    }

    /// Takes note of what an event has changed. `state` is the one after it.
    pub(super) fn note(&mut self, event: &Event, state: &State) {
        self.touched = event.task();
        if let Some(task) = self.touched {
            self.note_task(task, state);
        }
        match event {
            Event::TimerArm { .. } | Event::TimerFire { .. } | Event::TimerCancel { .. } => {
                self.timers = self.note_timers(state);
            }
            Event::Register { .. }
            | Event::Deregister { .. }
            | Event::Arm { .. }
            | Event::SourceReady { .. }
            | Event::Try { .. } => self.sources = self.note_sources(state),
            _ => {}
        }
    }

    pub(super) fn text(&mut self, text: Both) -> usize {
        self.texts.put(text)
    }

    /// All tasks if there is room; if not, those that matter now, and the oldest of those that live.
    pub(super) fn tasks(&mut self, state: &State) -> usize {
        let all = self.tasks.len();
        if all <= MOST_ROWS {
            return self.panel(self.tasks.values().copied().collect(), all);
        }
        let mut shown: BTreeSet<TaskId> = state.running.into_iter().chain(self.touched).collect();
        shown.extend(state.ready.iter().take(MOST_ROWS / 4));
        for task in &self.living {
            if shown.len() >= MOST_ROWS {
                break;
            }
            shown.insert(*task);
        }
        let rows = shown.iter().filter_map(|task| self.tasks.get(task).copied()).collect();
        self.panel(rows, all)
    }

    /// Who is next stands first.
    pub(super) fn queue(&mut self, state: &State) -> usize {
        let shown = state.ready.iter().take(MOST_ROWS);
        let rows = shown.map(|task| self.row("queued", [Both::same(state.name(*task))])).collect();
        self.panel(rows, state.ready.len())
    }

    pub(super) fn timers(&self) -> usize {
        self.timers
    }

    pub(super) fn sources(&self) -> usize {
        self.sources
    }

    /// The texts, the rows and the panels, each by its number.
    pub(super) fn finish(self) -> (Vec<Value>, Value, Value) {
        let text = |both: &Both| {
            if both.en == both.zh { json!(both.en) } else { json!([both.en, both.zh]) }
        };
        let texts = self.texts.items().iter().map(text).collect();
        (texts, json!(self.rows.items()), json!(self.panels.items()))
    }

    fn row(&mut self, class: &str, cells: impl IntoIterator<Item = Both>) -> usize {
        let cells = [Both::same(class)].into_iter().chain(cells);
        let row = cells.map(|cell| self.texts.put(cell)).collect();
        self.rows.put(row)
    }

    /// These rows, and one for the rest of `all`.
    fn panel(&mut self, mut rows: Vec<usize>, all: usize) -> usize {
        if let Some(rest) = all.checked_sub(rows.len()).filter(|rest| *rest > 0) {
            rows.push(self.row("more", [words::more(rest)]));
        }
        self.panels.put(rows)
    }

    fn note_task(&mut self, id: TaskId, state: &State) {
        let Some(task) = state.tasks.get(&id) else { return };
        let look = look(task.phase);
        let cells = [
            Both::same(state.name(id)),
            look.words(),
            reason(task, state),
            Both::same(task.polls.to_string()),
            Both::same(task.wakes.to_string()),
        ];
        let row = self.row(look.class, cells);
        self.tasks.insert(id, row);
        if matches!(task.phase, Phase::Done(_)) {
            self.living.remove(&id);
        } else {
            self.living.insert(id);
        }
    }

    /// The earliest stands first, for the loop sleeps until then.
    fn note_timers(&mut self, state: &State) -> usize {
        let mut due: Vec<_> =
            state.timers.iter().map(|(id, timer)| (timer.deadline, *id)).collect();
        if due.len() > MOST_ROWS {
            due.select_nth_unstable(MOST_ROWS);
            due.truncate(MOST_ROWS);
        }
        due.sort_unstable();
        let mut rows = Vec::new();
        for (deadline, id) in due {
            let task = state.timers.get(&id).and_then(|timer| timer.task);
            let task = task.map_or_else(|| "–".into(), |task| state.name(task));
            let cells = [id.0.to_string(), length(deadline), task].map(Both::same);
            rows.push(self.row("timer", cells));
        }
        self.panel(rows, state.timers.len())
    }

    fn note_sources(&mut self, state: &State) -> usize {
        let mut rows = Vec::new();
        for (id, source) in state.sources.iter().take(MOST_ROWS) {
            let cells = [
                Both::same(id.0.to_string()),
                Both::same(&*source.what),
                side(&source.read, state),
                side(&source.write, state),
            ];
            rows.push(self.row("source", cells));
        }
        self.panel(rows, state.sources.len())
    }
}

/// Why a task waits, or stands in the queue.
fn reason(task: &Task, state: &State) -> Both {
    match (task.phase, &task.wait, task.woken_by) {
        (Phase::Waiting, Some(wait), _) => {
            let at = wait.at.as_ref().map_or_else(String::new, |at| format!(" · {}", short(at)));
            let (en, zh) = match wait.more {
                0 => (String::new(), String::new()),
                more => (format!(" and {more} more"), format!("，以及另外 {more} 件事")),
            };
            Both::new(format!("{}{en}{at}", wait.what), format!("{}{zh}{at}", wait.what))
        }
        (Phase::Waiting, None, _) => Both::new("did not say for what", "没有说在等什么"),
        (Phase::Queued, _, Some(by)) => {
            let by = words::actor(by, state);
            Both::new(format!("woken by {}", by.en), format!("唤醒者：{}", by.zh))
        }
        (Phase::Queued, _, None) => Both::new("new", "新任务"),
        _ => Both::same(""),
    }
}

/// One direction of a socket.
fn side(side: &Side, state: &State) -> Both {
    match (side.waiting, side.closed, side.ready) {
        (Some(task), ..) => {
            let name = state.name(task);
            Both::new(format!("○ {name} waits"), format!("○ {name} 在等"))
        }
        (None, true, _) => Both::new("■ ready for good", "■ 一直就绪"),
        (None, _, true) => Both::new("● ready", "● 就绪"),
        (None, ..) => Both::same("–"),
    }
}

/// A place without its folders.
fn short(place: &Place) -> String {
    let file = place.file.rsplit(['/', '\\']).next().unwrap_or(&place.file);
    format!("{file}:{}", place.line)
}
