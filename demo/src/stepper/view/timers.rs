//! Which timers are armed, how long until each, and whose are they?

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::stepper::app::App;
use crate::stepper::style::{Tone, pad};
use crate::stepper::words;
use crate::trace::state::{State, Timer};
use crate::trace::why::length;

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let room = usize::from(inside.height);
    let state = app.state();
    let mut timers: Vec<_> = state.timers.iter().collect();
    timers.sort_by_key(|(id, timer)| (timer.deadline, **id));
    let fits = timers.len().min(room);
    let mut lines: Vec<Line<'static>> = timers[..fits]
        .iter()
        .map(|(id, timer)| {
            let when = pad(&until(app, state, timer), 14);
            let who = timer.task.map_or(String::new(), |task| state.name(task));
            Line::from(vec![
                app.span(format!("{when} "), Tone::Plain),
                app.span(who, Tone::Strong),
                app.span(format!("  #{}", id.0), Tone::Faint),
            ])
        })
        .collect();
    if timers.is_empty() {
        lines.push(app.line(app.word(words::NO_TIMERS), Tone::Plain));
    }
    let note = words::count(app, fits, timers.len());
    Panel { title: app.word(words::TIMERS).into(), note, lines }
}

fn until(app: &App, state: &State, timer: &Timer) -> String {
    let left = timer.deadline.saturating_sub(state.time);
    if left.is_zero() {
        return app.word(words::DUE).into();
    }
    format!("{} {}", app.word(words::DUE_IN), length(left))
}
