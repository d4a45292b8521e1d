//! What happened just before, and what comes after? The steps around this one, where there is room for them.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::clip;
use crate::stepper::app::{App, Mode};
use crate::stepper::style::Tone;
use crate::stepper::words;
use crate::trace::title::title;

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let (width, room) = (usize::from(inside.width), usize::from(inside.height));
    let here = app.position();
    let shown = &app.shown;
    let past = shown.partition_point(|number| *number <= here);
    // This step stands in the middle, unless an end is near.
    let first = past.saturating_sub(room / 2 + 1).min(shown.len().saturating_sub(room));
    let predicts = matches!(app.mode, Mode::Predicting(_));
    let visible = shown[first..].iter().take(room).filter(|number| !predicts || **number <= here);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for number in visible {
        let step = &app.trace().steps[number - 1];
        // A task that is spawned later has its name by then; so the state at the end names everybody.
        let text = format!("{number:>5}  {}", title(step, &app.names));
        let (sign, tone) = match *number == here {
            true => (app.signs().here, Tone::Strong),
            false if *number < here => (" ", Tone::Plain),
            false => (" ", Tone::Faint),
        };
        lines.push(app.line(format!("{sign}{}", clip(&text, width.saturating_sub(1))), tone));
    }
    Panel { title: app.word(words::STEPS).into(), note: String::new(), lines }
}
