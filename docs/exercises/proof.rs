//! Is each exercise what it says? As given it fails, by its own assertion and soon; solved it passes, with the same test.
//!
//! Each test is run by this very program once more, in a process of its own, so that one that aborts or hangs is noticed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Longer than any exercise takes that does not hang.
const LIMIT: Duration = Duration::from_secs(20);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises")
}

/// The text of the test functions of a file, without what is given as ignored: it may not differ between exercise and solution.
fn tests(source: &str) -> Vec<String> {
    let mut tests = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[test]" {
            continue;
        }
        let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let mut test = String::new();
        for line in lines.by_ref() {
            if !line.trim_start().starts_with("#[ignore") {
                test += line;
                test += "\n";
            }
            if line == end {
                break;
            }
        }
        tests.push(test);
    }
    tests
}

/// What one test of this program says, and whether it passes; `None` if it does not end.
fn run(test: &str) -> Option<(bool, String)> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--include-ignored", "--exact", test])
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + LIMIT;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let ran = child.wait_with_output().unwrap();
    Some((ran.status.success(), String::from_utf8_lossy(&ran.stdout).into_owned()))
}

/// What is wrong with how an exercise fails.
fn failure(file: &str, test: &str) -> Result<(), String> {
    let (passes, says) = run(test).ok_or("it does not end: bound it")?;
    if passes {
        return Err("it passes as it is given, so there is nothing to do".into());
    }
    let place = format!("docs/exercises/{file}:");
    let first = says.lines().find(|line| line.contains("panicked at"));
    let first = first.ok_or(format!("it does not fail, it aborts:\n{says}"))?;
    let mut own =
        says.lines().skip_while(|line| !line.contains("panicked at") || !line.contains(&place));
    if own.next().is_none() {
        return Err(format!(
            "it is to fail by an assertion in its own file, and fails so: {first}"
        ));
    }
    let message = own.next().unwrap_or_default();
    let own = message
        .strip_prefix("assertion")
        .is_none_or(|rest| rest.split_once("failed: ").is_some_and(|(_, own)| own.contains(' ')));
    if !own {
        return Err(format!("its assertion needs a message that helps, and says: {message}"));
    }
    Ok(())
}

#[test]
fn each_exercise_fails_as_given_and_passes_as_solved_by_the_same_test() {
    let mut wrong = Vec::new();
    let main = fs::read_to_string(folder().join("main.rs")).unwrap();
    for entry in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        let file = entry.file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".rs").filter(|name| !["main", "proof"].contains(name))
        else {
            continue;
        };
        let mut say = |what: String| wrong.push(format!("docs/exercises/{file}: {what}"));
        if main.matches(&format!("mod {name};")).count() != 2 {
            say(format!("main.rs needs `mod {name};` twice: by itself and in `solved`"));
            continue;
        }
        let given = fs::read_to_string(entry.path()).unwrap();
        let Ok(solved) = fs::read_to_string(folder().join("solved").join(&file)) else {
            say(format!("docs/exercises/solved/{file} is missing"));
            continue;
        };
        if !given.starts_with("//!") || !given.contains("Hint:") || !given.contains("solved/") {
            say("it opens with //! what is broken, what to do, \"Hint: …\" and where the solution is".into());
        }
        let all = tests(&given);
        if all.is_empty() || given.matches("#[ignore = \"exercise of ").count() != all.len() {
            say("each test has #[ignore = \"exercise of chapter NN\"], and there is one at least"
                .into());
        }
        if solved.contains("#[ignore") || tests(&solved) != all {
            say("the solution has another test, or ignores it: it is solved by changing what is tested".into());
        }
        for test in &all {
            let test = test.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap();
            if let Err(why) = failure(&file, &format!("{name}::{test}")) {
                say(format!("{test}: {why}"));
            }
            match run(&format!("solved::{name}::{test}")) {
                Some((true, says)) if says.contains("1 passed") => {}
                Some((_, says)) => say(format!("{test}: the solution fails:\n{says}")),
                None => say(format!("{test}: the solution does not end")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
