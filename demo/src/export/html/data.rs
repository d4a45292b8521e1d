//! What does the page's script get to know? For each step, what stands in which panel.
//!
//! The script computes nothing: it looks up what belongs to its step and shows it. Most panels are the same from one step to
//! the next, and most rows from one panel to the next, so texts, rows and panels are kept once and referred to by number.
//!
//! ```text
//!  steps    time at kind why thread counts tasks queue timers sources user role runtime   a column of numbers each
//!  panels   row row row …
//!  rows     class cell cell …
//!  texts    "sleep", or ["waiting", "等待"]
//!  places   file line
//!  files    name, and the lines around those places
//! ```

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::code::{excerpts, of_program};
use super::panels::Panels;
use super::strip::share;
use super::words::{self, Both};
use crate::scenes::Text;
use crate::trace::Trace;
use crate::trace::event::{Kind, Place, Step};
use crate::trace::state::State;
use crate::trace::why::{Lang, length, why};

const COLUMNS: [&str; 13] = [
    "time", "at", "kind", "why", "thread", "counts", "tasks", "queue", "timers", "sources", "user",
    "role", "runtime",
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
pub(super) fn of(trace: &Trace, steps: &[Step], story: Option<Text>) -> Value {
    let mut state = State::default();
    let mut data = Data {
        panels: Panels::new(&state),
        places: Table::new(),
        columns: Default::default(),
        total: steps.last().map_or(Duration::ZERO, |step| step.time),
    };
    data.put(Happened::nothing(story), &state);
    for step in steps {
        let happened = Happened::of(step, &state);
        state.apply(step);
        data.panels.note(&step.event, &state);
        data.put(happened, &state);
    }
    data.finish(trace)
}

/// What is shown of an event, besides the state that it leads to.
struct Happened {
    /// A place in `Kind::ALL`, or the one after the last for no kind.
    kind: usize,
    why: Both,
    user: Option<Place>,
    role: Both,
    runtime: Option<Place>,
}

impl Happened {
    /// Step 0: what is to be seen, and how.
    fn nothing(story: Option<Text>) -> Happened {
        let nothing = Text { en: "Nothing has happened yet.", zh: "还什么都没有发生。" };
        let Text { en, zh } = story.unwrap_or(nothing);
        let why =
            Both::new(format!("{en} Press → for the first step."), format!("{zh}按 → 走第一步。"));
        Happened { kind: Kind::ALL.len(), why, user: None, role: Both::same(""), runtime: None }
    }

    fn of(step: &Step, before: &State) -> Happened {
        let kind = step.event.kind();
        let kind = Kind::ALL.iter().position(|one| *one == kind).unwrap_or(Kind::ALL.len());
        let why = Both::new(why(step, before, Lang::En), why(step, before, Lang::Zh));
        let (user, role) = of_program(step, before).unzip();
        let role = role.unwrap_or_else(|| Both::same(""));
        Happened { kind, why, user, role, runtime: step.runtime.clone() }
    }
}

struct Data {
    panels: Panels,
    places: Table<Place>,
    columns: [Vec<usize>; COLUMNS.len()],
    total: Duration,
}

impl Data {
    fn put(&mut self, happened: Happened, state: &State) {
        // 0 is no place.
        let [user, runtime] = [happened.user, happened.runtime]
            .map(|place| place.map_or(0, |place| self.places.put(place) + 1));
        let panels = &mut self.panels;
        let row = [
            panels.text(Both::same(length(state.time))),
            usize::try_from(share(state.time, self.total)).unwrap_or_default(),
            happened.kind,
            panels.text(happened.why),
            panels.text(words::thread(state)),
            panels.text(words::counts(state)),
            panels.tasks(state),
            panels.queue(state),
            panels.timers(),
            panels.sources(),
            user,
            panels.text(happened.role),
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
