//! Which line acts? The line of the program and the line of the runtime, each with a few around it.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::{clip, columns, tame, wrap};
use crate::sources;
use crate::stepper::app::App;
use crate::stepper::style::Tone;
use crate::stepper::words::{self, Label};
use crate::trace::event::Place;
use crate::trace::spot::spot;

/// Farther back nobody looks for a line.
const FAR: usize = 1000;

pub(super) fn user(app: &App, inside: Rect) -> Panel {
    let last = app.last();
    if let Some(place) = last.as_ref().and_then(|(step, before)| spot(step, before)) {
        return panel(app, inside, words::YOUR_CODE, Some(place), true);
    }
    // So that the eye has something to hold on to: where the program was before.
    let before = app.trace().steps[..app.position()].iter().rev().take(FAR);
    let place = before.filter_map(|step| step.user.as_ref()).next();
    panel(app, inside, words::YOUR_CODE, place, false)
}

pub(super) fn runtime(app: &App, inside: Rect) -> Panel {
    let last = app.last();
    let place = last.as_ref().and_then(|(step, _)| step.runtime.as_ref());
    panel(app, inside, words::RUNTIME_CODE, place, true)
}

/// `acts` says whether it is this line that acts now, or one that did before.
fn panel(app: &App, inside: Rect, title: Label, place: Option<&Place>, acts: bool) -> Panel {
    let width = usize::from(inside.width);
    let title = app.word(title);
    let says = |word: Label| {
        let lines = wrap(app.word(word), width);
        lines.iter().map(|line| app.line(line, Tone::Plain)).collect()
    };
    let Some(place) = place else {
        let none = if app.position() == 0 { words::NOT_STARTED } else { words::NO_LINE };
        return Panel { title: title.into(), note: String::new(), lines: says(none) };
    };
    let before = if acts { "" } else { app.word(words::BEFORE) };
    let room = width.saturating_sub(columns(title) + columns(before) + 3);
    let note = format!("{before}{}", end_of(&tame(&place.to_string()), room));
    let sign = if acts { app.signs().here } else { app.signs().waiting };
    let lines = match sources::file(app.trace(), &place.file) {
        Some(text) => {
            let mark = (place.line as usize, sign);
            around(app, &text, mark, width, usize::from(inside.height))
        }
        None => says(words::NO_SOURCE),
    };
    Panel { title: title.into(), note, lines }
}

/// The line and those around it, without the indentation that all of them have.
fn around(
    app: &App,
    text: &str,
    (line, sign): (usize, &str),
    width: usize,
    height: usize,
) -> Vec<Line<'static>> {
    let lines: Vec<String> = text.lines().map(tame).collect();
    let first = line.saturating_sub(1 + height / 2).min(lines.len().saturating_sub(height));
    let visible = &lines[first..lines.len().min(first + height)];
    let indent = |line: &String| line.len() - line.trim_start().len();
    let common =
        visible.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let digits = (first + visible.len()).to_string().len();
    let numbered = (first + 1..).zip(visible);
    numbered
        .map(|(number, code)| {
            let here = number == line;
            let sign = if here { sign } else { " " };
            let code = clip(code.get(common..).unwrap_or(""), width.saturating_sub(digits + 3));
            let tone = if here { Tone::Strong } else { Tone::Plain };
            Line::from(vec![
                app.span(format!("{number:>digits$} "), Tone::Faint),
                app.span(format!("{sign} "), Tone::Running),
                app.span(code, tone),
            ])
        })
        .collect()
}

/// The end of a path, which says more than its beginning.
fn end_of(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.into();
    }
    let skip = columns(text) + 1 - width.max(1);
    let mut skipped = 0;
    let end: String = text
        .chars()
        .skip_while(|letter| {
            let skips = skipped < skip;
            skipped += columns(letter.encode_utf8(&mut [0; 4]));
            skips
        })
        .collect();
    format!("…{end}")
}
