//! The results, counted by group: what a reader wants to see.

use std::fmt;

use super::record::Case;

/// How one case came out.
pub(crate) enum Outcome {
    AsItShould,
    /// Where good clients differ, as the case's `alt` has it.
    AsItMay,
    Wrong(String),
}

/// One row for each group, in the order in which they are met.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    pub(crate) wrong: Vec<String>,
}

struct Row {
    group: String,
    /// must, should, policy, as it should be, as it may be, wrong
    counts: [usize; 6],
}

impl Table {
    pub(crate) fn add(&mut self, case: &Case, outcome: Outcome) {
        let place = self.rows.iter().position(|row| row.group == case.group());
        let place = place.unwrap_or_else(|| {
            self.rows.push(Row { group: case.group().into(), counts: [0; 6] });
            self.rows.len() - 1
        });
        let level = ["must", "should", "policy"]
            .iter()
            .position(|level| case.text("level") == Some(level))
            .unwrap();
        let result = match outcome {
            Outcome::AsItShould => 3,
            Outcome::AsItMay => 4,
            Outcome::Wrong(why) => {
                self.wrong.push(format!("{}: {why:.400}", case.id()));
                5
            }
        };
        self.rows[place].counts[level] += 1;
        self.rows[place].counts[result] += 1;
    }

    /// How many cases there were.
    pub(crate) fn len(&self) -> usize {
        self.rows.iter().map(|row| row.counts[..3].iter().sum::<usize>()).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["must", "should", "policy", "passed", "by alt", "failed"];
        writeln!(f, "{:10}{}", "group", heads.map(|head| format!("{head:>8}")).concat())?;
        let mut sums = [0; 6];
        for Row { group, counts } in &self.rows {
            writeln!(f, "{group:10}{}", counts.map(|count| format!("{count:>8}")).concat())?;
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        write!(f, "{:10}{}", "all", sums.map(|sum| format!("{sum:>8}")).concat())
    }
}
