//! What stands where on the screen? A pure function of the stepper and the size; the panels are in files of their own.

mod code;
mod layout;
mod page;
mod queue;
mod reactor;
mod steps;
mod tasks;
mod timeline;
mod timers;
mod why;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::app::{App, Mode};
use super::keys::BINDINGS;
use super::style::Tone;
use super::words;
use crate::screen::{clip, columns};
use crate::trace::why::Lang;

/// A smaller window shows nothing but a request for a larger one.
const SMALLEST: (u16, u16) = (60, 16);

/// Something with a heading.
pub(super) struct Panel {
    pub(super) title: String,
    /// What stands in the heading beside the title.
    pub(super) note: String,
    pub(super) lines: Vec<Line<'static>>,
}

/// Draws everything.
pub fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        ask_for_room(app, area, buffer);
    } else if let Mode::Reading(page, from) = app.mode {
        let body = Rect { height: area.height - 1, ..area };
        put(app, &page::panel(app, page, from, body), body, buffer);
        bottom(app, Rect { y: area.bottom() - 1, height: 1, ..area }, buffer);
    } else {
        let places = layout::arrange(app, area);
        header(app, places.header, buffer);
        let mut show = |panel: fn(&App, Rect) -> Panel, place: Option<Rect>| {
            if let Some(place) = place {
                // Below the heading.
                let inside = Rect { y: place.y + 1, height: place.height - 1, ..place };
                put(app, &panel(app, inside), place, buffer);
            }
        };
        show(tasks::panel, places.tasks);
        show(queue::panel, places.queue);
        show(timers::panel, places.timers);
        show(reactor::panel, places.reactor);
        show(steps::panel, places.steps);
        show(code::user, places.user);
        show(code::runtime, places.runtime);
        show(timeline::panel, places.timeline);
        show(why::panel, places.why);
        bottom(app, places.bottom, buffer);
    }
    if app.ascii {
        without_signs(buffer);
    }
}

/// The heading with a rule to the end of the line, and the lines as far as there is room.
fn put(app: &App, panel: &Panel, place: Rect, buffer: &mut Buffer) {
    let width = usize::from(place.width);
    let rule = app.signs().rule;
    let title = clip(&panel.title, width);
    let mut spans = vec![app.span(format!("{title} "), Tone::Accent)];
    let mut used = columns(&title) + 1;
    if !panel.note.is_empty() && used + 4 < width {
        let note = format!("{} ", clip(&panel.note, width - used - 1));
        used += columns(&note);
        spans.push(app.span(note, Tone::Plain));
    }
    spans.push(app.span(rule.repeat(width.saturating_sub(used)), Tone::Faint));
    buffer.set_line(place.x, place.y, &Line::from(spans), place.width);
    for (line, y) in panel.lines.iter().zip(place.y + 1..place.bottom()) {
        buffer.set_line(place.x, y, line, place.width);
    }
}

fn header(app: &App, place: Rect, buffer: &mut Buffer) {
    let between = format!(" {} ", app.signs().between);
    let place_now = format!(
        "{} {} {} {}",
        app.word(words::STEP),
        app.position(),
        app.word(words::OF),
        app.len()
    );
    let time = app.state().time;
    let time = if time.is_zero() { "0 s".into() } else { crate::trace::why::length(time) };
    let level = format!("{} {}", app.word(words::LEVEL), app.filter.level);
    let task = match app.filter.task {
        Some(task) => format!("{} {}", app.word(words::ONLY), app.state().name(task)),
        None => app.word(words::ALL_TASKS).into(),
    };
    let width = usize::from(place.width);
    let right = clip(&[place_now, time, level, task].join(&between), width - 12);
    let room = width.saturating_sub(columns(&right) + 2);
    let name = clip(&app.name, room);
    let question = app.scene.map_or("", |scene| scene.question.get(app.lang));
    let rest = room.saturating_sub(columns(&name) + 2);
    let question = if rest < 12 { String::new() } else { clip(question, rest) };
    let spans =
        vec![app.span(&name, Tone::Strong), Span::raw("  "), app.span(question, Tone::Plain)];
    buffer.set_line(place.x, place.y, &Line::from(spans), place.width);
    let start = place.right().saturating_sub(u16::try_from(columns(&right)).unwrap_or(0));
    buffer.set_line(start, place.y, &app.line(right, Tone::Strong), place.right() - start);
}

/// The answer to the last key, and below it the keys. In a low window the answer stands in their place.
fn bottom(app: &App, place: Rect, buffer: &mut Buffer) {
    let mut said = said(app);
    for y in place.y..place.bottom() {
        let line = match said.take() {
            Some(line) => line,
            None if y + 1 < place.bottom() => continue,
            None => keys(app, usize::from(place.width)),
        };
        buffer.set_line(place.x, y, &line, place.width);
    }
}

fn said(app: &App) -> Option<Line<'static>> {
    let words = |text: &str, tone: Tone| {
        Some(if app.ascii {
            app.line(words::without_arrows(text), tone)
        } else {
            app.line(text, tone)
        })
    };
    match (&app.mode, &app.message) {
        (Mode::Searching(text), _) => Some(Line::from(vec![
            app.span(format!("/{text}"), Tone::Strong),
            app.span("_", Tone::Running),
            app.span(format!("   {}", app.word(words::SEARCH_KEYS)), Tone::Plain),
        ])),
        (Mode::Reading(..), _) => words(app.word(words::READING_KEYS), Tone::Plain),
        (_, Some(message)) => words(message, Tone::Strong),
        (Mode::Predicting(_), _) => words(app.word(words::ANSWER_KEYS), Tone::Plain),
        (Mode::Stepping, None) if app.position() == 0 && !app.is_empty() => {
            words(app.word(words::FIRST_KEYS), Tone::Plain)
        }
        (Mode::Stepping, None) => None,
    }
}

/// As many keys as there is room for, with help and quit in any case.
fn keys(app: &App, width: usize) -> Line<'static> {
    let named = BINDINGS.iter().map(|binding| {
        let key =
            if app.ascii { words::without_arrows(binding.key()) } else { binding.key().into() };
        (key, format!(" {}  ", binding.brief.get(app.lang)))
    });
    let mut first: Vec<(String, String)> = named.collect();
    let last = first.split_off(first.len() - 2);
    let size = |(key, brief): &(String, String)| columns(key) + columns(brief);
    // Nothing needs to stand behind the last.
    let mut room = (width + 2).saturating_sub(last.iter().map(size).sum());
    let fits = first.into_iter().take_while(|binding| {
        let left = room.checked_sub(size(binding));
        room = left.unwrap_or(0);
        left.is_some()
    });
    let keys: Vec<_> = fits.collect();
    let spans = keys
        .into_iter()
        .chain(last)
        .flat_map(|(key, brief)| [app.span(key, Tone::Strong), app.span(brief, Tone::Plain)]);
    Line::from(spans.collect::<Vec<_>>())
}

fn ask_for_room(app: &App, area: Rect, buffer: &mut Buffer) {
    let quit = match app.lang {
        Lang::En => "q quits.",
        Lang::Zh => "q 退出。",
    };
    let lines = [app.word(words::TOO_SMALL), app.word(words::NEEDED), quit];
    let lines = lines.iter().flat_map(|line| crate::screen::wrap(line, usize::from(area.width)));
    for (line, y) in lines.zip(area.y..area.bottom()) {
        buffer.set_line(area.x, y, &app.line(line, Tone::Plain), area.width);
    }
}

/// What signs came from anywhere else are written in ASCII, too. Letters stay, for they are somebody's words.
fn without_signs(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "…" => "~",
            "·" => "|",
            "µ" => "u",
            "→" => ">",
            "←" => "<",
            "↑" | "▴" => "^",
            "↓" => "v",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}
