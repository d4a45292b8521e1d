//! How do many tasks share one thread? A picture: a lane for each task, and one for the loop below them.
//!
//! `gather` draws one of what it saw, a scene one of its trace, and the stepper one with the place in it.

use std::fmt::Write;
use std::time::Duration;

use crate::recording::{Axis, Lane, Seen, Stretch};
use crate::screen::{FAINT, GOOD, clip, columns, paint, tame};
use crate::trace::why::{Lang, length};

/// More lanes than this are not drawn: the first and the last stand for them.
const MOST: usize = 14;
const FIRST: usize = 8;
const LAST: usize = 3;

/// What a column of a lane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Before or after the task's life.
    NotThere,
    /// The task waited.
    Waited,
    /// The thread slept.
    Parked,
    /// Something ran for less than half of the time: a poll is mostly far shorter than a column, so it gets a thin mark.
    RanBriefly,
    /// Something ran.
    Ran,
}

impl Mark {
    /// How it is drawn.
    pub fn glyph(self, ascii: bool) -> char {
        match (self, ascii) {
            (Mark::NotThere, _) => ' ',
            (Mark::Waited, false) => '─',
            (Mark::Parked, false) => '·',
            (Mark::RanBriefly, false) => '┃',
            (Mark::Ran, false) => '█',
            (Mark::Waited, true) => '-',
            (Mark::Parked, true) => '.',
            (Mark::RanBriefly, true) => '|',
            (Mark::Ran, true) => '#',
        }
    }

    fn ran(self) -> bool {
        matches!(self, Mark::RanBriefly | Mark::Ran)
    }
}

/// Draws the tasks that have names and the loop, `width` columns wide.
pub fn draw(seen: &Seen, width: usize, lang: Lang) -> String {
    let lanes: Vec<&Lane> = seen.tasks.values().filter(|lane| lane.name.is_some()).collect();
    let label = |lane: &Lane| clip(&tame(lane.name.as_deref().unwrap_or_default()), 12);
    let (the_loop, more, ran, waited, slept) = match lang {
        Lang::En => ("the loop", "more like these", "ran", "waited", "the thread slept"),
        Lang::Zh => ("循环", "个类似的任务", "运行", "等待", "线程在睡眠"),
    };
    let labels = lanes.iter().map(|lane| columns(&label(lane))).max().unwrap_or(0).max(8);
    let scale = Scale::new(seen, width.saturating_sub(labels + 3));

    let mut picture = String::new();
    let mut line = |label: &str, content: &str| {
        let gap = labels.saturating_sub(columns(label));
        let _ = writeln!(picture, "{:gap$}{label}  {content}", "");
    };
    line("", &paint(FAINT, scale.axis()));
    let hidden = if lanes.len() > MOST { lanes.len() - FIRST - LAST } else { 0 };
    for (number, lane) in lanes.iter().enumerate() {
        if hidden > 0 && number == FIRST {
            line("⋮", &paint(FAINT, format!("{hidden} {more}")));
        }
        if hidden == 0 || number < FIRST || number >= FIRST + hidden {
            line(&label(lane), &colour(&scale.task(lane)));
        }
    }
    line(the_loop, &colour(&scale.thread(seen)));
    let glyph = |mark: Mark| mark.glyph(false);
    let (waiting, parked) = (glyph(Mark::Waited), glyph(Mark::Parked));
    let running = paint(GOOD, format!("{}{}", glyph(Mark::RanBriefly), glyph(Mark::Ran)));
    let _ = writeln!(picture, "{running} {ran}   {waiting} {waited}   {parked} {slept}");
    picture
}

/// From time to columns.
pub struct Scale {
    columns: usize,
    end: Duration,
    axis: Axis,
}

impl Scale {
    /// All that was seen, in so many columns, but at least ten.
    pub fn new(seen: &Seen, columns: usize) -> Scale {
        Scale { columns: columns.max(10), end: seen.end, axis: seen.axis }
    }

    /// The column of a time.
    pub fn column(&self, time: Duration) -> usize {
        let share = time.as_secs_f64() / self.end.as_secs_f64().max(1e-9);
        ((share * self.columns as f64) as usize).min(self.columns - 1)
    }

    /// The times at both ends, and in the middle.
    pub fn axis(&self) -> String {
        let label = |time: Duration| match self.axis {
            Axis::Steps => format!("step {}", time.as_secs()),
            // What takes a second and more is compared in hundredths of one.
            Axis::Time if time.is_zero() => "0 s".into(),
            Axis::Time if self.end >= Duration::from_secs(1) => {
                format!("{:.2} s", time.as_secs_f64())
            }
            Axis::Time => length(time),
        };
        let (middle, end) = (label(self.end / 2), label(self.end));
        let half = self.columns / 2;
        let left = format!("{:<half$}", label(Duration::ZERO));
        let right = (self.columns - half).saturating_sub(middle.chars().count());
        format!("{left}{middle}{end:>right$}")
    }

    /// A task: from its spawn to its end.
    pub fn task(&self, lane: &Lane) -> Vec<Mark> {
        let ended = lane.ended.unwrap_or(self.end);
        let mut marks = vec![Mark::NotThere; self.columns];
        let (first, last) = (self.column(lane.spawned), self.column(ended));
        marks[first.min(last)..=last].fill(Mark::Waited);
        self.mark(&mut marks, &lane.ran);
        marks
    }

    /// The thread: it runs whenever it does not sleep.
    pub fn thread(&self, seen: &Seen) -> Vec<Mark> {
        let mut marks = vec![Mark::Parked; self.columns];
        let begins = seen.parked.iter().map(|parked| parked.to);
        let ends = seen.parked.iter().map(|parked| parked.from);
        let awake: Vec<Stretch> = std::iter::once(Duration::ZERO)
            .chain(begins)
            .zip(ends.chain(std::iter::once(seen.end)))
            .map(|(from, to)| Stretch { from, to })
            .collect();
        self.mark(&mut marks, &awake);
        marks
    }

    fn mark(&self, marks: &mut [Mark], ran: &[Stretch]) {
        let column = self.end.as_secs_f64() / self.columns as f64;
        let mut share = vec![0.0; self.columns];
        for stretch in ran {
            let (first, last) = (self.column(stretch.from), self.column(stretch.to));
            for (place, share) in share.iter_mut().enumerate().take(last + 1).skip(first) {
                let begin = column * place as f64;
                let from = stretch.from.as_secs_f64().max(begin);
                let to = stretch.to.as_secs_f64().min(begin + column);
                // However short it was, it has left a mark.
                *share += (to - from).max(f64::MIN_POSITIVE);
            }
        }
        for (mark, share) in marks.iter_mut().zip(share) {
            if share > column / 2.0 {
                *mark = Mark::Ran;
            } else if share > 0.0 {
                *mark = Mark::RanBriefly;
            }
        }
    }
}

/// Colours what ran and makes the rest faint, in runs, so that the escape codes stay few.
fn colour(marks: &[Mark]) -> String {
    let end = marks.iter().rposition(|mark| *mark != Mark::NotThere).map_or(0, |last| last + 1);
    let alike = marks[..end].chunk_by(|one, other| one.ran() == other.ran());
    alike
        .map(|run| {
            let text: String = run.iter().map(|mark| mark.glyph(false)).collect();
            paint(if run[0].ran() { GOOD } else { FAINT }, text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::observe::TaskId;
    use std::collections::BTreeMap;

    fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    fn stretch(from: u64, to: u64) -> Stretch {
        Stretch { from: ms(from), to: ms(to) }
    }

    fn lane(name: &str, ran: &[Stretch]) -> Lane {
        let ended = ran.last().map(|last| last.to);
        Lane { name: Some(name.into()), spawned: ms(0), ended, ran: ran.to_vec() }
    }

    fn numbered(lanes: impl IntoIterator<Item = Lane>) -> BTreeMap<TaskId, Lane> {
        (0..).map(TaskId).zip(lanes).collect()
    }

    fn plain(picture: &str) -> String {
        anstream::adapter::strip_str(picture).to_string()
    }

    #[test]
    fn the_picture_shows_who_ran_when_and_when_nobody_did() {
        let seen = Seen {
            tasks: numbered([
                Lane::default(),
                lane("fetch 1", &[stretch(0, 1), stretch(900, 901)]),
                lane("fetch 2", &[stretch(1, 2), stretch(500, 1000)]),
            ]),
            parked: vec![stretch(3, 500), stretch(999, 1000)],
            end: ms(1000),
            ..Seen::default()
        };
        let expected = "          0 s                 0.50 s        1.00 s
 fetch 1  ┃───────────────────────────────────┃
 fetch 2  ┃───────────────────████████████████████
the loop  ┃···················████████████████████
┃█ ran   ─ waited   · the thread slept
";
        assert_eq!(plain(&draw(&seen, 51, Lang::En)).replace("  \n", "\n"), expected);
    }

    #[test]
    fn of_many_lanes_the_first_and_the_last_are_drawn() {
        let many = |count: usize| Seen {
            tasks: numbered((1..=count).map(|number| lane(&format!("fetch {number}"), &[]))),
            end: ms(10),
            ..Seen::default()
        };
        let picture = plain(&draw(&many(2000), 80, Lang::En));
        assert_eq!(picture.lines().count(), 1 + FIRST + 1 + LAST + 2);
        assert!(picture.contains("fetch 8 ") && picture.contains("1989 more like these"));
        assert!(picture.contains("fetch 1998 ") && !picture.contains("fetch 9 "));
        assert_eq!(plain(&draw(&many(MOST), 80, Lang::En)).lines().count(), 1 + MOST + 2);
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        for width in [40, 80, 200] {
            let seen = Seen {
                tasks: numbered([lane("fetch with a long name", &[stretch(0, 9)])]),
                end: ms(10),
                ..Seen::default()
            };
            let picture = plain(&draw(&seen, width, Lang::En));
            assert!(picture.lines().all(|line| line.chars().count() <= width), "{picture}");
        }
    }
}
