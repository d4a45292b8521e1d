//! How do the results get into the README and into the book? As Markdown between two marks, written anew each time.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::clients::FLOOR;
use crate::report::{self, number, ratio};
use crate::round::Measured;
use crate::row::Row;

const BEGIN: &str = "<!-- benchmark: written by `cargo run --release -p peers -- --write` -->\n";
/// In the text as well, for nobody sees a mark on a page that is shown.
const COMMAND: &str = if cfg!(feature = "isahc") {
    "`cargo run --release -p peers --features isahc -- --write`"
} else {
    "`cargo run --release -p peers -- --write`"
};

const END: &str = "<!-- benchmark ends -->\n";

/// The pages that have ours beside the best of the others, in both languages.
const SUMMARIES: [(&str, &Words); 4] = [
    ("README.md", &ENGLISH),
    ("docs/en/19-is-it-faster.md", &ENGLISH),
    ("README.zh.md", &CHINESE),
    ("docs/zh/19-is-it-faster.md", &CHINESE),
];

const EVERYTHING: &str = "docs/benchmark.md";

/// What is said around the figures.
struct Words {
    measured: fn(&Made) -> String,
    headings: &'static str,
}

const ENGLISH: Words = Words {
    measured: |made| format!("Measured on {} on {}, by {COMMAND}.", made.date, made.machine),
    headings: "| row | unit | ours | best peer | ours ÷ best |",
};

const CHINESE: Words = Words {
    measured: |made| format!("{} 用 {COMMAND} 测于 {}。", made.date, made.machine),
    headings: "| 行 | 单位 | 我们 | 最好的同行 | 我们 ÷ 最好 |",
};

/// When and on what the results were made.
pub(crate) struct Made {
    date: String,
    machine: String,
}

impl Made {
    /// On this machine.
    pub(crate) fn here(at: SystemTime) -> Made {
        let seconds = at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let date = said_by("date", &["--utc", "--date", &format!("@{seconds}"), "+%Y-%m-%d"]);
        let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = information.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            (name.trim() == "model name").then(|| value.trim().to_string())
        });
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let machine = format!(
            "{} × {}, Linux {}, {}",
            processors,
            model.unwrap_or_else(|| "unknown processor".into()),
            said_by("uname", &["-r"]),
            said_by("rustc", &["--version"]),
        );
        Made { date, machine }
    }
}

/// What a program prints, or that nobody knows.
fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    text.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".into())
}

/// Writes all pages anew.
pub(crate) fn write(rows: &[Row], results: &[Measured], made: &Made) -> Result<(), String> {
    let mut pages =
        SUMMARIES.map(|(name, words)| (name, summary(rows, results, made, words))).to_vec();
    pages.push((EVERYTHING, everything(rows, results, made)));
    for (name, text) in pages {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
        let page =
            fs::read_to_string(&path).map_err(|error| format!("cannot read {name}: {error}"))?;
        let page = between_marks(&page, &text).ok_or(format!("{name} has no marks"))?;
        fs::write(&path, page).map_err(|error| format!("cannot write {name}: {error}"))?;
    }
    Ok(())
}

/// The page with `text` in place of what is between the marks.
fn between_marks(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{text}{END}{after}"))
}

/// Ours beside the best of the others.
fn summary(rows: &[Row], results: &[Measured], made: &Made, words: &Words) -> String {
    let mut text = format!("{}\n\n{}\n", (words.measured)(made), words.headings);
    text += "|---|---|---:|---:|---:|\n";
    for (row, result) in report::sections(rows, results).iter().flat_map(|(_, rows)| rows) {
        let (best, value) = result.best().unwrap_or(("nobody", f64::NAN));
        _ = writeln!(
            text,
            "| `{}` | {} | {} | {best} {} | {} |",
            row.name,
            row.unit,
            number(result.ours()),
            number(value),
            ratio(result.ratio())
        );
    }
    text
}

/// Everybody, and where the cost of each row comes from.
fn everything(rows: &[Row], results: &[Measured], made: &Made) -> String {
    let mut text = (ENGLISH.measured)(made) + "\n";
    for (section, rows) in report::sections(rows, results) {
        _ = writeln!(text, "\n## {section}\n");
        for (n, cells) in report::cells(&rows).iter().enumerate() {
            _ = writeln!(text, "| {} |", cells.join(" | "));
            if n == 0 {
                _ = writeln!(text, "|---|---|{}", "---:|".repeat(cells.len() - 2));
            }
        }
        text.push('\n');
        for (row, result) in rows {
            _ = writeln!(text, "- `{}`: {}{}", row.name, row.about, over_the_floor(result));
        }
    }
    text
}

/// A target that is below what the least client there can be costs, is told as such.
fn over_the_floor(result: &Measured) -> String {
    match result.of(FLOOR) {
        Some(floor) if !floor.is_nan() => {
            format!(
                " The floor is {}, and ours is {:.2} times that.",
                number(floor),
                result.ours() / floor
            )
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    /// What stands between the marks of a page of the repository.
    fn written(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
        let page = fs::read_to_string(path).unwrap();
        let (_, rest) = page.split_once(BEGIN).unwrap();
        rest.split_once(END).unwrap().0.to_string()
    }

    #[test]
    fn each_summary_has_a_line_for_each_row() {
        for (page, words) in SUMMARIES {
            let text = written(page);
            assert!(text.contains(words.headings), "{page}");
            for row in rows::all() {
                let line = format!("\n| `{}` | {} | ", row.name, row.unit);
                assert!(text.contains(&line), "{page}: {}", row.name);
            }
        }
    }

    #[test]
    fn everything_has_a_line_and_an_explanation_for_each_row() {
        let text = written(EVERYTHING);
        for row in rows::all() {
            assert!(text.contains(&format!("\n| {} | {} | ", row.name, row.unit)), "{}", row.name);
            assert!(text.contains(&format!("\n- `{}`: {}", row.name, row.about)), "{}", row.name);
        }
    }

    #[test]
    fn results_from_before_a_row_was_there_make_pages_without_it() {
        let rows = rows::all();
        let old = r#"[{"row": "yield", "unit": "ns", "ours": 1.0, "peers": {"tokio": 2.0}}]"#;
        let results = report::from_json(old, &rows).unwrap();
        let made = Made { date: "today".into(), machine: "this one".into() };
        for text in [summary(&rows, &results, &made, &ENGLISH), everything(&rows, &results, &made)]
        {
            assert!(text.contains("yield") && !text.contains("size_"), "{text}");
        }
    }

    #[test]
    fn each_page_says_when_and_on_what_it_was_measured_and_by_which_command() {
        let made = Made { date: "today".into(), machine: "this one".into() };
        for (_, words) in SUMMARIES {
            let text = (words.measured)(&made);
            assert!([&*made.date, &*made.machine, COMMAND].iter().all(|part| text.contains(part)));
        }
        assert!(BEGIN.contains(COMMAND));
    }

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        assert_eq!(
            between_marks(&page, "new\n").unwrap(),
            format!("before\n{BEGIN}new\n{END}after\n")
        );
        assert_eq!(between_marks("no marks\n", "new\n"), None);
    }
}
