//! Can one ask one's own program what it does, also while it hangs? The examples are run, and `demo lint` is asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::thread;
use std::time::{Duration, Instant};

const DEMO: &str = env!("CARGO_BIN_EXE_demo");

/// Longer than anything takes that does not hang.
const LIMIT: Duration = Duration::from_secs(60);

/// An example, which stands beside the program.
fn example(name: &str) -> PathBuf {
    let path = Path::new(DEMO).with_file_name("examples").join(name);
    let path = path.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "cargo test -p demo builds the examples, --test alone does not");
    path
}

fn lint(trace: &Path, language: &str) -> Output {
    Command::new(DEMO).arg("lint").arg(trace).args(["--lang", language]).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A process that is killed in any case.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_program_that_hangs_tells_what_it_waits_for_while_it_hangs_and_after_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("hang.trace");
    let mut hangs = Killed(Command::new(example("hang")).arg(&trace).spawn().unwrap());
    let begun = Instant::now();
    while !fs::read_to_string(&trace).unwrap_or_default().contains(" loop.stall") {
        assert!(begun.elapsed() < LIMIT, "it does not come to the point where it hangs");
        thread::sleep(Duration::from_millis(2));
    }
    let asked = lint(&trace, "en");
    assert!(hangs.0.try_wait().unwrap().is_none(), "it hangs");
    drop(hangs);
    let said = text(&asked.stdout);
    assert_eq!(asked.status.code(), Some(1), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    let [forgets, stalls] = lines[..] else { panic!("{said}") };
    let waits = "task 1 (reader) waits for a letter at demo/examples/hang.rs:";
    assert!(forgets.contains("  no-waker  ") && forgets.contains(waits), "{forgets}");
    assert!(stalls.contains("  stall  ") && stalls.contains(waits), "{stalls}");
    let (_, sentence) = stalls.split_once("  stall  ").unwrap();
    let (told, _) = sentence.split_once(" wake it: ").unwrap();
    assert!(told.ends_with(" and nothing on this thread can"), "{told}");
    assert!(include_str!("../../docs/en/appendix.md").contains(told), "the appendix says: {told}");

    assert_eq!(text(&lint(&trace, "en").stdout), said);
    assert!(text(&lint(&trace, "zh").stdout).contains("这个线程上没有什么能唤醒它"));
}

#[test]
fn a_program_records_itself_with_one_line_and_nothing_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new(example("own")).current_dir(folder.path()).output().unwrap();
    assert!(ran.status.success() && text(&ran.stdout).contains("found 14"), "{ran:?}");
    let trace = folder.path().join("own.trace");
    assert!(fs::read_to_string(&trace).unwrap().contains("text=\"worker 3 has slept\""));
    let asked = lint(&trace, "en");
    assert_eq!(asked.status.code(), Some(0));
    assert!(text(&asked.stdout).starts_with("nothing is wrong in "));
}

#[test]
fn what_cannot_be_held_against_the_rules_is_a_mistake_in_usage() {
    for wrong in [DEMO, "/no/such/trace"] {
        let asked = lint(Path::new(wrong), "en");
        assert_eq!(asked.status.code(), Some(2));
        assert_eq!(text(&asked.stderr).lines().count(), 1);
    }
}
