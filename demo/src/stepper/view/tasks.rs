//! Which tasks are there, what does each do, and what does it wait for?

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::{clip, columns};
use crate::stepper::app::App;
use crate::stepper::style::{Tone, pad};
use crate::stepper::words;
use crate::trace::event::{Outcome, TaskId};
use crate::trace::state::{Phase, Task};

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let (width, room) = (usize::from(inside.width), usize::from(inside.height));
    let shown = chosen(app, room);
    let name_of = |task: TaskId| app.state().name(task);
    let names = shown.iter().map(|task| columns(&name_of(*task))).max().unwrap_or(0).clamp(4, 16);
    let tasks = &app.state().tasks;
    let lines = shown.iter().map(|id| line(app, *id, &tasks[id], names, width)).collect();
    let note = words::count(app, shown.len(), tasks.len());
    Panel { title: app.word(words::TASKS).into(), note, lines }
}

/// As many as there is room for: first whoever the step is about, then who runs, is ready, waits, and is done.
fn chosen(app: &App, room: usize) -> Vec<TaskId> {
    let state = app.state();
    if state.tasks.len() <= room {
        return state.tasks.keys().copied().collect();
    }
    let subject = app.last().and_then(|(step, _)| step.event.task());
    let rank = |(id, task): (&TaskId, &Task)| {
        let rank = match task.phase {
            _ if Some(*id) == subject || Some(*id) == app.filter.task => 0,
            Phase::Running => 1,
            Phase::Queued => 2,
            Phase::Waiting => 3,
            Phase::Done(_) => 4,
        };
        (rank, *id)
    };
    let mut ranked: Vec<(i32, TaskId)> = state.tasks.iter().map(rank).collect();
    ranked.sort();
    ranked.truncate(room);
    let mut chosen: Vec<TaskId> = ranked.into_iter().map(|(_, id)| id).collect();
    chosen.sort();
    chosen
}

fn line(app: &App, id: TaskId, task: &Task, names: usize, width: usize) -> Line<'static> {
    let signs = app.signs();
    let (sign, word, tone) = match task.phase {
        Phase::Running => (signs.running, words::RUNNING, Tone::Running),
        Phase::Queued => (signs.ready, words::READY, Tone::Ready),
        Phase::Waiting => (signs.waiting, words::WAITING, Tone::Plain),
        Phase::Done(Outcome::Completed) => (signs.done, words::DONE, Tone::Faint),
        Phase::Done(Outcome::Panicked) => (signs.failed, words::FAILED, Tone::Bad),
        Phase::Done(Outcome::Cancelled) => (signs.cancelled, words::CANCELLED, Tone::Faint),
    };
    let state = format!("{sign} {} ", pad(app.word(word), 9));
    let name = pad(&app.state().name(id), names);
    let rest = width.saturating_sub(columns(&state) + names + 1);
    let wait = task.wait.as_ref().filter(|_| task.phase == Phase::Waiting);
    let wait = wait.map_or(String::new(), |wait| {
        let more = if wait.more > 0 { format!(" +{}", wait.more) } else { String::new() };
        let what = format!("{}{more}", wait.what);
        let Some(at) = &wait.at else { return what };
        let file = at.file.rsplit(['/', '\\']).next().unwrap_or_default();
        let long = format!("{what} {file}:{}", at.line);
        if columns(&long) <= rest { long } else { what }
    });
    Line::from(vec![
        app.span(state, tone),
        app.span(format!("{name} "), Tone::Strong),
        app.span(clip(&wait, rest), Tone::Plain),
    ])
}
