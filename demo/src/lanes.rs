//! How do many requests share one thread? A picture: a lane for each task, and one for the loop below them.

use std::fmt::Write;
use std::time::Duration;

use crate::recording::{Lane, Seen, Stretch};
use crate::screen::{FAINT, GOOD, clip, paint};

/// More lanes than this are not drawn: the first and the last stand for them.
const MOST: usize = 14;
const FIRST: usize = 8;
const LAST: usize = 3;

/// What a column of a lane shows. A poll is mostly far shorter than a column, so it gets a thin mark.
const NOT_THERE: char = ' ';
const WAITED: char = '─';
const PARKED: char = '·';
const RAN_BRIEFLY: char = '┃';
const RAN: char = '█';

/// Draws the tasks named `fetch …` and the loop, `width` columns wide.
pub(super) fn draw(seen: &Seen, width: usize) -> String {
    let lanes: Vec<&Lane> = seen.tasks.iter().filter(|lane| lane.name.is_some()).collect();
    let label = |lane: &Lane| clip(lane.name.as_deref().unwrap_or_default(), 12);
    let labels = lanes.iter().map(|lane| label(lane).chars().count()).max().unwrap_or(0).max(8);
    let scale = Scale { columns: width.saturating_sub(labels + 3).max(10), end: seen.end };

    let mut picture = String::new();
    let mut line = |label: &str, content: &str| {
        let _ = writeln!(picture, "{label:>labels$}  {content}");
    };
    line("", &scale.axis());
    let hidden = if lanes.len() > MOST { lanes.len() - FIRST - LAST } else { 0 };
    for (number, lane) in lanes.iter().enumerate() {
        if hidden > 0 && number == FIRST {
            line("⋮", &paint(FAINT, format!("{hidden} more like these")));
        }
        if hidden == 0 || number < FIRST || number >= FIRST + hidden {
            line(&label(lane), &colour(&scale.task(lane)));
        }
    }
    line("the loop", &colour(&scale.thread(seen)));
    let ran = paint(GOOD, format!("{RAN_BRIEFLY}{RAN}"));
    let _ = writeln!(picture, "{ran} ran   {WAITED} waited   {PARKED} the thread slept");
    picture
}

/// From time to columns.
struct Scale {
    columns: usize,
    end: Duration,
}

impl Scale {
    fn column(&self, time: Duration) -> usize {
        let share = time.as_secs_f64() / self.end.as_secs_f64().max(1e-9);
        ((share * self.columns as f64) as usize).min(self.columns - 1)
    }

    /// The times at both ends, and in the middle.
    fn axis(&self) -> String {
        let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
        let (middle, end) = (seconds(self.end / 2), seconds(self.end));
        let half = self.columns / 2;
        let left = format!("{:<half$}", "0 s");
        let right = self.columns - half - middle.chars().count();
        paint(FAINT, format!("{left}{middle}{end:>right$}"))
    }

    fn task(&self, lane: &Lane) -> String {
        let ended = lane.ended.unwrap_or(self.end);
        let mut columns = vec![NOT_THERE; self.columns];
        columns[self.column(lane.spawned)..=self.column(ended)].fill(WAITED);
        self.mark(&mut columns, &lane.ran);
        columns.into_iter().collect()
    }

    /// The thread: it runs whenever it does not sleep.
    fn thread(&self, seen: &Seen) -> String {
        let mut columns = vec![PARKED; self.columns];
        let begins = seen.parked.iter().map(|parked| parked.to);
        let ends = seen.parked.iter().map(|parked| parked.from);
        let awake: Vec<Stretch> = std::iter::once(Duration::ZERO)
            .chain(begins)
            .zip(ends.chain(std::iter::once(seen.end)))
            .map(|(from, to)| Stretch { from, to })
            .collect();
        self.mark(&mut columns, &awake);
        columns.into_iter().collect()
    }

    fn mark(&self, columns: &mut [char], ran: &[Stretch]) {
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
        for (mark, share) in columns.iter_mut().zip(share) {
            if share > column / 2.0 {
                *mark = RAN;
            } else if share > 0.0 {
                *mark = RAN_BRIEFLY;
            }
        }
    }
}

/// Colours what ran and makes the rest faint, in runs, so that the escape codes stay few.
fn colour(columns: &str) -> String {
    let ran = |mark: char| matches!(mark, RAN | RAN_BRIEFLY);
    let mut coloured = String::new();
    let mut rest = columns.trim_end();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|mark| ran(mark) != ran(first)).unwrap_or(rest.len());
        let style = if ran(first) { GOOD } else { FAINT };
        coloured.push_str(&paint(style, &rest[..end]));
        rest = &rest[end..];
    }
    coloured
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn plain(picture: &str) -> String {
        anstream::adapter::strip_str(picture).to_string()
    }

    #[test]
    fn the_picture_shows_who_ran_when_and_when_nobody_did() {
        let seen = Seen {
            tasks: vec![
                Lane::default(),
                lane("fetch 1", &[stretch(0, 1), stretch(900, 901)]),
                lane("fetch 2", &[stretch(1, 2), stretch(500, 1000)]),
            ],
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
        assert_eq!(plain(&draw(&seen, 51)).replace("  \n", "\n"), expected);
    }

    #[test]
    fn of_many_lanes_the_first_and_the_last_are_drawn() {
        let many = |count: usize| Seen {
            tasks: (1..=count).map(|number| lane(&format!("fetch {number}"), &[])).collect(),
            end: ms(10),
            ..Seen::default()
        };
        let picture = plain(&draw(&many(2000), 80));
        assert_eq!(picture.lines().count(), 1 + FIRST + 1 + LAST + 2);
        assert!(picture.contains("fetch 8 ") && picture.contains("1989 more like these"));
        assert!(picture.contains("fetch 1998 ") && !picture.contains("fetch 9 "));
        assert_eq!(plain(&draw(&many(MOST), 80)).lines().count(), 1 + MOST + 2);
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        for width in [40, 80, 200] {
            let seen = Seen {
                tasks: vec![lane("fetch with a long name", &[stretch(0, 9)])],
                end: ms(10),
                ..Seen::default()
            };
            let picture = plain(&draw(&seen, width));
            assert!(picture.lines().all(|line| line.chars().count() <= width), "{picture}");
        }
    }
}
