//! Is what is printed what the program prints? Each command is run, and what it prints compared in form.
//!
//! Figures, bars and lanes come out differently each time: see [`shape`]. Not so the lines of sources, `wake.rs:27`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::{env, fs, thread};

use crate::block::Block;
use crate::fault::Fault;
use crate::page::Page;
use crate::root;

/// What commands have printed, one after the other, once they have run.
type Printed = Arc<OnceLock<Vec<String>>>;

/// What has been run: the commands of each block.
#[derive(Default)]
pub(crate) struct Runs {
    done: Mutex<HashMap<Vec<String>, Printed>>,
}

/// The commands of a block that has output to compare.
fn commands(block: &Block) -> Option<Vec<String>> {
    let commands = block.commands();
    let shows = |(command, output): &(&str, &[String])| {
        command.starts_with("cargo run") && !output.is_empty()
    };
    commands
        .iter()
        .any(shows)
        .then(|| commands.iter().map(|(command, _)| command.to_string()).collect())
}

impl Runs {
    /// Runs what all pages show, several at a time: most of them wait.
    pub(crate) fn begin(&self, pages: &[Page]) {
        let mut all: Vec<Vec<String>> =
            pages.iter().flat_map(Page::blocks).filter_map(|block| commands(&block)).collect();
        all.sort();
        all.dedup();
        let rest = Mutex::new(all.into_iter());
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let next = rest.lock().unwrap().next();
                        let Some(next) = next else { break };
                        self.printed(next);
                    }
                });
            }
        });
    }

    /// What these commands print, run in an empty folder of their own.
    fn printed(&self, commands: Vec<String>) -> Vec<String> {
        let cell = self.done.lock().unwrap().entry(commands.clone()).or_default().clone();
        let printed = cell.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            commands.iter().map(|command| run(command, folder.path())).collect()
        });
        printed.clone()
    }
}

/// Runs a command of the book, and gives what it prints. What is not the project's own is not run.
fn run(command: &str, folder: &Path) -> String {
    let Some(arguments) = command.strip_prefix("cargo run") else { return String::new() };
    let arguments: Vec<&str> =
        arguments.split_whitespace().filter(|word| *word != "--release").collect();
    let (program, arguments) = match arguments[..] {
        // The demo, as it has been built for this test.
        [] | ["--", ..] => (
            env!("CARGO_BIN_EXE_demo-for-docs").into(),
            arguments.iter().skip(1).map(|word| word.to_string()).collect(),
        ),
        ["-p", _, "--example", example] => match built(example) {
            Some(program) => (program, Vec::new()),
            None => by_cargo(&arguments),
        },
        _ => by_cargo(&arguments),
    };
    let ran = Command::new(program).args(arguments).current_dir(folder).output();
    let ran = ran.unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    (String::from_utf8_lossy(&ran.stdout) + stderr).trim_end().to_string()
}

/// A program and what it is told: cargo, to run something else.
fn by_cargo(arguments: &[&str]) -> (PathBuf, Vec<String>) {
    let manifest = root().join("Cargo.toml").to_str().unwrap().to_string();
    let begin = ["run", "--quiet", "--manifest-path", &manifest];
    let words = begin.iter().chain(arguments).map(|word| word.to_string());
    (env!("CARGO").into(), words.collect())
}

/// An example that has been built beside this test, if none of its sources is newer: to ask cargo for it would build everything
/// once more where this test was built together with those of other packages.
fn built(example: &str) -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let program = test.parent()?.parent()?.join("examples").join(example);
    let time = |path: &Path| fs::metadata(path)?.modified();
    let begun = time(&program).ok()?;
    let sources = fs::read_to_string(program.with_extension("d")).ok()?;
    let sources = sources.split_once(": ")?.1.split_whitespace();
    let is_older = |source: &str| time(Path::new(source)).is_ok_and(|changed| changed <= begun);
    sources.into_iter().all(is_older).then_some(program)
}

/// A line without what differs from run to run: each figure becomes `0`, each lane or bar `~`, each gap one space.
pub(crate) fn shape(line: &str) -> String {
    let class = |letter: char| match letter {
        '0'..='9' | '.' => '0',
        '─' | '·' | '┃' | '█' => '~',
        letter if letter.is_whitespace() => ' ',
        letter => letter,
    };
    let line = untimed(line.trim_end());
    let mut shape = String::new();
    let mut pieces = line.split(".rs:");
    let mut masked = |piece: &str| {
        for letter in piece.chars().map(class) {
            if !(matches!(letter, '0' | '~' | ' ') && shape.ends_with(letter)) {
                shape.push(letter);
            }
        }
    };
    masked(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (line, rest) = piece
            .split_at(piece.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(piece.len()));
        // In letters, which stay as they are.
        let line: String = line.bytes().map(|figure| char::from(figure - b'0' + b'a')).collect();
        masked(&format!(" at {line} "));
        masked(rest);
    }
    shape
}

/// A step's line without the unit of its time: `7  0.9 ms  wake` may be `7  1.1 s  wake` where the machine is busy.
fn untimed(line: &str) -> String {
    let step = || {
        let mut words = line.split_whitespace();
        let (number, time, unit) = (words.next()?, words.next()?, words.next()?);
        number.parse::<usize>().ok()?;
        time.parse::<f64>().ok()?;
        let rest = line.split_once(&format!(" {unit}  "))?.1;
        ["s", "ms", "µs", "ns"].contains(&unit).then(|| format!("{number} {time} {rest}"))
    };
    step().unwrap_or_else(|| line.to_string())
}

fn shapes<'l>(lines: impl IntoIterator<Item = &'l str>) -> Vec<String> {
    lines.into_iter().map(shape).collect()
}

/// What the block should be, if that differs from what it is.
pub(crate) fn correct(
    block: &Block,
    page: &Page,
    runs: &Runs,
) -> Result<Option<Vec<String>>, Fault> {
    let Some(commands) = commands(block) else { return Ok(None) };
    let printed = runs.printed(commands);
    compared(block, &printed).map_err(|command| Fault {
        place: page.place(block.at + 1),
        there: format!("$ {command}"),
        so: "it prints nothing".into(),
        to_do: "mend the command, or leave out what it is said to print".into(),
    })
}

/// The same, with what the commands have printed.
fn compared(block: &Block, printed: &[String]) -> Result<Option<Vec<String>>, String> {
    let mut correct: Vec<String> =
        block.lines.iter().take_while(|line| !line.starts_with("$ ")).cloned().collect();
    let mut differs = false;
    for ((command, output), printed) in block.commands().into_iter().zip(printed) {
        correct.push(format!("$ {command}"));
        let shown = command.starts_with("cargo run") && !output.is_empty();
        let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
        if shown && printed.is_empty() {
            return Err(command.into());
        }
        // An empty line before the next command is no output.
        let end = output.len() - output.iter().rev().take_while(|line| line.is_empty()).count();
        if shown
            && shapes(printed.iter().copied()) != shapes(output[..end].iter().map(String::as_str))
        {
            differs = true;
            correct.extend(printed.iter().map(|line| line.to_string()));
            correct.extend_from_slice(&output[end..]);
        } else {
            correct.extend_from_slice(output);
        }
    }
    Ok(differs.then_some(correct))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(block: &str, printed: &[&str]) -> Result<Option<Vec<String>>, String> {
        let page = Page::new("x.md", &format!("```console\n{block}```\n"));
        let printed: Vec<String> = printed.iter().map(|text| text.to_string()).collect();
        compared(&page.blocks()[0], &printed)
    }

    #[test]
    fn figures_bars_and_gaps_are_compared_in_their_form_alone() {
        assert_eq!(shape("fetch 1  ┃───┃  took 1.02 s "), shape("fetch 9 ┃█──  took 12.5 s"));
        assert_ne!(shape("took 1 s"), shape("took 1 ms"));
    }

    #[test]
    fn the_lines_of_sources_are_compared_as_they_are() {
        assert_eq!(shape("3  at wake.rs:27:5 in 3 ms"), shape("12 at wake.rs:27:5 in 20 ms"));
        assert_ne!(shape("at wake.rs:27"), shape("at wake.rs:28"));
        assert_ne!(shape("at wake.rs:27"), shape("at wake.rs:127"));
    }

    #[test]
    fn the_unit_of_a_steps_time_is_left_out() {
        assert_eq!(shape("   6  289.87 µs  loop.stall"), shape("  12  8.91 ms  loop.stall"));
        assert_ne!(shape("   6  289.87 µs  loop.stall"), shape("   6  289.87 µs  loop.park"));
    }

    #[test]
    fn another_output_is_a_fault_and_corrected() {
        assert_eq!(checked("$ cargo run -- a\none 1\n", &["one 7"]), Ok(None));
        let correct = checked(
            "$ cargo run -- a\none 1\n\n$ cargo run -- b\ntwo\n",
            &["one 7", "three\nfour"],
        );
        let lines = ["$ cargo run -- a", "one 1", "", "$ cargo run -- b", "three", "four"];
        assert_eq!(correct, Ok(Some(lines.map(str::to_string).to_vec())));
    }

    #[test]
    fn a_line_too_much_or_too_little_is_a_fault() {
        assert!(checked("$ cargo run -- a\none\ntwo\n", &["one"]).unwrap().is_some());
        assert!(checked("$ cargo run -- a\none\n", &["one\ntwo"]).unwrap().is_some());
    }

    #[test]
    fn a_command_that_prints_nothing_is_a_fault_where_it_is_said_to_print() {
        assert_eq!(checked("$ cargo run -- a\none\n", &[""]), Err("cargo run -- a".into()));
        assert_eq!(checked("$ cargo run -- a\n", &[""]), Ok(None));
    }

    #[test]
    fn the_demo_and_the_examples_are_really_run() {
        let folder = tempfile::tempdir().unwrap();
        assert!(run("cargo run -- scenes", folder.path()).contains("gather"));
        assert!(run("cargo run -- gahter", folder.path()).contains("gahter"));
        assert_eq!(
            run("cargo test", folder.path()),
            "",
            "only what the book shows the output of is run"
        );
    }
}
