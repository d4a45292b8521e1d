//! How is the story read without a script? As a film strip: a frame for each poll, with what happened until the next.

use std::fmt::Write as _;

use super::words::{Both, look};
use super::{both, escape};
use crate::trace::event::{Event, Step, TaskId};
use crate::trace::state::{Phase, State};
use crate::trace::why::{Lang, length, why};

/// So many sentences there are; the strip is for reading, and nobody reads more.
const MOST_SENTENCES: usize = 500;

/// So many tasks are shown in a frame.
const MOST_TASKS: usize = 12;

/// The film strip: the items of a list.
pub(super) fn of(steps: &[Step]) -> String {
    let mut film = String::new();
    let mut state = State::default();
    let (mut frames, mut sentences) = (0, 0);
    for step in steps {
        let sentence = Both::new(why(step, &state, Lang::En), why(step, &state, Lang::Zh));
        state.apply(step);
        if step.event.kind().level() > 1 {
            continue;
        }
        sentences += 1;
        if sentences > MOST_SENTENCES {
            break;
        }
        // What happens before the first poll, as in a trace that was cut off, has a frame too.
        if matches!(step.event, Event::Poll { .. }) || frames == 0 {
            frames += 1;
            begin(&mut film, frames, &state);
        }
        let _ = write!(
            film,
            r##"<p><a href="#step={0}">{0}</a> {1}</p>"##,
            state.step,
            both(&escape(&sentence.en), &escape(&sentence.zh))
        );
    }
    if frames > 0 {
        film.push_str("</li>");
    }
    if sentences > MOST_SENTENCES {
        let more = both("… and so on: step through the rest.", "……后面的请逐步查看。");
        let _ = write!(film, "<li>{more}</li>");
    }
    film
}

fn begin(film: &mut String, frame: usize, state: &State) {
    if frame > 1 {
        film.push_str("</li>");
    }
    let _ = write!(film, r#"<li class="frame"><h3>{}</h3><ul class="chips">"#, length(state.time));
    // The one that runs and those in the queue, then who waits; who is done is not in the picture any more.
    let waiting =
        |id: &&TaskId| state.tasks.get(*id).is_some_and(|task| task.phase == Phase::Waiting);
    let shown = state.running.iter().chain(&state.ready).chain(state.tasks.keys().filter(waiting));
    for id in shown.take(MOST_TASKS) {
        let Some(task) = state.tasks.get(id) else { continue };
        let look = look(task.phase);
        let _ = write!(
            film,
            r#"<li class="{}"><span aria-hidden="true">{}</span> {} <span class="word">{}</span></li>"#,
            look.class,
            look.glyph,
            escape(&state.name(*id)),
            look.word(),
        );
    }
    film.push_str("</ul>");
}
