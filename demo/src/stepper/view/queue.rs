//! Who is polled next, and who after that?

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::columns;
use crate::stepper::app::{App, Mode};
use crate::stepper::style::Tone;
use crate::stepper::words;

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let queue = &app.state().ready;
    let lines = match &app.mode {
        Mode::Predicting(_) => vec![app.line(app.word(words::HIDDEN), Tone::Plain)],
        _ if queue.is_empty() => vec![app.line(app.word(words::NOBODY_READY), Tone::Plain)],
        _ => in_order(app, usize::from(inside.width), usize::from(inside.height)),
    };
    let note = match &app.mode {
        Mode::Predicting(_) => String::new(),
        _ => queue.len().to_string(),
    };
    Panel { title: app.word(words::QUEUE).into(), note, lines }
}

/// The names from the front, as many as there is room for, and how many more there are.
fn in_order(app: &App, width: usize, height: usize) -> Vec<Line<'static>> {
    let queue = &app.state().ready;
    let next = app.word(words::NEXT);
    let mut lines = vec![vec![app.span(next, Tone::Plain)]];
    let mut used = columns(next);
    for (place, task) in queue.iter().enumerate() {
        let name = app.state().name(*task);
        let after = if place + 1 < queue.len() { ", " } else { "" };
        let text = format!("{name}{after}");
        let is_last_line = lines.len() >= height.max(1);
        let more = format!("… +{}", queue.len() - place);
        let spare = if is_last_line && place + 1 < queue.len() { columns(&more) } else { 0 };
        if used + columns(&text) + spare > width && used > 0 {
            if is_last_line {
                lines.last_mut().expect("a line").push(app.span(more, Tone::Faint));
                break;
            }
            lines.push(Vec::new());
            used = 0;
        }
        used += columns(&text);
        let tone = if place == 0 { Tone::Ready } else { Tone::Plain };
        lines.last_mut().expect("a line").push(app.span(text, tone));
    }
    lines.into_iter().map(Line::from).collect()
}
