//! What does the page's script get to know? For each step, what stands in which panel.
//!
//! The script computes nothing: it looks up what belongs to its step and shows it. Most panels are the same from one step to
//! the next, and most rows from one panel to the next, so texts, rows and panels are kept once and referred to by number.
//!
//! ```text
//!  steps    time at kind why thread counts tasks queue timers sources user runtime    a column of numbers each
//!  panels   row row row …
//!  rows     class cell cell …
//!  texts    "sleep", or ["waiting", "等待"]
//!  places   file line
//!  files    name, and the lines around those places
//! ```

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::panels::Panels;
use super::words::{self, Both};
use crate::sources;
use crate::trace::Trace;
use crate::trace::event::{Kind, Place, Step};
use crate::trace::state::State;
use crate::trace::why::{Lang, length, why};

/// So many lines are kept before and after each line that is pointed at.
const AROUND: usize = 6;

const COLUMNS: [&str; 12] = [
    "time", "at", "kind", "why", "thread", "counts", "tasks", "queue", "timers", "sources", "user",
    "runtime",
];

/// Things that are kept once, with a number.
pub(super) struct Table<T> {
    numbers: HashMap<T, usize>,
    items: Vec<T>,
}

impl<T: Hash + Eq + Clone> Table<T> {
    pub(super) fn new() -> Table<T> {
        Table { numbers: HashMap::new(), items: Vec::new() }
    }

    pub(super) fn put(&mut self, item: T) -> usize {
        *self.numbers.entry(item).or_insert_with_key(|item| {
            self.items.push(item.clone());
            self.items.len() - 1
        })
    }

    pub(super) fn items(&self) -> &[T] {
        &self.items
    }
}

/// The data of a page that shows these steps of the trace.
pub(super) fn of(trace: &Trace, steps: &[Step]) -> Value {
    let mut state = State::default();
    let mut data = Data {
        panels: Panels::new(&state),
        places: Table::new(),
        columns: Default::default(),
        end: steps.last().map_or(1, |step| step.time.as_nanos().max(1)),
    };
    data.begin(&state);
    for step in steps {
        let sentence = Both::new(why(step, &state, Lang::En), why(step, &state, Lang::Zh));
        state.apply(step);
        data.add(step, sentence, &state);
    }
    data.finish(trace)
}

struct Data {
    panels: Panels,
    places: Table<Place>,
    columns: [Vec<usize>; COLUMNS.len()],
    /// The time of the last event, in nanoseconds.
    end: u128,
}

impl Data {
    /// Step 0: nothing has happened.
    fn begin(&mut self, state: &State) {
        let sentence = Both::new(
            "Nothing has happened yet. The future given to block_on stands in the ready queue, and will be polled first.",
            "还什么都没有发生。交给 block_on 的 future 排在就绪队列里，将第一个被 poll。",
        );
        // Of no kind: the one after the last.
        self.put(Kind::ALL.len(), sentence, [None, None], state);
    }

    fn add(&mut self, step: &Step, sentence: Both, state: &State) {
        self.panels.note(&step.event, state);
        let kind = step.event.kind();
        let kind = Kind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
        self.put(kind, sentence, [step.user.as_ref(), step.runtime.as_ref()], state);
    }

    fn put(&mut self, kind: usize, sentence: Both, places: [Option<&Place>; 2], state: &State) {
        // 0 is no place.
        let [user, runtime] =
            places.map(|place| place.map_or(0, |place| self.places.put(place.clone()) + 1));
        let panels = &mut self.panels;
        let row = [
            panels.text(Both::same(length(state.time))),
            // In thousandths of a percent of the whole time.
            usize::try_from(state.time.as_nanos() * 100_000 / self.end).unwrap_or_default(),
            kind,
            panels.text(sentence),
            panels.text(words::thread(state)),
            panels.text(words::counts(state)),
            panels.tasks(state),
            panels.queue(state),
            panels.timers(),
            panels.sources(),
            user,
            runtime,
        ];
        self.columns.iter_mut().zip(row).for_each(|(column, number)| column.push(number));
    }

    fn finish(self, trace: &Trace) -> Value {
        let kinds = Kind::ALL.iter().map(|kind| json!([kind.name(), kind.level()]));
        let kinds: Vec<Value> = kinds.chain([json!(["–", 1])]).collect();

        let mut names: Table<Rc<str>> = Table::new();
        let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut places = Vec::new();
        for place in self.places.items() {
            let (file, line) = (names.put(place.file.clone()), place.line as usize);
            lines.entry(file).or_default().push(line);
            places.push([file, line]);
        }
        let files = names.items().iter().enumerate();
        let files: Vec<Value> = files
            .map(|(number, name)| json!([&**name, excerpts(trace, name, &lines[&number])]))
            .collect();

        let columns = COLUMNS.iter().zip(self.columns);
        let steps: Map<String, Value> =
            columns.map(|(name, column)| ((*name).to_string(), json!(column))).collect();
        let (texts, rows, panels) = self.panels.finish();
        json!({
            "texts": texts, "rows": rows, "panels": panels, "kinds": kinds, "places": places, "files": files,
            "steps": steps,
        })
    }
}

/// The lines of a file around each of `wanted`, from 1: pieces that begin at a line and do not touch.
fn excerpts(trace: &Trace, name: &str, wanted: &[usize]) -> Vec<Value> {
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
