//! Which sockets does the reactor know, who waits for them, and which are ready?

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::columns;
use crate::stepper::app::App;
use crate::stepper::style::{Tone, pad};
use crate::stepper::words;
use crate::trace::state::Side;

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let (width, room) = (usize::from(inside.width), usize::from(inside.height));
    let sources = &app.state().sources;
    let fits = sources.len().min(room);
    let kinds = (width / 3).clamp(7, 13);
    let each = width.saturating_sub(5 + kinds) / 2;
    let side = |side: &Side| {
        let (text, tone) = said(app, side, each.saturating_sub(1));
        app.span(format!("{} ", pad(&text, each.saturating_sub(1))), tone)
    };
    // Those that somebody waits for, or that are ready, are worth more than those that rest.
    let mut busy: Vec<_> = sources.iter().collect();
    let is_idle = |side: &Side| side.waiting.is_none() && !side.ready;
    if fits < sources.len() {
        busy.sort_by_key(|(id, source)| (is_idle(&source.read) && is_idle(&source.write), **id));
        busy.truncate(fits);
        busy.sort_by_key(|(id, _)| **id);
    }
    let mut lines: Vec<Line<'static>> = busy
        .iter()
        .map(|(id, source)| {
            Line::from(vec![
                app.span(format!("{:>3}  ", id.0), Tone::Strong),
                app.span(format!("{} ", pad(&source.what, kinds - 1)), Tone::Plain),
                side(&source.read),
                side(&source.write),
            ])
        })
        .collect();
    if sources.is_empty() {
        lines.push(app.line(app.word(words::NO_SOURCES), Tone::Plain));
    }
    let count = words::count(app, fits, sources.len());
    let note = match sources.is_empty() {
        true => count,
        false => format!("{count} {}", app.word(words::SOURCE_COLUMNS)),
    };
    Panel { title: app.word(words::REACTOR).into(), note, lines }
}

fn said(app: &App, side: &Side, width: usize) -> (String, Tone) {
    if let Some(task) = side.waiting {
        let name = app.state().name(task);
        let long = format!("{}{name}", app.word(words::WAITED_FOR));
        // Where there is no room for the words, the sign of a task that waits says it.
        let short = || format!("{} {name}", app.signs().waiting);
        return (if columns(&long) <= width { long } else { short() }, Tone::Plain);
    }
    match (side.closed, side.ready) {
        (true, _) => (app.word(words::CLOSED).into(), Tone::Plain),
        (_, true) => (app.word(words::SIDE_READY).into(), Tone::Ready),
        _ => (app.word(words::IDLE).into(), Tone::Faint),
    }
}
