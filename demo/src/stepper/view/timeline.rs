//! When did who run, when did the thread sleep, and where in all that are we?

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::lanes::{Mark, Scale};
use crate::recording::{Axis, Lane};
use crate::screen::columns;
use crate::stepper::app::{App, Mode};
use crate::stepper::style::{Tone, pad};
use crate::stepper::words;
use crate::trace::why::length;

/// The columns for the names of the lanes, and one between: as wide as they are, but no wider than this.
const WIDEST: usize = 15;

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let width = usize::from(inside.width);
    let seen = &app.seen;
    let room = usize::from(inside.height).saturating_sub(2);
    let name = |lane: &Lane| lane.name.as_deref().unwrap_or_default().to_string();
    let lanes: Vec<&Lane> =
        seen.tasks.values().filter(|lane| lane.name.is_some()).take(room).collect();
    let names = lanes.iter().map(|lane| columns(&name(lane)));
    let label = (names.max().unwrap_or(0) + 1).clamp(9, WIDEST);
    let scale = Scale::new(seen, width.saturating_sub(label));
    let here = scale.column(seen.time(app.state().time, app.position()));
    let row = |name: &str, mut marks: Vec<Mark>| {
        if matches!(app.mode, Mode::Predicting(_)) {
            // The lanes would give the answer away.
            marks.truncate(here + 1);
        }
        let mut spans = vec![app.span(pad(name, label - 1) + " ", Tone::Plain)];
        for run in marks.chunk_by(|one, other| one == other) {
            let tone = match run[0] {
                Mark::Ran | Mark::RanBriefly => Tone::Running,
                _ => Tone::Faint,
            };
            spans.push(
                app.span(run.iter().map(|mark| mark.glyph(app.ascii)).collect::<String>(), tone),
            );
        }
        Line::from(spans)
    };
    let mut lines: Vec<Line<'static>> =
        lanes.iter().map(|lane| row(&name(lane), scale.task(lane))).collect();
    lines.push(row(app.word(words::THE_LOOP), scale.thread(seen)));
    if inside.height > 1 {
        lines.push(cursor(app, &scale, label, width));
    } else if let Some(thread) = lines.last_mut() {
        *thread = with_cursor(app, thread, label + here);
    }
    let glyphs: Vec<String> = [Mark::RanBriefly, Mark::Waited, Mark::Parked]
        .iter()
        .zip(app.word(words::TIMELINE_NOTE).split([',', '、']))
        .map(|(mark, word)| format!("{} {}", mark.glyph(app.ascii), word.trim()))
        .collect();
    let title = app.word(words::TIMELINE);
    Panel { title: title.into(), note: glyphs.join("  "), lines }
}

/// The place under the lanes, and its time. What happens later stands in the lanes all the same: this is a recording.
fn cursor(app: &App, scale: &Scale, label: usize, width: usize) -> Line<'static> {
    let time = app.seen.time(app.state().time, app.position());
    let column = label + scale.column(time);
    let text = match app.seen.axis {
        Axis::Steps => format!("{} {}", app.word(words::STEP), app.position()),
        Axis::Time if time == Duration::ZERO => "0 s".into(),
        Axis::Time => length(time),
    };
    let cursor = app.signs().cursor;
    if column + 2 + columns(&text) <= width {
        return Line::from(vec![
            app.span(" ".repeat(column), Tone::Plain),
            app.span(format!("{cursor} "), Tone::Running),
            app.span(text, Tone::Plain),
        ]);
    }
    let before = column.saturating_sub(columns(&text) + 1);
    Line::from(vec![
        app.span(format!("{}{text} ", " ".repeat(before)), Tone::Plain),
        app.span(cursor, Tone::Running),
    ])
}

/// The lane of the thread with the place in it, where there is no row below for it.
fn with_cursor(app: &App, lane: &Line<'static>, column: usize) -> Line<'static> {
    let marks: String = lane.spans.iter().map(|span| span.content.as_ref()).collect();
    let before: String = marks.chars().take(column).collect();
    let after: String = marks.chars().skip(column + 1).collect();
    Line::from(vec![
        app.span(before, Tone::Faint),
        app.span(app.signs().cursor, Tone::Running),
        app.span(after, Tone::Faint),
    ])
}
