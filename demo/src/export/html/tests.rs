use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::scenes::{self, tests::recorded};
use crate::trace::Trace;
use crate::trace::event::Kind;
use crate::trace::state::State;
use crate::trace::tests::any_trace;
use crate::trace::why::why;

const HEADER: &str = runtime::record::HEADER;

fn opened(name: &str, trace: Trace) -> Opened {
    Opened { name: name.into(), scene: scenes::find(name), trace }
}

fn page_of(trace: &Trace) -> String {
    export(&opened("test", trace.clone()), Lang::En)
}

/// What the page's script reads.
fn data_of(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// What stands in a panel at a step, in English: as the script would show it.
fn shown(data: &Value, panel: &str, step: usize) -> Vec<Vec<String>> {
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    let rows = &data["panels"][number(&data["steps"][panel][step])];
    let cells = |row: &Value| {
        let cells = data["rows"][number(row)].as_array().unwrap();
        cells.iter().map(|cell| english(&data["texts"][number(cell)])).collect()
    };
    rows.as_array().unwrap().iter().map(cells).collect()
}

fn english(text: &Value) -> String {
    text.as_str().or_else(|| text[0].as_str()).unwrap().to_string()
}

/// Compares what the page shows at each step with the state there.
fn check(trace: &Trace) {
    let page = page_of(trace);
    let data = data_of(&page);
    let mut state = State::default();
    for number in 0..=trace.steps.len() {
        if let Some(step) = number.checked_sub(1).map(|before| &trace.steps[before]) {
            let sentence = why(step, &state, Lang::En);
            state.apply(step);
            let told = data["steps"]["why"][number].as_u64().unwrap() as usize;
            assert_eq!(english(&data["texts"][told]), sentence);
            let kind = data["steps"]["kind"][number].as_u64().unwrap() as usize;
            assert_eq!(Kind::ALL[kind], step.event.kind());
        }
        let queue: Vec<String> =
            shown(&data, "queue", number).iter().map(|row| row[1].clone()).collect();
        let ready: Vec<String> = state.ready.iter().map(|task| state.name(*task)).collect();
        assert_eq!(queue, ready, "step {number}");
        let tasks = shown(&data, "tasks", number);
        assert_eq!(tasks.len(), state.tasks.len());
        for (row, (id, task)) in tasks.iter().zip(&state.tasks) {
            assert_eq!(row[1], state.name(*id));
            assert_eq!(row[0], words::look(task.phase).class);
            assert_eq!(row[4], task.polls.to_string());
        }
        assert_eq!(shown(&data, "timers", number).len(), state.timers.len());
        assert_eq!(shown(&data, "sources", number).len(), state.sources.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn at_every_step_the_page_shows_the_state_there(trace in any_trace()) {
        check(&trace);
    }
}

#[test]
fn the_page_of_a_scene_shows_its_states_its_lines_and_its_question() {
    for scene in scenes::ALL {
        let page = export(&opened(scene.name, recorded(scene.name)), Lang::Zh);
        assert!(page.starts_with("<!doctype html>\n<html lang=\"zh\">"));
        assert!(page.contains(scene.question.zh) && page.contains(&escape(scene.question.en)));
        let data = data_of(&page);
        let files: Vec<&str> = data["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file[0].as_str().unwrap())
            .collect();
        assert!(files.contains(&scene.source.0), "{files:?}");
        assert!(data["files"].as_array().unwrap().iter().all(|file| file[1][0][1][0].is_string()));
    }
}

#[test]
fn the_page_of_a_few_hundred_steps_is_below_400_kilobytes() {
    for scene in scenes::ALL {
        let trace = recorded(scene.name);
        let steps = trace.steps.len();
        let size = export(&opened(scene.name, trace), Lang::En).len();
        assert!(steps > 600 || size < 400_000, "{}: {steps} steps, {size} bytes", scene.name);
    }
}

#[test]
fn nothing_in_a_trace_can_become_a_part_of_the_page() {
    const EVIL: &str = "</script><script>alert(1)</script>{{data}}<!--&\"'";
    let lines = format!(
        "0 task.spawn task=1 name={EVIL:?} by=root\n0 task.poll task=1\n0 note subject=\"say\" text={EVIL:?}\n"
    );
    let trace = Trace::parse(&format!("{HEADER}\n{lines}")).unwrap();
    let page = export(&opened(EVIL, trace), Lang::En);
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!(page.matches("<!--").count(), 0);
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert_eq!(shown(&data_of(&page), "tasks", 2)[1][1], EVIL);
}

#[test]
fn the_policy_forbids_everything_but_what_is_on_the_page() {
    let page = page_of(&Trace::default());
    assert!(page.contains("content=\"default-src 'none'; script-src 'sha256-"));
    assert!(!page.contains("unsafe-inline") && !page.contains("style="));
    for reach in
        [" src=", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest", "localStorage"]
    {
        assert!(!page.contains(reach), "{reach}");
    }
}

#[test]
fn without_a_script_there_is_a_frame_for_each_poll_with_its_sentences() {
    let trace = recorded("wake");
    let state = State::after(&trace.steps);
    let page = export(&opened("wake", trace), Lang::En);
    assert_eq!(page.matches("<li class=\"frame\">").count(), state.polls);
    assert!(page.contains("giver is polled") && page.contains("poll"), "{page}");
    assert!(page.contains("<details open"));
}

#[test]
fn a_long_trace_is_cut_and_says_so_and_many_tasks_are_counted() {
    let mut text = format!("{HEADER}\n");
    for task in 1..=200 {
        text.push_str(&format!("0 task.spawn task={task} by=root\n"));
    }
    for _ in 0..MOST_STEPS {
        text.push_str("0 loop.stall\n");
    }
    let trace = Trace::parse(&text).unwrap();
    let page = page_of(&trace);
    assert!(page.contains(&format!("the first {MOST_STEPS} of {} events", MOST_STEPS + 200)));
    let data = data_of(&page);
    assert_eq!(data["steps"]["why"].as_array().unwrap().len(), MOST_STEPS + 1);
    assert_eq!(shown(&data, "tasks", 200).last().unwrap()[1], "… and 161 more");
    assert_eq!(shown(&data, "queue", 200).len(), 41);
    assert!(page.len() < 3_000_000, "{}", page.len());
}
