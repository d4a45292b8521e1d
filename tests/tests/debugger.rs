//! Can the program be walked through in a debugger? gdb does it, and what it tells is compared with the story and the book.
//!
//! Without gdb these tests say so and prove nothing. Where `CI` is set it has to be there.
//! With `ONETHREAD_REWRITE=1` the session that the book prints is written anew.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::program;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");
const SCRIPT: &str = "runtime/debug/onethread_gdb.py";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// What gdb prints while it runs the demo by these commands. `None` if there is no gdb.
fn session(arguments: &[&str], commands: &[&str]) -> Option<String> {
    let asks = Command::new("gdb").args(["-nx", "--batch", "-ex", "python print('yes')"]).output();
    if !asks.is_ok_and(|answer| answer.stdout.starts_with(b"yes")) {
        assert!(env::var_os("CI").is_none(), "gdb with Python is missing: .ci/install installs it");
        eprintln!("skipped: there is no gdb with Python here, .ci/install installs it");
        return None;
    }
    env::set_current_dir(root()).unwrap();
    let echoes: Vec<String> =
        commands.iter().map(|command| format!("echo (gdb) {command}\\n")).collect();
    // What the program prints itself is not what is looked at.
    let mut all = vec!["-nx", "-q", "--batch", "-iex", "set inferior-tty /dev/null", "-x", SCRIPT];
    for (echo, command) in echoes.iter().zip(commands) {
        all.extend(["-ex", echo, "-ex", command]);
    }
    all.extend(["--args", DEMO]);
    all.extend(arguments);
    let ran = program::run("gdb", all);
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    Some(ran.out)
}

/// A moment as it is told: what kind it is, the sentence, and the tables' lines.
#[derive(Debug)]
struct Moment<'a> {
    kind: &'a str,
    sentence: &'a str,
    tables: Vec<&'a str>,
}

fn moments(said: &str) -> Vec<Moment<'_>> {
    let told = said.split("\n-- moment ").skip(1);
    told.map(|told| {
        let mut lines = told.lines();
        let head = lines.next().unwrap();
        let kind = head.split(": ").nth(1).unwrap().split(',').next().unwrap();
        let sentence = lines.next().unwrap().trim();
        let tables = lines.take_while(|line| line.starts_with("   ")).map(str::trim).collect();
        Moment { kind, sentence, tables }
    })
    .collect()
}

#[test]
fn gdb_tells_the_story_of_two_tasks_moment_by_moment_to_its_end() {
    let Some(said) = session(&["interleave"], &["onethread step 999"]) else { return };
    let moments = moments(&said);
    let kinds: Vec<&str> = moments.iter().map(|moment| moment.kind).collect();
    let begin = ["turn", "poll", "spawn", "spawn", "turn", "poll", "poll", "park"];
    let then = ["dispatch", "fire", "wake", "turn", "poll", "park"];
    assert_eq!(kinds[..14], [&begin[..], &then[..]].concat());
    assert!(said.contains("exited normally"), "{said}");

    let sentences: Vec<&str> = moments.iter().map(|moment| moment.sentence).collect();
    for (index, expected) in [
        (0, "A turn of the loop begins. Ready: 1 task"),
        (1, "The root future, given to block_on, is polled."),
        (2, "The root future spawns task 1 (Ann) at demo/src/scenes/interleave.rs:"),
        (4, "A turn of the loop begins. Ready: 2 tasks"),
        (6, "Task 2 (Ben), spawned at demo/src/scenes/interleave.rs:"),
        (7, "Nobody is ready. Nothing real is outstanding, so the virtual clock jumps by 20 ms"),
        (9, "Timers are due: 2, which wakes task 2 (Ben)."),
        (
            10,
            "The timers wake task 2 (Ben), which waits for sleep at demo/src/scenes/interleave.rs:",
        ),
        (12, "Task 2 (Ben), spawned at demo/src/scenes/interleave.rs:"),
    ] {
        assert!(sentences[index].starts_with(expected), "{index}: {}", sentences[index]);
    }
    assert_eq!(
        moments[4].tables,
        ["queue    task 1 (Ann) -> task 2 (Ben)", "timers   none", "reactor  none"]
    );
    let [queue, first, second, _] = moments[7].tables[..] else { panic!("{:?}", moments[7]) };
    assert_eq!(queue, "queue    empty");
    assert_eq!(first, "timers   2 in 20 ms wakes task 2 (Ben)");
    assert_eq!(second, "1 in 30 ms wakes task 1 (Ann)");
    let last = "Task 1 (Ann) wakes the root future, which waits for join at";
    assert!(sentences.iter().any(|sentence| sentence.starts_with(last)), "{sentences:#?}");
}

#[test]
fn gdb_prints_the_tables_of_sockets_and_timers_of_a_program_with_two_loops() {
    let commands = ["onethread until park", "onethread until spawn", "onethread tasks"];
    let commands = [&commands[..], &["onethread step 40", "onethread now"]].concat();
    let arguments = ["gather", "-n", "2", "--delay", "0.1"];
    let Some(said) = session(&arguments, &commands) else { return };
    let moments = moments(&said);
    let told = |kind: &str, part: &str| {
        let mut of_kind = moments.iter().filter(|moment| moment.kind == kind);
        of_kind
            .any(|moment| moment.sentence.contains(part) || moment.tables.join(";").contains(part))
    };
    assert!(told("poll", "Task 1 (fetch 1), spawned at demo/src/gather.rs:"), "{said}");
    assert!(told("park", "The thread sleeps until a socket is ready, and "), "{said}");
    assert!(told("park", "socket 0: read not ready wakes task 1 (fetch 1), write ready"), "{said}");
    assert!(told("dispatch", "0 to read, which wakes task 1 (fetch 1)"), "{said}");
    assert!(told("wake", "The reactor wakes task 1 (fetch 1), which waits for"), "{said}");
    // The embedded server's loop, on the second thread, is not told.
    assert!(!said.contains("demo/src/server"), "{said}");
}

#[test]
fn gdb_answers_anywhere_inside_the_loop_and_says_so_outside() {
    let commands = ["onethread now", "tbreak demo::scenes::record::say", "run", "onethread tasks"];
    // Inside the system call, where no frame at hand is one of Rust.
    let asleep = ["tbreak epoll_wait", "continue", "onethread now"];
    let commands = [&["disable"], &commands[..], &asleep].concat();
    let Some(said) = session(&["interleave"], &commands) else { return };
    let (before, after) = said.split_once("(gdb) run").unwrap();
    assert!(before.contains("No loop is under way on this thread"), "{said}");
    let rows: Vec<&str> = after.lines().skip_while(|line| !line.starts_with("task ")).collect();
    assert!(rows[1].starts_with("root  -     block_on"), "{rows:#?}");
    assert!(rows[2].starts_with("1     Ann ") && rows[2].ends_with("running"), "{rows:#?}");
    assert!(rows[3].starts_with("2     Ben ") && rows[3].ends_with("ready"), "{rows:#?}");
    let (_, asleep) = after.split_once("(gdb) onethread now").unwrap();
    assert!(asleep.contains("timers   2 in 0 ms wakes task 2 (Ben)"), "{said}");
}

/// A line without what a change elsewhere or another machine makes different: figures, and so addresses.
fn shape(line: &str) -> String {
    let mut shape = String::new();
    for word in line.trim_end().split_inclusive([' ', '\t', ',', '(', ')', ':']) {
        match word.strip_prefix("0x") {
            Some(digits) => {
                shape.extend(["0x0", digits.trim_start_matches(|c: char| c.is_ascii_hexdigit())])
            }
            None => shape.push_str(word),
        }
    }
    let mut figures = String::new();
    for letter in shape.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }) {
        if !(letter == '0' && figures.ends_with('0')) {
            figures.push(letter);
        }
    }
    figures
}

#[test]
fn the_session_in_the_book_is_one_that_gdb_has() {
    let page = root().join("docs/en/debugger.md");
    let text = fs::read_to_string(&page).unwrap();
    let printed: Vec<&str> = text
        .split("\n```text\n")
        .skip(1)
        .map(|block| block.split("\n```\n").next().unwrap())
        .filter(|block| block.starts_with("(gdb) "))
        .collect();
    let commands: Vec<&str> = printed
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| line.strip_prefix("(gdb) "))
        .collect();
    assert!(commands.len() > 3, "the page prints a session");
    let Some(said) = session(&["interleave"], &commands) else { return };

    // The session, cut where the page cuts it: a block begins with its first command.
    let said = &said[said.find("(gdb) ").unwrap()..];
    let answers: Vec<&str> = said.split("(gdb) ").skip(1).collect();
    let mut answers = answers.iter();
    let mut now = text.clone();
    for block in &printed {
        let commands = block.lines().filter(|line| line.starts_with("(gdb) ")).count();
        let real: String =
            answers.by_ref().take(commands).map(|answer| format!("(gdb) {answer}")).collect();
        let real = real.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let shapes = |text: &str| text.trim_end().lines().map(shape).collect::<Vec<_>>();
        if shapes(&real) != shapes(block) {
            assert!(
                env::var_os("ONETHREAD_REWRITE").is_some(),
                "the page prints\n{block}\nand gdb\n{real}\nONETHREAD_REWRITE=1 writes the page anew."
            );
            now = now.replace(block, real.trim_end());
        }
    }
    if now != text {
        fs::write(page, now).unwrap();
    }
}

#[test]
fn the_editors_configuration_names_files_that_are_there() {
    let folder = root().join(".vscode");
    let text = fs::read_to_string(folder.join("launch.json")).unwrap();
    let scripts: Vec<&str> = text
        .split("${workspaceFolder}/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '\'']).next())
        .filter(|path| path.ends_with(".py"))
        .collect();
    assert_eq!(scripts.len(), 2, "one for each debugger: {scripts:?}");
    for script in scripts {
        assert!(root().join(script).exists(), "{script}");
    }
    assert!(folder.join("extensions.json").exists() && folder.join("tasks.json").exists());
}
