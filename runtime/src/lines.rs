//! Which lines of the program are the tables about? Each is kept once, and known by a number of two bytes.
//!
//! A task keeps where it was spawned and what it waits for, and a hundred thousand tasks are spawned and wait at the same few
//! lines. `roster` numbers them and keeps the numbers. Taught in chapter 17.

use std::collections::HashMap;
use std::panic::Location;
use std::ptr;

use crate::observe::WaitPoint;

/// The number of a line and of what is done there; 0 stands for none.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Line(u16);

impl Line {
    pub(crate) const NONE: Line = Line(0);
}

/// What a task said in its last poll that it waits for.
#[derive(Clone, Copy)]
pub(crate) struct Said {
    pub(crate) first: Option<WaitPoint>,
    pub(crate) more: u32,
}

impl Said {
    pub(crate) const NOTHING: Said = Said { first: None, more: 0 };
}

const LINE_BITS: u32 = 16;
/// As many more as fit into the link of a `Head` beside a line.
const MOST_MORE: u32 = (1 << 12) - 1;

impl Said {
    /// As a number of 28 bits.
    #[inline]
    pub(crate) fn number(self, lines: &mut Lines) -> usize {
        let Some(first) = self.first else { return 0 };
        let line = lines.number(first.what, first.at);
        (self.more.min(MOST_MORE) << LINE_BITS | u32::from(line.0)) as usize
    }

    pub(crate) fn of_number(number: usize, lines: &Lines) -> Said {
        Said { first: lines.get(Line(number as u16)), more: number as u32 >> LINE_BITS }
    }
}

/// How many lines are found without a look into the map.
const RECENT: usize = 64;

pub(crate) struct Lines {
    /// By number, beginning with 1.
    points: Vec<WaitPoint>,
    numbers: HashMap<Key, Line>,
    /// What was asked for last, by its place in memory: a loop that spawns or waits asks for the same again and again.
    recent: [(Key, Line); RECENT],
}

/// Two points are the same if they stand at the same place in memory: the text is not looked at.
type Key = (*const Location<'static>, *const u8);

impl Lines {
    pub(crate) fn new() -> Lines {
        let nothing = (ptr::null(), ptr::null());
        Lines {
            points: Vec::new(),
            numbers: HashMap::new(),
            recent: [(nothing, Line::NONE); RECENT],
        }
    }

    #[inline]
    pub(crate) fn number(&mut self, what: &'static str, at: &'static Location<'static>) -> Line {
        let (recent, line) = self.recent[place(at)];
        if recent == (ptr::from_ref(at), what.as_ptr()) { line } else { self.look_up(what, at) }
    }

    #[cold]
    #[inline(never)]
    fn look_up(&mut self, what: &'static str, at: &'static Location<'static>) -> Line {
        let (key, points) = ((ptr::from_ref(at), what.as_ptr()), &mut self.points);
        let line = *self.numbers.entry(key).or_insert_with(|| {
            match u16::try_from(points.len() + 1) {
                Ok(number) => {
                    points.push(WaitPoint { what, at });
                    Line(number)
                }
                // No program spawns and waits at so many lines. What comes after them is not shown.
                Err(_) => Line::NONE,
            }
        });
        self.recent[place(at)] = (key, line);
        line
    }

    pub(crate) fn get(&self, line: Line) -> Option<WaitPoint> {
        self.points.get(usize::from(line.0).checked_sub(1)?).copied()
    }
}

/// A line's place among the recent ones. A `Location` is 24 bytes, so neighbours get different places.
#[inline]
fn place(at: &'static Location<'static>) -> usize {
    ptr::from_ref(at).addr() / 8 % RECENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_number_and_two_things_done_there_have_two() {
        let mut lines = Lines::new();
        let WaitPoint { at: here, .. } = WaitPoint::here("spawn");
        let WaitPoint { at: there, .. } = WaitPoint::here("spawn");
        let first = lines.number("spawn", here);
        let (other, elsewhere) = (lines.number("join", here), lines.number("spawn", there));
        assert!(first != other && first != elsewhere && other != elsewhere);
        for _ in 0..2 {
            assert!(lines.number("spawn", here) == first);
            assert!(lines.number("join", here) == other);
        }
        assert_eq!(lines.get(first), Some(WaitPoint { what: "spawn", at: here }));
        assert_eq!(lines.get(other), Some(WaitPoint { what: "join", at: here }));
        assert_eq!(lines.get(Line::NONE), None);
    }

    #[test]
    fn what_a_task_waits_for_is_one_number_with_how_many_more() {
        let mut lines = Lines::new();
        let said = Said { first: Some(WaitPoint::here("sleep")), more: 3 };
        let back = Said::of_number(said.number(&mut lines), &lines);
        assert_eq!((back.first, back.more), (said.first, 3));
        let many = Said { more: 100_000, ..said }.number(&mut lines);
        assert!(many < 1 << 28);
        assert_eq!(Said::of_number(many, &lines).more, MOST_MORE);
        assert_eq!(Said::NOTHING.number(&mut lines), 0);
    }
}
