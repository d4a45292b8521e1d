//! How are the results told? As tables for people and as JSON for programs.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::round::Measured;
use crate::row::{MISSING, Row};

/// A table for each section, with a column for each contender.
pub(crate) fn tables(rows: &[Row], results: &[Measured]) -> String {
    sections(rows, results)
        .iter()
        .map(|(_, rows)| table(&cells(rows)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The results by section, each with what its row says of it.
pub(crate) fn sections<'a>(
    rows: &'a [Row],
    results: &'a [Measured],
) -> Vec<(&'a str, Vec<(&'a Row, &'a Measured)>)> {
    let mut sections: Vec<(&str, Vec<_>)> = Vec::new();
    for result in results {
        let Some(row) = rows.iter().find(|row| row.name == result.row) else { continue };
        match sections.last_mut() {
            Some((section, members)) if *section == row.section => members.push((row, result)),
            _ => sections.push((row.section, vec![(row, result)])),
        }
    }
    sections
}

/// The lines of a table, the head first: row, unit, whoever takes part, ratio.
pub(crate) fn cells(rows: &[(&Row, &Measured)]) -> Vec<Vec<String>> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|(_, result)| &result.medians) {
        if !names.contains(&&**name) {
            names.push(name);
        }
    }
    let head = ["row", "unit"].into_iter().chain(names.iter().copied()).chain(["ratio"]);
    let mut lines = vec![head.map(String::from).collect()];
    for (row, result) in rows {
        let mut line = vec![row.name.to_string(), row.unit.to_string()];
        line.extend(names.iter().map(|name| result.of(name).map_or("-".into(), number)));
        line.push(ratio(result.ratio()));
        lines.push(line);
    }
    lines
}

/// Words to the left, figures to the right, and no column wider than it must be.
fn table(lines: &[Vec<String>]) -> String {
    let width = |n: usize| lines.iter().map(|line| line[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut table = String::new();
    for line in lines {
        let mut text = String::new();
        for (n, (cell, width)) in line.iter().zip(&widths).enumerate() {
            _ = if n < 2 {
                write!(text, "{cell:<width$} ")
            } else {
                write!(text, "{cell:>width$} ")
            };
        }
        _ = writeln!(table, "{}", text.trim_end());
    }
    table
}

/// Three figures or more.
pub(crate) fn number(value: f64) -> String {
    match value {
        _ if value.is_nan() => "missing".into(),
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

pub(crate) fn ratio(value: f64) -> String {
    if !value.is_finite() { "-".into() } else { format!("{value:.2}") }
}

/// A list of `{row, unit, ours, peers, best, ratio}`; what could not be measured is null.
pub(crate) fn json(results: &[Measured]) -> String {
    let row = |result: &Measured| {
        let value = |(name, value): &(String, f64)| (name.clone(), json!(value));
        let peers: Map<String, Value> = result.peers().iter().map(value).collect();
        json!({
            "row": result.row,
            "unit": result.unit,
            "ours": result.ours(),
            "peers": peers,
            "best": result.best().map(|(name, _)| name),
            "ratio": result.ratio(),
        })
    };
    format!("{:#}\n", Value::from_iter(results.iter().map(row)))
}

/// What [`json`] wrote, with the contenders in the order of their row.
pub(crate) fn from_json(text: &str, rows: &[Row]) -> Result<Vec<Measured>, String> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let read = |value: &Value| {
        let name = value["row"].as_str().unwrap_or_default();
        let row =
            rows.iter().find(|row| row.name == name).ok_or(format!("there is no row {name:?}"))?;
        let of = |contender: &str| match contender {
            "ours" => Some(&value["ours"]),
            peer => value["peers"].get(peer),
        };
        let names = row.contenders.iter().map(|contender| contender.name);
        let medians = names
            .filter_map(|name| Some((name.to_string(), of(name)?.as_f64().unwrap_or(MISSING))));
        Ok(Measured { row: name.into(), unit: row.unit.into(), medians: medians.collect() })
    };
    list.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    /// All rows as if measured, with values as wide as they come.
    fn measured(rows: &[Row]) -> Vec<Measured> {
        let of = |row: &Row| {
            let names = row.contenders.iter().map(|contender| contender.name.to_string());
            let medians = names.map(|name| (name, 12_345.6)).collect();
            Measured { row: row.name.into(), unit: row.unit.into(), medians }
        };
        rows.iter().map(of).collect()
    }

    #[test]
    fn a_table_fits_in_eighty_columns() {
        let rows = rows::all();
        for line in tables(&rows, &measured(&rows)).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn the_json_has_six_fields_for_each_row() {
        let rows = rows::all();
        let text = json(&measured(&rows));
        let list: Vec<Map<String, Value>> = serde_json::from_str(&text).unwrap();
        assert_eq!(list.len(), rows.len());
        for (value, row) in list.iter().zip(&rows) {
            let fields: Vec<&str> = value.keys().map(|key| &**key).collect();
            assert_eq!(fields, ["best", "ours", "peers", "ratio", "row", "unit"]);
            assert_eq!(value["row"], row.name);
            assert_eq!(value["ratio"], 1.0);
            assert_eq!(value["peers"].as_object().unwrap().len(), row.contenders.len() - 1);
        }
    }

    #[test]
    fn json_that_is_read_gives_the_same_tables() {
        let rows = rows::all();
        let mut results = measured(&rows);
        results[0].medians[1].1 = MISSING;
        let read = from_json(&json(&results), &rows).unwrap();
        assert_eq!(tables(&rows, &read), tables(&rows, &results));
        assert!(from_json("[{\"row\": \"speed\"}]", &rows).is_err());
    }

    #[test]
    fn every_row_says_where_its_cost_comes_from_and_no_two_have_one_name() {
        let rows = rows::all();
        for (n, row) in rows.iter().enumerate() {
            assert!(row.about.ends_with('.'), "{}", row.name);
            assert!(rows[..n].iter().all(|other| other.name != row.name), "{}", row.name);
            assert_eq!(row.contenders[0].name, "ours");
        }
    }
}
