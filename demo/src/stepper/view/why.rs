//! Why did this happen? The sentence; or the question, while the learner predicts.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Panel;
use crate::screen::{clip, columns, tame, wrap};
use crate::stepper::app::{App, Mode};
use crate::stepper::predict::Prediction;
use crate::stepper::style::Tone;
use crate::stepper::words;
use crate::trace::title::title;
use crate::trace::why::why;

pub(super) fn panel(app: &App, inside: Rect) -> Panel {
    let (width, room) = (usize::from(inside.width), usize::from(inside.height));
    if let Mode::Predicting(prediction) = &app.mode {
        return question(app, prediction, width);
    }
    let title_of = app.word(words::WHY).to_string();
    let (note, sentence) = match app.last() {
        Some((step, before)) => (title(step, app.state()), why(step, before, app.lang)),
        None if app.is_empty() => (String::new(), app.word(words::NO_EVENTS).into()),
        None => {
            let story = app.scene.map(|scene| scene.story.get(app.lang));
            (String::new(), story.unwrap_or(app.word(words::NOT_STARTED)).into())
        }
    };
    // Lines of more than so many columns are hard to read.
    let mut lines = wrap(&tame(&sentence), width.min(110));
    if lines.len() > room {
        lines.truncate(room);
        let more = format!("… ({})", app.word(words::ALL_WITH_E));
        if let Some(last) = lines.last_mut() {
            *last = clip(last, width.saturating_sub(columns(&more))) + &more;
        }
    }
    let lines = lines.iter().map(|line| app.line(line, Tone::Plain)).collect();
    Panel { title: title_of, note: tame(&note), lines }
}

fn question(app: &App, prediction: &Prediction, width: usize) -> Panel {
    // Who runs next may not have been spawned yet.
    let choices = (1..).zip(&prediction.choices).map(|(key, task)| (key, app.names.name(*task)));
    let nobody = (0, app.word(words::NOBODY).to_string());
    let choices: Vec<String> =
        choices.chain([nobody]).map(|(key, name)| format!("{key} {}", tame(&name))).collect();
    let mut lines = wrap(app.word(words::ANSWER), width);
    lines.extend(wrap(&choices.join("    "), width));
    let lines: Vec<Line<'static>> = lines.iter().map(|line| app.line(line, Tone::Strong)).collect();
    Panel { title: app.word(words::PREDICT).into(), note: String::new(), lines }
}
