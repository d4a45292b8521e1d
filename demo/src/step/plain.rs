//! How does a trace read as text? Each step with its time, its event, the reason, and the line of the program.

use std::io::{self, Write};
use std::ops::RangeInclusive;

use super::Opened;
use crate::screen::{FAINT, STRONG, clip, paint, tame, wrap};
use crate::sources;
use crate::trace::event::Step;
use crate::trace::filter::Filter;
use crate::trace::spot::spot;
use crate::trace::state::State;
use crate::trace::title::title;
use crate::trace::why::{Lang, length, why};

/// Wider than this no text is pleasant to read.
const WIDEST: usize = 100;

/// What is to be written.
pub struct Text<'a> {
    /// The trace.
    pub opened: &'a Opened,
    /// Which of its steps.
    pub filter: Filter,
    /// From which number to which, from 1.
    pub range: RangeInclusive<usize>,
    /// In which language.
    pub lang: Lang,
}

impl Text<'_> {
    /// Writes it in lines of at most `width` columns.
    ///
    /// # Errors
    /// If `out` takes no more.
    pub fn write(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        let width = width.min(WIDEST);
        introduce(out, self.opened, self.lang, width)?;
        let shown = self.steps(out, width)?;
        let all = self.opened.trace.steps.len();
        let mut told = match self.lang {
            Lang::En if shown == all => format!("These are all {all} steps."),
            Lang::En => format!("These are {shown} of {all} steps."),
            Lang::Zh if shown == all => format!("以上是全部 {all} 步。"),
            Lang::Zh => format!("以上是 {all} 步中的 {shown} 步。"),
        };
        if shown < all && self.filter.level < 3 && self.filter.only.is_empty() {
            told += match self.lang {
                Lang::En => " More detail: --level 3.",
                Lang::Zh => "更多细节：--level 3。",
            };
        }
        for line in wrap(&told, width) {
            writeln!(out, "{}", paint(FAINT, line))?;
        }
        Ok(())
    }

    /// Writes the steps, and gives how many there were.
    ///
    /// # Errors
    /// If `out` takes no more.
    pub fn steps(&self, out: &mut impl Write, width: usize) -> io::Result<usize> {
        let trace = &self.opened.trace;
        let mut state = State::default();
        let mut shown = 0;
        for number in self.filter.choose(trace) {
            if !self.range.contains(&number) {
                continue;
            }
            trace.steps[state.step..number - 1].iter().for_each(|step| state.apply(step));
            let step = &trace.steps[number - 1];
            let reason = tame(&why(step, &state, self.lang));
            let place = spot(step, &state).cloned();
            state.apply(step);
            let head = format!("{number:>4}  {:>7}  {}", moment(step), tame(&title(step, &state)));
            writeln!(out, "{}", paint(STRONG, clip(&head, width)))?;
            for line in wrap(&reason, width - 6) {
                writeln!(out, "      {line}")?;
            }
            if let Some(place) = place {
                let code = sources::line(trace, &place).unwrap_or_default();
                let line = format!("      {}  {}", tame(&place.to_string()), tame(&code));
                writeln!(out, "{}", paint(FAINT, clip(line.trim_end(), width)))?;
            }
            writeln!(out)?;
            shown += 1;
        }
        Ok(shown)
    }
}

/// When it was, since the beginning.
fn moment(step: &Step) -> String {
    if step.time.is_zero() { "0 s".into() } else { length(step.time) }
}

/// The question that a scene answers, and what is to be seen.
///
/// # Errors
/// If `out` takes no more.
pub fn introduce(
    out: &mut impl Write,
    opened: &Opened,
    lang: Lang,
    width: usize,
) -> io::Result<()> {
    let Some(scene) = opened.scene else {
        return writeln!(out, "{}\n", paint(STRONG, clip(&tame(&opened.name), width)));
    };
    let (question, story) = (scene.question.get(lang), scene.story.get(lang));
    for line in wrap(&format!("{}: {question}", scene.name), width) {
        writeln!(out, "{}", paint(STRONG, line))?;
    }
    writeln!(out)?;
    for line in wrap(story, width) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::columns;
    use crate::step::open;
    use crate::trace::event::Kind;

    fn text(name: &str, level: u8, only: &[Kind], lang: Lang, width: usize) -> String {
        let opened = open(name).unwrap();
        let filter = Filter { level, only: only.to_vec(), task: None };
        let mut out = Vec::new();
        let text = Text { opened: &opened, filter, range: 1..=usize::MAX, lang };
        text.write(&mut out, width).unwrap();
        anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string()
    }

    #[test]
    fn a_wake_is_told_with_its_time_its_reason_and_the_line() {
        let less = text("wake", 1, &[], Lang::En, 80);
        assert!(less.ends_with("These are 17 of 24 steps. More detail: --level 3.\n"), "{less}");
        let text = text("wake", 2, &[], Lang::En, 80);
        let told = "
  12      0 s  wake waiter by giver: queued
      Giver woke waiter. It does not run now: waking only puts it at the back of
      the ready queue, behind nobody.
";
        assert!(text.starts_with("wake: Who wakes whom") && text.contains(told), "{text}");
        assert!(text.contains("wake.rs:33  say(\"the giver gives\");"), "{text}");
        assert!(text.ends_with("These are all 24 steps.\n"), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_screen_in_either_language() {
        for (lang, width) in [(Lang::En, 80), (Lang::Zh, 80), (Lang::Zh, 41), (Lang::En, 300)] {
            for scene in crate::scenes::ALL.iter().filter(|scene| scene.repeats) {
                let text = text(scene.name, 3, &[], lang, width);
                let wide = text.lines().find(|line| columns(line) > width.min(WIDEST));
                assert_eq!(wide, None, "{}", scene.name);
            }
        }
    }

    #[test]
    fn twice_the_same_scene_is_twice_the_same_text() {
        for scene in crate::scenes::ALL.iter().filter(|scene| scene.repeats) {
            let once = || text(scene.name, 3, &[], Lang::En, 80);
            assert!(once() == once(), "{}", scene.name);
        }
    }

    #[test]
    fn kinds_that_are_asked_for_are_shown_whatever_their_level() {
        let text = text("interleave", 1, &[Kind::TimerFire, Kind::Wake], Lang::En, 80);
        let heads: Vec<&str> = text
            .lines()
            .filter(|line| line.contains(" timer.") || line.contains(" task."))
            .collect();
        assert!(heads.len() == 6 && heads.iter().all(|head| head.contains("timer.fire")), "{text}");
        assert!(!text.contains("--level"), "{text}");
    }
}
