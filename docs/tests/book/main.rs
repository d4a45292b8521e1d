//! Does the book say what is so? Its commands are run and its quotations looked up, and both must be as they are printed.
//!
//! - In a block of the kind `console`, what follows a line `$ cargo run …` is what that prints. Figures, bars and lanes come
//!   out differently each time, so they are compared in their form: see `shape`.
//! - A block of Rust after a line `<!-- quoted from FILE -->` stands in that file, word for word.
//!
//! With `ONETHREAD_REWRITE=1` the outputs and the quotations are written anew instead.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The README and all chapters.
fn pages() -> Vec<PathBuf> {
    let chapters = fs::read_dir(root().join("docs/en")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = chapters.collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

/// A fenced block: its kind, the line before it, and its lines.
struct Block<'a> {
    kind: &'a str,
    before: &'a str,
    lines: Vec<&'a str>,
    /// Where its first line stands in the page.
    at: usize,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = page.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some(kind) = lines[at].strip_prefix("```") {
            let length = lines[at + 1..].iter().position(|line| *line == "```").expect("an end");
            let before = lines[..at].iter().rev().find(|line| !line.is_empty()).unwrap_or(&"");
            let inside = lines[at + 1..at + 1 + length].to_vec();
            blocks.push(Block { kind, before, lines: inside, at: at + 1 });
            at += length + 1;
        }
        at += 1;
    }
    blocks
}

/// Runs what follows `cargo run`, and gives what it prints.
fn output_of(arguments: &str) -> String {
    let arguments = arguments.trim().trim_start_matches("--release").trim_start();
    let arguments = arguments.trim_start_matches("--").split_whitespace();
    let ran = Command::new(env!("CARGO_BIN_EXE_demo-for-docs")).args(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    (String::from_utf8(ran.stdout).unwrap() + &stderr).trim_end().to_string()
}

/// A line without what differs from run to run: each figure becomes `0`, each lane or bar `~`, each gap one space.
fn shape(line: &str) -> String {
    let class = |letter: char| match letter {
        '0'..='9' | '.' => '0',
        '─' | '·' | '┃' | '█' => '~',
        letter if letter.is_whitespace() => ' ',
        letter => letter,
    };
    let mut shape = String::new();
    for letter in line.trim_end().chars().map(class) {
        if !(matches!(letter, '0' | '~' | ' ') && shape.ends_with(letter)) {
            shape.push(letter);
        }
    }
    shape
}

fn shapes<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    lines.into_iter().map(shape).collect()
}

/// The lines of `source` from `first` to the next `last`, both without the indentation of the first.
fn quoted<'s>(source: &'s str, first: &str, last: &str) -> Option<Vec<&'s str>> {
    let lines: Vec<&str> = source.lines().collect();
    let begin = lines.iter().position(|line| line.trim() == first)?;
    let indent = lines[begin].len() - lines[begin].trim_start().len();
    let outdented = |line: &&'s str| line.get(indent..).unwrap_or_default();
    let length = lines[begin + 1..].iter().position(|line| outdented(line) == last)?;
    Some(lines[begin..=begin + 1 + length].iter().map(outdented).collect())
}

/// What a block should be, if that differs from what it is.
fn corrected(block: &Block<'_>) -> Result<Option<Vec<String>>, String> {
    if let Some(file) = block.before.strip_prefix("<!-- quoted from ") {
        let file = file.trim_end_matches(" -->");
        let source =
            fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))?;
        let (first, last) = (block.lines[0], block.lines[block.lines.len() - 1]);
        let quoted = quoted(&source, first, last)
            .ok_or(format!("{file} has no line {first:?} … {last:?}"))?;
        return Ok(
            (quoted != block.lines).then(|| quoted.into_iter().map(str::to_string).collect())
        );
    }
    let Some(arguments) = block.lines[0].strip_prefix("$ cargo run") else { return Ok(None) };
    if block.kind != "console" || block.lines.len() == 1 {
        return Ok(None);
    }
    let printed = output_of(arguments);
    let printed = || printed.lines().map(str::trim_end);
    if shapes(printed()) == shapes(block.lines[1..].iter().copied()) {
        return Ok(None);
    }
    let first = std::iter::once(block.lines[0]);
    Ok(Some(first.chain(printed()).map(str::to_string).collect()))
}

#[test]
fn what_the_book_prints_and_quotes_is_what_is_so() {
    let rewrites = env::var_os("ONETHREAD_REWRITE").is_some();
    let (mut checked, mut wrong) = (0, Vec::new());
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = page.lines().map(str::to_string).collect();
        // From the end, so that what stands before keeps its place.
        for block in blocks(&page).iter().rev() {
            match corrected(block) {
                Ok(None) => {}
                Err(why) => wrong.push(format!("{}:{}: {why}", path.display(), block.at)),
                Ok(Some(correct)) if rewrites => {
                    lines.splice(block.at..block.at + block.lines.len(), correct);
                }
                Ok(Some(correct)) => wrong.push(format!(
                    "{}:{}: this is printed there:\n{}\nand this is so:\n{}",
                    path.display(),
                    block.at,
                    block.lines.join("\n"),
                    correct.join("\n")
                )),
            }
            checked += 1;
        }
        if rewrites {
            fs::write(&path, lines.join("\n") + "\n").unwrap();
        }
    }
    assert!(checked > 0, "there is something to check");
    assert!(
        wrong.is_empty(),
        "{}\n\nIf the program is right, ONETHREAD_REWRITE=1 cargo test -p docs writes the book anew.",
        wrong.join("\n\n")
    );
}

#[test]
fn figures_bars_and_gaps_are_compared_in_their_form_alone() {
    assert_eq!(shape("fetch 1  ┃───┃  took 1.02 s "), shape("fetch 9 ┃█──  took 12.5 s"));
    assert_ne!(shape("took 1 s"), shape("took 1 ms"));
}
