use proptest::prelude::*;

use super::*;
use crate::scenes::{self, tests::recorded};
use crate::trace::tests::any_trace;

/// The events of a picture, with times in whole nanoseconds.
struct Seen(Vec<Value>);

impl Seen {
    fn of(trace: &Trace) -> Seen {
        let text = export("test", trace);
        let whole: Value = serde_json::from_str(&text).unwrap();
        Seen(whole["traceEvents"].as_array().unwrap().clone())
    }

    fn with(&self, phase: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |event| event["ph"] == phase)
    }

    /// From when to when each slice of the thread goes, in order.
    fn slices(&self) -> Vec<(u64, u64, &str)> {
        let slice = |event: &'_ Value| (nanos(&event["ts"]), nanos(&event["dur"]));
        let mut slices: Vec<_> = self
            .with("X")
            .map(|event| {
                let (from, took) = slice(event);
                (from, from + took, event["name"].as_str().unwrap())
            })
            .collect();
        slices.sort_unstable();
        slices
    }
}

fn nanos(micros: &Value) -> u64 {
    (micros.as_f64().unwrap() * 1e3).round() as u64
}

/// What must hold of every picture.
fn check(trace: &Trace) -> Seen {
    let seen = Seen::of(trace);
    let slices = seen.slices();
    for (one, next) in slices.iter().zip(slices.iter().skip(1)) {
        assert!(one.0 < one.1 && one.1 <= next.0, "{one:?} overlaps {next:?}");
    }

    // Each arrow has both ends, each end lies in a slice, and the second is the beginning of a poll.
    let starts: Vec<&Value> = seen.with("s").collect();
    let ends: Vec<&Value> = seen.with("f").collect();
    assert_eq!(starts.len(), ends.len());
    for (start, end) in starts.iter().zip(&ends) {
        assert_eq!(
            (&start["id"], &start["cat"], &start["name"]),
            (&end["id"], &end["cat"], &end["name"])
        );
        let (from, to) = (nanos(&start["ts"]), nanos(&end["ts"]));
        assert!(from < to);
        assert!(slices.iter().any(|slice| (slice.0..slice.1).contains(&from)), "{start}");
        assert!(slices.iter().any(|slice| slice.0 == to && slice.2.starts_with("poll ")), "{end}");
    }
    let mut ids: Vec<_> = starts.iter().map(|start| start["id"].as_u64()).collect();
    ids.dedup();
    assert_eq!(ids.len(), starts.len(), "no two arrows share a number");

    // The spans of each task are opened and closed like brackets.
    let mut open: BTreeMap<u64, Vec<(&str, u64)>> = BTreeMap::new();
    for span in seen.0.iter().filter(|event| event["ph"] == "b" || event["ph"] == "e") {
        let (name, now) = (span["name"].as_str().unwrap(), nanos(&span["ts"]));
        let stack = open.entry(span["id"].as_u64().unwrap()).or_default();
        if span["ph"] == "b" {
            stack.push((name, now));
        } else {
            assert!(stack.pop().is_some_and(|begun| begun.0 == name && begun.1 <= now), "{span}");
        }
    }
    assert!(open.values().all(Vec::is_empty), "{open:?}");

    // The counter is the length of the queue.
    let mut state = State::default();
    let mut lengths = Vec::new();
    for step in &trace.steps {
        state.apply(step);
        if lengths.last() != Some(&state.ready.len()) {
            lengths.push(state.ready.len());
        }
    }
    let drawn = seen.with("C").map(|event| event["args"]["tasks"].as_u64().unwrap() as usize);
    assert_eq!(drawn.collect::<Vec<_>>(), lengths);
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_the_trace_slices_do_not_overlap_and_arrows_and_spans_have_both_ends(trace in any_trace()) {
        check(&trace);
    }
}

#[test]
fn every_scene_is_a_sound_picture_with_all_its_polls_and_parks() {
    for scene in scenes::ALL {
        let trace = recorded(scene.name);
        let seen = check(&trace);
        let state = State::after(&trace.steps);
        let named =
            |start: &str| seen.slices().iter().filter(|slice| slice.2.starts_with(start)).count();
        assert_eq!((named("poll "), named("park")), (state.polls, state.parks), "{}", scene.name);
        let kinds: Vec<&Value> = seen.with("M").map(|event| &event["args"]["name"]).collect();
        assert_eq!(kinds, ["onethread: test", "the one thread"]);
    }
}

const STORY: &str = "onethread-trace 1
0.000000000 task.poll task=root
0.000000000 task.spawn task=1 name=\"Ann\" by=root user=\"a.rs:3:1\"
0.000005000 task.pending task=root wait=\"join\" more=0 user=\"a.rs:4:1\"
0.000005000 task.poll task=1
0.000009250 task.pending task=1 wait=\"sleep\" more=2 user=\"a.rs:9:1\"
0.000009250 loop.park timeout=0.02
0.020000000 loop.unpark events=0
0.020000000 wake task=1 by=timers effect=queued
0.020000000 task.poll task=1
";

fn strings(seen: &Seen, phase: &str) -> Vec<String> {
    let line = |event: &Value| format!("{} {}", event["ts"], event["name"].as_str().unwrap());
    seen.with(phase).map(line).collect()
}

#[test]
fn a_wake_by_a_timer_is_an_arrow_from_its_own_slice_to_the_poll() {
    let seen = check(&Trace::parse(STORY).unwrap());
    assert_eq!(
        strings(&seen, "X"),
        [
            "0.0 poll root",
            "6.0 poll Ann",
            "10.25 park",
            "20001.0 wake Ann by timers: queued",
            "20002.0 poll Ann"
        ]
    );
    assert_eq!(strings(&seen, "s"), ["20001.0 wake"]);
    assert_eq!(strings(&seen, "f"), ["20002.0 wake"]);
}

#[test]
fn a_task_is_a_span_and_what_it_waits_for_is_one_inside() {
    let seen = check(&Trace::parse(STORY).unwrap());
    let waits: Vec<String> = strings(&seen, "b");
    assert!(waits.iter().any(|span| span.ends_with(" sleep and 2 more")), "{waits:?}");
    let sleep = seen.with("b").find(|span| span["args"]["task"] == "Ann").unwrap();
    assert_eq!(sleep["args"]["line"], "a.rs:9");
    assert!(waits[0].ends_with(" root") && waits[1].ends_with(" Ann"), "{waits:?}");
}
