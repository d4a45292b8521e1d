//! How are the results told? As a table for people and as JSON for programs.

use std::cmp::Reverse;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::round::Measured;

/// Rows that have a peer in common share a table: runtimes in one, clients in another.
pub(crate) fn tables(results: &[Measured]) -> String {
    let related = |a: &Measured, b: &Measured| {
        a.peers().iter().any(|(name, _)| b.peers().iter().any(|(other, _)| name == other))
    };
    results.chunk_by(related).map(table).collect::<Vec<_>>().join("\n")
}

/// A column for each contender of the row that has the most, and of any other row.
fn table(results: &[Measured]) -> String {
    let mut rows: Vec<&Measured> = results.iter().collect();
    rows.sort_by_key(|result| Reverse(result.medians.len()));
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|result| &result.medians) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut table = format!("{:<18}{:<6}", "row", "unit");
    for name in &names {
        _ = write!(table, "{name:>11}");
    }
    _ = writeln!(table, "{:>7}", "ratio");
    for result in results {
        _ = write!(table, "{:<18}{:<6}", result.row, result.unit);
        for name in &names {
            let value = result.medians.iter().find(|(other, _)| other == name);
            let cell = value.map_or("-".to_string(), |(_, value)| number(*value));
            _ = write!(table, "{cell:>11}");
        }
        _ = writeln!(table, "{:>7.2}", result.ratio());
    }
    table
}

fn number(value: f64) -> String {
    if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// A list of `{row, unit, ours, peers, best, ratio}`.
pub(crate) fn json(results: &[Measured]) -> String {
    let rows: Vec<Value> = results
        .iter()
        .map(|result| {
            let peers: Map<String, Value> = result
                .peers()
                .iter()
                .map(|(name, value)| (name.to_string(), json!(value)))
                .collect();
            json!({
                "row": result.row,
                "unit": result.unit,
                "ours": result.ours(),
                "peers": peers,
                "best": result.best().0,
                "ratio": result.ratio(),
            })
        })
        .collect();
    format!("{:#}\n", Value::from(rows))
}
