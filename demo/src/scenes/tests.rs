use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, fs};

use super::*;
use crate::trace::event::{Actor, Event, Step, TaskId};
use crate::trace::lint::{Rule, lint};
use crate::trace::state::{State, Task};

/// A scene's recording; each is recorded once for all tests.
pub(crate) fn recorded(name: &str) -> Trace {
    static TEXTS: [OnceLock<String>; ALL.len()] = [const { OnceLock::new() }; ALL.len()];
    let place = ALL.iter().position(|scene| scene.name == name).unwrap();
    let text = TEXTS[place].get_or_init(|| (ALL[place].run)().unwrap().to_string());
    Trace::parse(text).unwrap()
}

/// What a scene's findings are: rule and task.
fn findings(name: &str) -> Vec<(Rule, String)> {
    let trace = recorded(name);
    let state = State::after(&trace.steps);
    lint(&trace).iter().map(|found| (found.rule, state.name(found.task))).collect()
}

fn tasks(name: &str, begin: &str) -> Vec<(TaskId, Task)> {
    let tasks = State::after(&recorded(name).steps).tasks;
    let is_meant = |task: &Task| task.name.as_ref().is_some_and(|name| name.starts_with(begin));
    tasks.into_iter().filter(|(_, task)| is_meant(task)).collect()
}

fn notes(name: &str, wanted: &str) -> Vec<String> {
    let text = |step: Step| match step.event {
        Event::Note { subject, text } if &*subject == wanted => Some(text.to_string()),
        _ => None,
    };
    recorded(name).steps.into_iter().filter_map(text).collect()
}

/// Where a task is polled, as places in the trace.
fn polls(name: &str, task: TaskId) -> Vec<usize> {
    let steps = recorded(name).steps.into_iter().enumerate();
    steps.filter(|(_, step)| step.event == Event::Poll { task }).map(|(place, _)| place).collect()
}

/// A trace without the lines of the runtime, which change more often than what it does.
fn bare(trace: &Trace) -> String {
    let line = |line: &str| match line.rsplit_once(" runtime=\"") {
        Some((line, _)) => format!("{line}\n"),
        None => format!("{line}\n"),
    };
    trace.to_string().lines().map(line).collect()
}

#[test]
fn scenes_that_repeat_give_the_same_trace_each_time() {
    for scene in ALL.iter().filter(|scene| scene.repeats) {
        let trace = recorded(scene.name);
        assert!(!trace.steps.is_empty());
        assert!((scene.run)().unwrap().to_string() == trace.to_string(), "{}", scene.name);
    }
}

#[test]
fn scenes_that_repeat_are_as_they_were_recorded() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/scenes/golden");
    for scene in ALL.iter().filter(|scene| scene.repeats) {
        let (path, now) =
            (folder.join(scene.name).with_extension("trace"), bare(&recorded(scene.name)));
        if env::var_os("ONETHREAD_REWRITE").is_some() {
            fs::write(&path, now).unwrap();
            continue;
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        let differs = golden.lines().zip(now.lines()).position(|(golden, now)| golden != now);
        assert!(
            golden == now,
            "{} is another trace than {} from line {} on; if that is meant: ONETHREAD_REWRITE=1 cargo test -p demo",
            scene.name,
            path.display(),
            differs.map_or(golden.lines().count().min(now.lines().count()), |line| line) + 1
        );
        Trace::parse(&golden).unwrap();
    }
}

#[test]
fn every_scene_has_a_name_of_its_own_and_its_source_is_the_one_in_the_trace() {
    for scene in ALL {
        assert_eq!(find(scene.name).map(|found| found.source.0), Some(scene.source.0));
        let own =
            |step: &Step| step.user.as_ref().is_some_and(|place| &*place.file == scene.source.0);
        assert!(recorded(scene.name).steps.iter().any(own), "{} has lines of its own", scene.name);
    }
}

#[test]
fn every_scene_is_told_in_both_languages() {
    for scene in ALL {
        for text in [scene.question, scene.story] {
            assert!(text.en.is_ascii() && text.en.len() > 20, "{}", scene.name);
            let letters = text.zh.chars().filter(|letter| *letter > '\u{4e00}').count();
            assert!(letters > 2, "{}", scene.name);
        }
        assert!(scene.question.en.ends_with('?') && scene.question.zh.ends_with('？'));
        assert!(scene.story.en.ends_with('.') && scene.story.zh.ends_with('。'), "{}", scene.name);
    }
}

#[test]
fn every_scene_ends_with_its_root_but_the_one_that_hangs() {
    for scene in ALL {
        let trace = recorded(scene.name);
        let ends = |step: &Step| matches!(step.event, Event::Ready { task: TaskId::ROOT, .. });
        assert_eq!(trace.steps.iter().any(ends), scene.name != "lost", "{}", scene.name);
        assert!(trace.steps.len() < 2000, "{} has {} steps", scene.name, trace.steps.len());
    }
}

#[test]
fn scenes_in_which_nothing_is_wrong_have_no_findings() {
    for scene in ALL.iter().filter(|scene| !["lost", "busy", "blocked"].contains(&scene.name)) {
        let mut found = findings(scene.name);
        if !scene.repeats {
            // On the real clock a machine that is busy with other things makes any poll long.
            found.retain(|(rule, _)| *rule != Rule::LongPoll);
        }
        assert_eq!(found, [], "{}", scene.name);
    }
}

#[test]
fn the_lost_wakeups_are_found_each_at_its_task() {
    let found = findings("lost");
    let found: Vec<(Rule, &str)> = found.iter().map(|(rule, task)| (*rule, &**task)).collect();
    assert_eq!(
        found,
        [
            (Rule::NoWaker, "forgets"),
            (Rule::NoWaker, "keeps the first"),
            (Rule::Stall, "forgets"),
            (Rule::Stall, "looks first"),
            (Rule::Stall, "keeps the first"),
        ]
    );
}

#[test]
fn an_executor_without_wakers_is_found_at_each_task() {
    let found = findings("busy");
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|(rule, _)| *rule == Rule::NoWake), "{found:?}");
    let state = State::after(&recorded("busy").steps);
    assert_eq!((state.wakes, state.parks), (0, 0));
}

#[test]
fn the_task_that_blocks_is_found() {
    let found = findings("blocked");
    assert!(found.contains(&(Rule::LongPoll, "blocker".into())), "{found:?}");
    // On a machine that is busy with other things, other polls may be long as well.
    assert!(found.iter().all(|(rule, _)| *rule == Rule::LongPoll), "{found:?}");
}

#[test]
fn all_ten_requests_are_on_their_way_before_the_first_is_answered() {
    let fetches = tasks("gather", "fetch ");
    assert_eq!(fetches.len(), 10);
    let polls: Vec<Vec<usize>> = fetches.iter().map(|(task, _)| polls("gather", *task)).collect();
    let last_begin = polls.iter().map(|polls| polls[0]).max();
    assert!(last_begin < polls.iter().filter_map(|polls| polls.last().copied()).min());
}

#[test]
fn requests_in_a_loop_begin_one_after_another() {
    let said = notes("sequential", "say");
    let words = |begin: usize| said.iter().skip(begin).step_by(2);
    assert_eq!(said.len(), 6);
    assert!(words(0).all(|text| text.ends_with("begins")));
    assert!(words(1).all(|text| text.contains("is answered")));
    assert_eq!(notes("sequential", "pool").len(), 4, "opened, used twice again, and closed");
    let time = recorded("sequential").steps.last().unwrap().time;
    assert!(time >= Duration::from_millis(3 * 60), "the waits add up");
}

#[test]
fn five_requests_open_two_connections() {
    let said = notes("pool", "pool");
    let count = |part: &str| said.iter().filter(|text| text.contains(part)).count();
    let counts = ["a new connection", "is used again", "is closed: the client is gone"].map(count);
    assert_eq!((counts, said.len()), ([2, 3, 2], 7), "{said:?}");
}

#[test]
fn the_handshake_is_done_once_for_two_requests() {
    let said = notes("handshake", "tls");
    assert_eq!(said.iter().filter(|text| text.ends_with("is up")).count(), 1, "{said:?}");
    assert!(said.iter().any(|text| text.ends_with("have come")), "{said:?}");
    assert_eq!(notes("handshake", "pool").len(), 3, "opened, used again, and closed");
}

#[test]
fn two_bytes_wake_one_reader_once() {
    for (task, reader) in tasks("reactor", "reader ") {
        assert_eq!((reader.wakes, polls("reactor", task).len()), (1, 2));
    }
}

#[test]
fn the_echo_is_read_and_the_end_of_the_stream_too() {
    assert_eq!(notes("echo", "say").len(), 3);
    let end = |step: &Step| match step.event {
        Event::Try { ref tried, .. } => *tried == crate::trace::event::Tried::Done(0),
        _ => false,
    };
    assert!(recorded("echo").steps.iter().any(end));
}

#[test]
fn wakes_from_other_threads_tell_their_names() {
    let threads = |name: &str| -> BTreeSet<String> {
        let thread = |step: Step| match step.event {
            Event::Wake { by: Actor::Mailbox, thread, .. } => thread.map(|name| name.to_string()),
            _ => None,
        };
        recorded(name).steps.into_iter().filter_map(thread).collect()
    };
    assert_eq!(threads("remote"), BTreeSet::from(["calculator".to_string()]));
    assert!(threads("cores").iter().all(|name| name.starts_with("helper ")));
    assert_eq!(notes("cores", "say").last().unwrap(), "9 served by three loops");
}

#[test]
fn ten_of_ten_thousand_are_shown() {
    assert_eq!(tasks("ten-thousand", "sleeper ").len(), 10);
    assert_eq!(notes("ten-thousand", "say").last().unwrap(), "10000 are done");
}
