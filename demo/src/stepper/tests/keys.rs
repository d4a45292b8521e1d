use std::collections::BTreeSet;

use super::*;
use crate::stepper::app::{Mode, Page};
use crate::trace::event::{Event, Kind, TaskId};

/// The kind of the step that happened last.
fn kind(app: &App) -> Kind {
    app.last().unwrap().0.event.kind()
}

#[test]
fn right_goes_to_the_end_step_by_step_and_left_all_the_way_back() {
    let mut app = app("interleave");
    let mut forwards = vec![0];
    while press(&mut app, KeyCode::Right).is_none() && app.message.is_none() {
        forwards.push(app.position());
    }
    assert!(app.message.take().is_some_and(|said| said.contains("This is the end")));
    assert_eq!(forwards.last(), Some(&app.len()));
    let mut backwards = vec![app.position()];
    while press(&mut app, KeyCode::Left).is_none() && app.message.is_none() {
        backwards.push(app.position());
    }
    assert!(app.message.is_some_and(|said| said.contains("This is the beginning")));
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[test]
fn the_space_bar_steps_and_page_keys_go_ten_steps() {
    let mut app = app("interleave");
    press_all(&mut app, "3 ");
    assert_eq!(app.position(), 1);
    press(&mut app, KeyCode::PageDown);
    assert_eq!(app.position(), 11);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(app.position(), 1);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(app.position(), 0);
    press_all(&mut app, "G");
    press(&mut app, KeyCode::PageDown);
    assert!(app.position() == app.len() && app.message.is_some());
}

#[test]
fn letters_go_to_polls_wakes_and_parks_in_both_directions() {
    for (key, back, wanted) in
        [('p', 'P', Kind::Poll), ('w', 'W', Kind::Wake), ('z', 'Z', Kind::Park)]
    {
        let mut app = app("interleave");
        let mut places = Vec::new();
        loop {
            press(&mut app, KeyCode::Char(key));
            if app.message.is_some() {
                break;
            }
            assert_eq!(kind(&app), wanted);
            places.push(app.position());
        }
        let all = app.trace().steps.iter().filter(|step| step.event.kind() == wanted).count();
        assert_eq!(places.len(), all, "{key}");
        press_all(&mut app, "G");
        let end = app.len();
        for place in places.iter().rev().filter(|place| **place != end) {
            press(&mut app, KeyCode::Char(back));
            assert_eq!(app.position(), *place);
        }
    }
}

#[test]
fn the_level_says_what_the_arrows_stop_at() {
    let stops = |level: &str| {
        let mut app = app("wake");
        press_all(&mut app, level);
        let mut kinds = BTreeSet::new();
        while press(&mut app, KeyCode::Right).is_none() && app.message.is_none() {
            kinds.insert(kind(&app).level());
        }
        kinds.into_iter().collect::<Vec<_>>()
    };
    assert_eq!((stops("1"), stops("2")), (vec![1], vec![1, 2]));
}

#[test]
fn t_follows_the_task_of_this_step_then_the_others_and_then_all() {
    let mut app = app("interleave");
    press_all(&mut app, "pp");
    assert!(matches!(app.last().unwrap().0.event, Event::Poll { task: TaskId(1) }));
    press_all(&mut app, "t");
    assert_eq!(app.filter.task, Some(TaskId(1)));
    assert!(app.message.as_ref().is_some_and(|said| said.starts_with("Only Ann: ")));
    press_all(&mut app, "p");
    assert!(matches!(app.last().unwrap().0.event, Event::Poll { task: TaskId(1) }), "Ann's next");
    press_all(&mut app, "t");
    assert_eq!(app.filter.task, Some(TaskId(2)));
    press_all(&mut app, "t");
    assert_eq!(app.filter.task, None);
    press_all(&mut app, "tT");
    assert_eq!(app.filter.task, None);
}

#[test]
fn a_mark_is_come_back_to() {
    let mut app = app("wake");
    press_all(&mut app, "'");
    assert!(app.message.as_ref().is_some_and(|said| said.contains("m marks")));
    press_all(&mut app, "ppmG'");
    let marked = app.position();
    press_all(&mut app, "gpp");
    assert_eq!(app.position(), marked);
}

#[test]
fn a_search_goes_to_each_place_in_turn_and_around() {
    let mut app = app("wake");
    press_all(&mut app, "/GIVER GIVES");
    assert_eq!(app.mode, Mode::Searching("GIVER GIVES".into()));
    press(&mut app, KeyCode::Enter);
    let place = app.position();
    assert_eq!(kind(&app), Kind::Say);
    assert!(app.message.as_ref().is_some_and(|said| said.contains("1 of 1")));
    press_all(&mut app, "gnN");
    assert_eq!(app.position(), place);
    press_all(&mut app, "g/task.poll");
    press(&mut app, KeyCode::Enter);
    press_all(&mut app, "N");
    assert!(app.position() > place, "before the first is the last: {}", app.position());
}

#[test]
fn a_search_can_be_given_up_and_may_find_nothing() {
    let mut app = app("wake");
    press_all(&mut app, "/ab");
    press(&mut app, KeyCode::Backspace);
    assert_eq!(app.mode, Mode::Searching("a".into()));
    press(&mut app, KeyCode::Esc);
    press_all(&mut app, "n");
    assert!(app.message.as_ref().is_some_and(|said| said.contains("/ asks")));
    press_all(&mut app, "/no such text");
    press(&mut app, KeyCode::Enter);
    assert!(app.message.as_ref().is_some_and(|said| said.contains("nowhere")));
    assert_eq!((app.position(), &app.mode), (0, &Mode::Stepping));
}

#[test]
fn sentences_are_searched_in_the_language_that_is_read() {
    let mut app = app("wake");
    press_all(&mut app, "L/就绪队列");
    press(&mut app, KeyCode::Enter);
    assert!(app.position() > 0);
    press_all(&mut app, "L/就绪队列");
    press(&mut app, KeyCode::Enter);
    assert!(app.message.is_some_and(|said| said.contains("nowhere")));
}

#[test]
fn a_prediction_hides_what_tells_and_says_whether_it_was_right() {
    let mut app = app("interleave");
    press_all(&mut app, "pv");
    let asked = screen(&app, 80, 24);
    assert!(asked.contains("WHO RUNS NEXT?") && !asked.contains("polled"), "{asked}");
    assert!(
        asked.contains("hidden while you predict") && asked.contains("1 root    2 Ann    0 nobody")
    );
    press_all(&mut app, "1");
    assert_eq!(app.message.as_deref(), Some("Not so: you said root, and it is Ann."));
    assert!(matches!(app.last().unwrap().0.event, Event::Poll { task: TaskId(1) }));
    press_all(&mut app, "v3");
    assert_eq!(app.message.as_deref(), Some("Right: it is Ben."));
    press_all(&mut app, "vv");
    assert_eq!(app.message.as_deref(), Some("It is Ben."));
}

#[test]
fn at_the_end_nobody_runs_next() {
    let mut app = app("wake");
    press_all(&mut app, "Gv0");
    assert_eq!(app.message.as_deref(), Some("Right: it is nobody, for it is over."));
    assert_eq!(app.position(), app.len());
}

#[test]
fn a_prediction_takes_answers_alone_and_can_be_given_up() {
    let mut app = app("interleave");
    press_all(&mut app, "v9");
    assert!(matches!(app.mode, Mode::Predicting(_)), "there are no nine");
    press_all(&mut app, "w");
    assert!(matches!(app.mode, Mode::Predicting(_)) && app.message.is_some());
    press(&mut app, KeyCode::Esc);
    assert_eq!((&app.mode, app.position()), (&Mode::Stepping, 0));
}

#[test]
fn of_many_tasks_the_one_that_runs_next_is_among_the_answers() {
    let mut lines: Vec<String> =
        (1..=50).map(|task| format!("task.spawn task={task} by=root")).collect();
    lines.push("task.poll task=44".into());
    let mut app = app_of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    app.go(50);
    press_all(&mut app, "v");
    let Mode::Predicting(prediction) = &app.mode else { panic!("it asks") };
    assert!(prediction.choices.len() == 9 && prediction.choices.contains(&TaskId(44)));
}

#[test]
fn pages_scroll_and_any_other_key_closes_them() {
    let mut app = app("wake");
    press_all(&mut app, "p?");
    assert_eq!(app.mode, Mode::Reading(Page::Help, 0));
    press(&mut app, KeyCode::Down);
    assert_eq!(app.mode, Mode::Reading(Page::Help, 1));
    press(&mut app, KeyCode::PageUp);
    assert_eq!(press(&mut app, KeyCode::Char('q')), None, "it closes the help alone");
    press_all(&mut app, "e");
    let text = screen(&app, 80, 24);
    assert!(text.contains("The rule") && text.contains("task.poll task=root"), "{text}");
    press(&mut app, KeyCode::Esc);
    assert_eq!((&app.mode, app.position()), (&Mode::Stepping, 1));
}

#[test]
fn an_unknown_key_is_answered_in_one_line() {
    let mut app = app("wake");
    press_all(&mut app, "k");
    let said = app.message.clone().unwrap();
    assert!(said.starts_with("k is no key here") && said.contains("? shows all keys"), "{said}");
    press(&mut app, KeyCode::Right);
    assert_eq!(app.message, None);
}

#[test]
fn leaving_is_possible_from_everywhere() {
    for keys in ["", "?", "e", "v", "/text"] {
        let mut app = app("wake");
        press_all(&mut app, keys);
        let interrupt = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(app.press(interrupt), Some(Effect::Quit), "{keys}");
    }
    let mut app = app("wake");
    assert_eq!(press(&mut app, KeyCode::Char('q')), Some(Effect::Quit));
    assert_eq!(press(&mut app, KeyCode::Esc), Some(Effect::Quit));
    assert_eq!(press(&mut app, KeyCode::Char('x')), Some(Effect::Export));
}

#[test]
fn a_trace_without_events_can_be_looked_at() {
    let mut app = app_of(&[]);
    for keys in ["pPwWzZtvLegGm'nN123", "  "] {
        for letter in keys.chars() {
            press(&mut app, KeyCode::Char(letter));
            screen(&app, 80, 24);
        }
    }
    app = app_of(&[]);
    assert!(screen(&app, 80, 24).contains("There is no event in this trace."));
}
