//! What is read at leisure? The keys, and a step at length. A page lies over everything else.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::{columns, tame, wrap};
use crate::sources;
use crate::stepper::app::{App, Page};
use crate::stepper::explain::rule;
use crate::stepper::keys::{BINDINGS, Binding};
use crate::stepper::style::{Tone, pad};
use crate::stepper::words;
use crate::trace::spot::spot;
use crate::trace::title::title;
use crate::trace::why::why;

/// The page from line `from` on.
pub(super) fn panel(app: &App, page: Page, from: usize, area: Rect) -> Panel {
    let (width, room) = (usize::from(area.width).min(100), usize::from(area.height) - 1);
    let (title, note, mut lines) = match page {
        Page::Help => (app.word(words::HELP), String::new(), help(app, width)),
        Page::Explanation => {
            let (note, lines) = explanation(app, width);
            (app.word(words::EXPLAIN), note, lines)
        }
    };
    // Nobody scrolls past the end.
    let from = from.min(lines.len().saturating_sub(room));
    lines.drain(..from);
    Panel { title: title.into(), note, lines }
}

fn help(app: &App, width: usize) -> Vec<Line<'static>> {
    let key = |binding: &Binding| match app.ascii {
        true => words::without_arrows(binding.label),
        false => binding.label.into(),
    };
    let label = BINDINGS.iter().map(|binding| columns(&key(binding))).max().unwrap_or(0) + 2;
    let mut lines = Vec::new();
    for binding in BINDINGS {
        let mut key = key(binding);
        for text in wrap(binding.full.get(app.lang), width - label) {
            lines.push(Line::from(vec![
                app.span(pad(&key, label), Tone::Strong),
                app.span(text, Tone::Plain),
            ]));
            key.clear();
        }
    }
    let signs = app.signs();
    let all = [
        (signs.running, words::RUNNING),
        (signs.ready, words::READY),
        (signs.waiting, words::WAITING),
        (signs.done, words::DONE),
        (signs.failed, words::FAILED),
        (signs.cancelled, words::CANCELLED),
    ];
    let all = all.map(|(sign, word)| format!("{sign} {}", app.word(word))).join("   ");
    lines.push(Line::from(vec![
        app.span(pad(app.word(words::SIGNS), label), Tone::Strong),
        app.span(all, Tone::Plain),
    ]));
    lines
}

fn explanation(app: &App, width: usize) -> (String, Vec<Line<'static>>) {
    let mut lines = Vec::new();
    let mut paragraph = |head: &str, texts: &[String]| {
        if !head.is_empty() {
            lines.push(Line::default());
            lines.push(app.line(head, Tone::Strong));
        }
        for text in texts {
            lines.extend(wrap(&tame(text), width).iter().map(|line| app.line(line, Tone::Plain)));
        }
    };
    let Some((step, before)) = app.last() else {
        let story = app.scene.map_or(app.word(words::NOT_STARTED), |s| s.story.get(app.lang));
        paragraph("", &[story.into()]);
        return (app.position().to_string(), lines);
    };
    paragraph("", &[why(step, before, app.lang)]);
    paragraph(app.word(words::RULE), &[rule(step.event.kind()).get(app.lang).into()]);
    let places = [spot(step, before), step.runtime.as_ref()];
    let places: Vec<String> = places
        .into_iter()
        .flatten()
        .map(|place| {
            let code = sources::line(app.trace(), place).unwrap_or_default();
            format!("{place}  {code}")
        })
        .collect();
    paragraph(app.word(words::PLACES), &places);
    let line = app.trace().line(app.position()).unwrap_or_default();
    paragraph(app.word(words::FIELDS), &[line.into()]);
    (format!("{}  {}", app.position(), tame(&title(step, app.state()))), lines)
}
