//! `demo step` in a pseudo-terminal: what somebody sees who presses keys, and what is left of the terminal afterwards.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use tests::screen::Screen;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");
const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";

fn step(arguments: &[&str], size: (u16, u16)) -> Screen {
    let arguments: Vec<&str> = ["step"].iter().chain(arguments).copied().collect();
    Screen::run(DEMO, &arguments, &[], size)
}

/// The end as it should be: the terminal is as it was found.
fn is_given_back(screen: &Screen) {
    let seen = screen.screen();
    assert!(!seen.alternate_screen(), "the alternate screen is left");
    assert!(!seen.hide_cursor(), "the cursor is there");
    let terminal = OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NOCTTY)
        .open(screen.terminal())
        .expect("a terminal");
    let flags = tcgetattr(&terminal).expect("a terminal").local_flags;
    assert!(flags.contains(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG), "{flags:?}");
}

#[test]
fn a_scene_is_stepped_to_its_end_and_back() {
    for size in [(80, 24), (200, 60)] {
        let mut screen = step(&["wake"], size);
        screen.until_it_says("Press → for the first step");
        // The line at the bottom is drawn last.
        screen.until_it_says("q quit");
        assert!(screen.screen().alternate_screen() && screen.screen().hide_cursor());
        screen.press(RIGHT);
        screen.until_it_says("step 1 of ");
        // Far more often than there are steps.
        screen.press(&RIGHT.repeat(100));
        let last = screen.until_it_says("This is the end.");
        assert!(last.contains("block_on is over"), "{last}");
        screen.press(&LEFT.repeat(100));
        screen.until_it_says("This is the beginning.");
        screen.press("q");
        assert_eq!(screen.end(), 0);
        is_given_back(&screen);
    }
}

#[test]
fn who_presses_a_wrong_key_is_told_and_help_is_one_key_away() {
    let mut screen = step(&["interleave"], (80, 24));
    screen.until_it_says("step 0 of ");
    screen.press("k");
    screen.until_it_says("k is no key here: the arrows step, ? shows all keys, q quits.");
    screen.press("?");
    screen.until_it_says("to the next wake, to the one before");
    screen.until_it_says("any other key goes back");
    screen.press("q");
    screen.until_it_says("TASKS");
    screen.press("\x03");
    assert_eq!(screen.end(), 0);
    is_given_back(&screen);
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut screen = step(&["interleave"], (80, 24));
    screen.until_it_says("step 0 of ");
    screen.resize(200, 60);
    screen.until(|text| text.lines().any(|line| line.contains("TASKS") && line.contains("STEPS")));
    screen.resize(40, 10);
    screen.until_it_says("too small");
    screen.resize(60, 16);
    screen.until_it_says("YOUR CODE");
    screen.press("\x1b");
    assert_eq!(screen.end(), 0);
    is_given_back(&screen);
}

#[test]
fn a_signal_ends_it_and_the_terminal_is_given_back() {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let mut screen = step(&["wake"], (80, 24));
        screen.until_it_says("step 0 of ");
        kill(Pid::from_raw(screen.process()), signal).unwrap();
        assert_ne!(screen.end(), 0, "whoever sent {signal} sees that it has ended the program");
        is_given_back(&screen);
    }
}

#[test]
fn it_speaks_chinese_from_the_start_or_when_asked() {
    let mut screen = step(&["wake", "--lang", "zh"], (80, 24));
    screen.until_it_says("为什么");
    screen.press("L");
    screen.until_it_says("WHY");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn without_colours_none_are_written() {
    let coloured = |environment: &[(&str, &str)]| {
        let mut screen = Screen::run(DEMO, &["step", "wake"], environment, (80, 24));
        screen.until_it_says("step 0 of ");
        screen.press("ppq");
        screen.end();
        let written = screen.written();
        ["\x1b[32m", "\x1b[34m", "\x1b[35m", "[38;5;"].iter().any(|colour| written.contains(colour))
    };
    assert!(coloured(&[]) && !coloured(&[("NO_COLOR", "1")]));
}

#[test]
fn a_trace_is_exported_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let script = format!("cd '{}' && exec '{DEMO}' \"$@\"", folder.path().display());
        let arguments: Vec<&str> = ["-c", &script, "sh"].iter().chain(arguments).copied().collect();
        Screen::run("/bin/sh", &arguments, &[], (80, 24))
    };
    let mut screen = run(&["step", "wake"]);
    screen.until_it_says("step 0 of ");
    screen.press("x");
    screen.until_it_says("Written to wake.trace");
    screen.press("x");
    screen.until_it_says("Written to wake-2.trace");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let trace = fs::read_to_string(folder.path().join("wake.trace")).unwrap();
    assert!(trace.contains("\nsource ") && trace.contains("say(\"the giver gives\");"));
    let mut screen = run(&["step", "wake.trace"]);
    screen.until_it_says("step 0 of ");
    screen.press("3/giver gives\r");
    screen.until_it_says("say(\"the giver gives\");");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

/// Not a test, but what the one below runs in a terminal.
#[test]
#[ignore = "it panics on purpose"]
fn a_program_that_panics() {
    let _terminal = demo::stepper::terminal::Terminal::enter().unwrap();
    panic!("this can be read");
}

#[test]
fn a_panic_is_told_on_the_terminal_that_is_given_back() {
    let itself = std::env::current_exe().unwrap();
    let arguments = ["a_program_that_panics", "--exact", "--ignored", "--nocapture"];
    let short = [("RUST_BACKTRACE", "0")];
    let mut screen = Screen::run(itself.to_str().unwrap(), &arguments, &short, (80, 24));
    assert_eq!(screen.end(), 101);
    is_given_back(&screen);
    // What was written to the alternate screen would be gone with it.
    assert!(screen.screen().contents().contains("this can be read"));
}
