//! How is a row measured? One round after another, in each of which everybody does the work once: A B A B.
//!
//! So what disturbs the machine for a while disturbs all of them, and the median of each leaves it out.

use crate::clients::FLOOR;
use crate::row::{Row, Scale};

/// What was measured for one row.
pub(crate) struct Measured {
    pub(crate) row: &'static str,
    pub(crate) unit: &'static str,
    /// The first is this project.
    pub(crate) medians: Vec<(&'static str, f64)>,
}

impl Measured {
    pub(crate) fn ours(&self) -> f64 {
        self.medians[0].1
    }

    pub(crate) fn peers(&self) -> &[(&'static str, f64)] {
        &self.medians[1..]
    }

    /// The best of the peers; the floor is none.
    pub(crate) fn best(&self) -> (&'static str, f64) {
        let peers = self.peers().iter().filter(|(name, _)| *name != FLOOR);
        *peers.min_by(|a, b| a.1.total_cmp(&b.1)).expect("a row has a peer")
    }

    pub(crate) fn ratio(&self) -> f64 {
        self.ours() / self.best().1
    }
}

/// Does the work of a row `rounds` times with each contender, after one round that does not count.
pub(crate) fn measure(row: &Row, scale: Scale, rounds: usize) -> Measured {
    let mut values = vec![Vec::new(); row.contenders.len()];
    for round in 0..=rounds {
        for (contender, values) in row.contenders.iter().zip(&mut values) {
            let value = (contender.work)(scale);
            if round > 0 {
                values.push(value);
            }
        }
    }
    let names = row.contenders.iter().map(|contender| contender.name);
    let medians = names.zip(values.into_iter().map(median)).collect();
    let measured = Measured { row: row.name, unit: row.unit, medians };
    let (best, value) = measured.best();
    eprintln!(
        "{}: {:.1} {}, {best} {value:.1}, ratio {:.2}",
        row.name,
        measured.ours(),
        row.unit,
        measured.ratio()
    );
    measured
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
