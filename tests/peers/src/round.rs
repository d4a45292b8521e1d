//! How is a row measured? One round after another, in each of which everybody does the work once: A B B A.
//!
//! So what disturbs the machine for a while disturbs all of them, and the median of each leaves it out. The order is another
//! one in each round, for whoever comes next inherits a full cache.

use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::apart;
use crate::clients::FLOOR;
use crate::report::{number, ratio};
use crate::row::{MISSING, Row, Scale};

/// What was measured for one row.
pub(crate) struct Measured {
    pub(crate) row: String,
    pub(crate) unit: String,
    /// The first is this project. Not a number: it could not be measured.
    pub(crate) medians: Vec<(String, f64)>,
}

impl Measured {
    pub(crate) fn ours(&self) -> f64 {
        self.medians[0].1
    }

    pub(crate) fn peers(&self) -> &[(String, f64)] {
        &self.medians[1..]
    }

    /// What this contender's value is, if it takes part in the row.
    pub(crate) fn of(&self, name: &str) -> Option<f64> {
        self.medians.iter().find(|(other, _)| other == name).map(|(_, value)| *value)
    }

    /// The best of the peers; the floor is none. There may be nobody who could be measured.
    pub(crate) fn best(&self) -> Option<(&str, f64)> {
        let peers = self.peers().iter().filter(|(name, value)| name != FLOOR && !value.is_nan());
        peers.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(name, value)| (&**name, *value))
    }

    /// Ours ÷ best.
    pub(crate) fn ratio(&self) -> f64 {
        self.best().map_or(MISSING, |(_, best)| self.ours() / best)
    }
}

/// Does the work of a row again and again with each contender, after one round that does not count. Where once is enough,
/// it is done once. Whoever works apart has its own first time.
pub(crate) fn measure(row: &Row, scale: Scale) -> Measured {
    let warm_up = usize::from(!row.once && !row.apart);
    let (rounds, least) =
        if row.once { (1, Duration::ZERO) } else { (scale.rounds(), scale.least()) };
    let started = Instant::now();
    let mut values = vec![Vec::new(); row.contenders.len()];
    for round in 0.. {
        if round >= warm_up + rounds && started.elapsed() >= least {
            break;
        }
        for n in turns(round, row.contenders.len()) {
            let (contender, values) = (&row.contenders[n], &mut values[n]);
            progress(&format!("{}: round {round}, {}", row.name, contender.name));
            let work = || match row.apart {
                true => apart::ask(row, contender.name, scale),
                false => (contender.work)(scale),
            };
            // Whoever failed once is left out of the rounds that follow. That we fail is not to be overlooked.
            let value = match values.first() {
                Some(first) if f64::is_nan(*first) => MISSING,
                _ if n == 0 => work(),
                _ => catch_unwind(AssertUnwindSafe(work)).unwrap_or(MISSING),
            };
            if round >= warm_up || value.is_nan() {
                values.push(value);
            }
        }
    }
    let names = row.contenders.iter().map(|contender| contender.name.to_string());
    let medians = names.zip(values.into_iter().map(median)).collect();
    let measured = Measured { row: row.name.into(), unit: row.unit.into(), medians };
    progress("");
    let (best, value) = measured.best().unwrap_or(("nobody", MISSING));
    eprintln!(
        "{}: {} {}, {best} {}, ratio {}; took {:.0} s",
        row.name,
        number(measured.ours()),
        row.unit,
        number(value),
        ratio(measured.ratio()),
        started.elapsed().as_secs_f64()
    );
    measured
}

/// In which order so many take their turns in a round: in steps of another width each time, and beginning with another one.
fn turns(round: usize, count: usize) -> impl Iterator<Item = usize> {
    let reaches_all =
        |width: &usize| (1..count).all(|steps| !(steps * width).is_multiple_of(count));
    let widths: Vec<usize> = (1..count.max(2)).filter(reaches_all).collect();
    let width = widths[round % widths.len()];
    (0..count).map(move |turn| (round + turn * width) % count)
}

/// A line that the next one replaces, for whoever looks on.
fn progress(line: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{line}");
    }
}

/// Not a number comes after all numbers.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    fn measured(medians: &[(&str, f64)]) -> Measured {
        let medians = medians.iter().map(|(name, value)| (name.to_string(), *value)).collect();
        Measured { row: "yield".into(), unit: "ns".into(), medians }
    }

    #[test]
    fn the_contenders_take_turns_and_a_first_round_does_not_count() {
        let turns = Rc::new(RefCell::new(String::new()));
        let work = |name: char| {
            let turns = turns.clone();
            move |_| {
                turns.borrow_mut().push(name);
                turns.borrow().len() as f64
            }
        };
        let row = Row::new("yield", "ns", "").with("ours", work('A')).with("tokio", work('B'));
        let measured = measure(&row, Scale::Quick);
        assert_eq!(*turns.borrow(), "ABBAABBA");
        assert_eq!((measured.of("ours"), measured.of("tokio")), (Some(5.0), Some(6.0)));
    }

    #[test]
    fn everybody_has_a_turn_in_each_round_and_comes_after_another_one_each_time() {
        for count in 1..=9 {
            for round in 0..9 {
                let mut all: Vec<usize> = turns(round, count).collect();
                all.sort_unstable();
                assert_eq!(all, (0..count).collect::<Vec<_>>());
            }
        }
        let order = |round| turns(round, 5).collect::<Vec<_>>();
        assert_eq!([order(0), order(1)], [[0, 1, 2, 3, 4], [1, 3, 0, 2, 4]]);
    }

    #[test]
    fn a_peer_that_fails_is_missing_and_the_run_goes_on() {
        let row = Row::new("yield", "ns", "")
            .with("ours", |_| 2.0)
            .with("uring", |_| panic!("no such kernel"))
            .with("tokio", |_| 4.0);
        let measured = measure(&row, Scale::Quick);
        assert!(measured.of("uring").is_some_and(f64::is_nan));
        assert_eq!(measured.ratio(), 0.5);
    }

    #[test]
    fn the_floor_is_no_peer_and_neither_is_who_could_not_be_measured() {
        let row = measured(&[("ours", 2.0), (FLOOR, 1.0), ("aiohttp", MISSING), ("hyper", 4.0)]);
        assert_eq!(row.best(), Some(("hyper", 4.0)));
        assert!(measured(&[("ours", 2.0), (FLOOR, 1.0)]).ratio().is_nan());
    }
}
