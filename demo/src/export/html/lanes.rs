//! What does the whole run look like at a glance? A lane for the thread and one for each task, drawn once as SVG.
//!
//! One column is one event, for on a paused clock all work is done at an instant; `strip` has the true time. The
//! states differ in height and place as well as in colour: running is a full bar, ready a half one, waiting a thin line.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use super::{both, escape};
use crate::trace::event::{Step, TaskId};
use crate::trace::state::{Phase, State, Thread};

/// So many tasks have a lane; the rest is counted.
const MOST_LANES: usize = 16;

/// How high a lane is, and a bar in it.
const HEIGHT: usize = 16;
const BAR: usize = 12;

/// The picture, and the names beside it.
pub(super) struct Lanes {
    pub(super) names: String,
    pub(super) picture: String,
}

/// What a lane shows in one column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Running,
    Own,
    Parked,
    Queued,
    Waiting,
}

impl Mark {
    fn class(self) -> &'static str {
        match self {
            Mark::Running => "running",
            Mark::Own => "own",
            Mark::Parked => "parked",
            Mark::Queued => "queued",
            Mark::Waiting => "waiting",
        }
    }

    /// The parts of the lane's height that are filled: from where, and how much.
    fn bars(self) -> &'static [(usize, usize)] {
        match self {
            Mark::Running => &[(0, BAR)],
            Mark::Own => &[(4, 4)],
            Mark::Parked => &[(1, 2), (5, 2), (9, 2)],
            Mark::Queued => &[(6, 6)],
            Mark::Waiting => &[(5, 1)],
        }
    }
}

/// One lane, and where its last mark began.
struct Lane {
    /// As HTML.
    name: String,
    since: usize,
    mark: Option<Mark>,
}

#[derive(Default)]
struct Drawing {
    lanes: Vec<Lane>,
    tasks: BTreeMap<TaskId, usize>,
    /// What is drawn, by its class.
    paths: BTreeMap<Mark, String>,
    /// From which column on the loop was parked, and for how many.
    nights: Vec<(usize, usize)>,
}

impl Drawing {
    fn lane(&mut self, name: String) -> usize {
        self.lanes.push(Lane { name, since: 0, mark: None });
        self.lanes.len() - 1
    }

    /// From this column on, the lane shows `mark`.
    fn set(&mut self, number: usize, mark: Option<Mark>, column: usize) {
        let Some(lane) = self.lanes.get_mut(number).filter(|lane| lane.mark != mark) else {
            return;
        };
        if let Some(mark) = lane.mark {
            let path = self.paths.entry(mark).or_default();
            if mark == Mark::Parked {
                self.nights.push((lane.since, column - lane.since));
            }
            for (top, height) in mark.bars() {
                let (x, y, width) = (lane.since, number * HEIGHT + 2 + top, column - lane.since);
                let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
            }
        }
        lane.mark = mark;
        lane.since = column;
    }

    fn look(&mut self, touched: Option<TaskId>, state: &State, column: usize) {
        let thread = match (state.thread, state.running) {
            (Thread::Parked(_), _) => Mark::Parked,
            (Thread::Running, Some(_)) => Mark::Running,
            (Thread::Running, None) => Mark::Own,
        };
        self.set(0, Some(thread), column);
        let Some((id, task)) = touched.and_then(|id| Some((id, state.tasks.get(&id)?))) else {
            return;
        };
        let lane = match self.tasks.get(&id) {
            Some(lane) => *lane,
            None if self.tasks.len() < MOST_LANES => {
                let lane = self.lane(escape(&state.name(id)));
                self.tasks.insert(id, lane);
                lane
            }
            None => return,
        };
        let mark = match task.phase {
            Phase::Running => Some(Mark::Running),
            Phase::Queued => Some(Mark::Queued),
            Phase::Waiting => Some(Mark::Waiting),
            Phase::Done(_) => None,
        };
        self.set(lane, mark, column);
    }
}

/// Draws these steps.
pub(super) fn of(steps: &[Step]) -> Lanes {
    let mut state = State::default();
    let mut drawing = Drawing::default();
    drawing.lane(both("the thread", "这个线程"));
    drawing.look(Some(TaskId::ROOT), &state, 0);
    for step in steps {
        state.apply(step);
        drawing.look(step.event.task(), &state, state.step);
    }
    let columns = steps.len() + 1;
    for lane in 0..drawing.lanes.len() {
        drawing.set(lane, None, columns);
    }

    let mut names = String::new();
    for lane in &drawing.lanes {
        let _ = write!(names, "<li>{}</li>", lane.name);
    }
    let hidden = state.tasks.len().saturating_sub(drawing.tasks.len());
    if hidden > 0 {
        let more = both(&format!("… {hidden} more"), &format!("……另外 {hidden} 个"));
        let _ = write!(names, "<li>{more}</li>");
    }
    let height = drawing.lanes.len() * HEIGHT;
    let mut picture = open(columns, height);
    // While the loop is parked, the night goes through all lanes.
    let mut nights = String::new();
    for (from, width) in &drawing.nights {
        let _ = write!(nights, "M{from} 0h{width}v{height}h-{width}z");
    }
    let _ = write!(picture, r#"<path class="night" d="{nights}"/>"#);
    for (mark, path) in &drawing.paths {
        let _ = write!(picture, r#"<path class="{}" d="{path}"/>"#, mark.class());
    }
    picture.push_str("</svg>");
    Lanes { names, picture }
}

/// The beginning of a picture that is as wide as there is room.
pub(super) fn open(width: impl Display, height: usize) -> String {
    format!(
        r#"<svg viewBox="0 0 {width} {height}" height="{height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">"#
    )
}
