//! The screens as they are, in `demo/src/stepper/snapshots`. `ONETHREAD_REWRITE=1 cargo test -p demo stepper` writes them anew.

use std::env;
use std::fs;
use std::path::Path;

use ratatui::style::Color;

use super::*;
use crate::scenes;
use crate::screen::columns;

fn compare(name: &str, screen: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stepper/snapshots");
    let path = folder.join(format!("{name}.txt"));
    if env::var_os("ONETHREAD_REWRITE").is_some() {
        fs::write(&path, screen).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        screen == expected,
        "{name} is\n{screen}\nand not\n{expected}\nIf that is right, ONETHREAD_REWRITE=1 cargo test -p demo stepper \
         writes it anew."
    );
}

/// A trace with some of everything, which does not change with the runtime's sources.
fn everything() -> App {
    let lines = [
        "task.poll task=root",
        "task.spawn task=1 name=\"fetch 1\" by=root user=\"a.rs:2:5\"",
        "task.spawn task=2 name=\"取\" by=root user=\"a.rs:3:5\"",
        "task.pending task=root wait=\"join\" more=1 user=\"a.rs:4:5\" runtime=\"r.rs:2:1\"",
        "task.poll task=1",
        "source.register source=0 what=\"tcp stream\"",
        "io.try source=0 direction=write done=80",
        "source.arm source=0 direction=read user=\"a.rs:9:9\"",
        "timer.arm timer=1 deadline=30.0",
        "task.pending task=1 wait=\"tcp read\" more=0 user=\"a.rs:9:9\" runtime=\"r.rs:2:1\"",
        "task.poll task=2",
        "timer.arm timer=2 deadline=1.0",
        "task.pending task=2 wait=\"sleep\" more=0 user=\"a.rs:10:9\"",
        "loop.park timeout=0.5",
        "loop.unpark events=1",
        "source.ready source=0 direction=read closed=true",
        "wake task=1 by=reactor effect=queued runtime=\"r.rs:3:1\"",
        "task.poll task=1",
        "note subject=\"http\" text=\"200 OK\" user=\"a.rs:9:9\"",
        "task.ready task=1 outcome=panicked",
        "task.drop task=2 outcome=cancelled",
    ];
    let mut app = app_of(&lines);
    let code: String = (1..=12).map(|line| format!("    line({line});\n")).collect();
    let mut trace = app.trace().clone();
    trace.sources.insert("a.rs".into(), code.as_str().into());
    trace.sources.insert("r.rs".into(), "fn emit() {\n\tbody()\n}\n".into());
    app = App::new(Opened { name: "everything".into(), scene: None, trace }, LEVEL_2, Lang::En);
    press_all(&mut app, "3");
    app
}

fn at(mut app: App, position: usize) -> App {
    app.message = None;
    app.go(position);
    app
}

#[test]
fn the_screen_is_as_it_was_at_all_sizes() {
    for (width, height) in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        let app = at(everything(), 17);
        compare(&format!("{width}x{height}"), &screen(&app, width, height));
    }
}

#[test]
fn the_screen_is_as_it_was_in_chinese_and_in_ascii() {
    let mut app = at(everything(), 17);
    app.ascii = true;
    compare("ascii", &screen(&app, 80, 24));
    (app.ascii, app.lang) = (false, Lang::Zh);
    compare("chinese", &screen(&app, 80, 24));
}

#[test]
fn the_pages_and_the_questions_are_as_they_were() {
    let mut app = everything();
    compare("start", &screen(&app, 80, 24));
    app = at(app, 17);
    for (name, keys) in
        [("help", "?"), ("explain", "qe"), ("predict", "qv"), ("right", "2"), ("search", "/wake")]
    {
        press_all(&mut app, keys);
        compare(name, &screen(&app, 80, 24));
    }
    compare("small", &screen(&app, 40, 10));
}

#[test]
fn no_step_of_any_scene_is_too_wide_or_panics_at_any_size() {
    for scene in scenes::ALL.iter().filter(|scene| scene.repeats) {
        for lang in [Lang::En, Lang::Zh] {
            let mut app = app(scene.name);
            app.lang = lang;
            for (width, height) in
                [(0, 0), (1, 1), (59, 20), (60, 16), (61, 19), (83, 25), (149, 33), (151, 50)]
            {
                for position in (0..=app.len()).step_by(1 + app.len() / 40) {
                    app.go(position);
                    let text = screen(&app, width, height);
                    assert!(text.lines().all(|line| columns(line) <= usize::from(width)), "{text}");
                }
            }
        }
    }
}

#[test]
fn in_ascii_nothing_else_is_drawn() {
    for keys in ["", "ww", "?", "e", "v", "/x", "k", "t"] {
        let mut app = everything();
        app.ascii = true;
        press_all(&mut app, keys);
        for (width, height) in [(60, 16), (120, 40), (200, 60), (20, 5)] {
            let text = screen(&app, width, height);
            // But for words of others: the name of a task, and of the other language.
            let text = text.replace("中文", "").replace('取', "");
            assert!(text.is_ascii(), "{keys}\n{text}");
        }
    }
}

#[test]
fn there_are_sixteen_colours_or_none_and_no_background() {
    let few = [Color::Reset, Color::Green, Color::Magenta, Color::Red, Color::Blue];
    let symbols =
        |buffer: &Buffer| buffer.content.iter().map(|cell| cell.symbol().to_string()).collect();
    let mut seen = Vec::new();
    for position in [17, 20] {
        let mut app = at(everything(), position);
        let drawn = buffer(&app, 120, 40);
        assert!(drawn.content.iter().all(|cell| cell.bg == Color::Reset && few.contains(&cell.fg)));
        seen.extend(drawn.content.iter().map(|cell| cell.fg));
        app.colours = false;
        let plain = buffer(&app, 120, 40);
        assert!(plain.content.iter().all(|cell| cell.fg == Color::Reset));
        let (drawn, plain): (String, String) = (symbols(&drawn), symbols(&plain));
        assert_eq!(drawn, plain, "nothing is said by colour alone");
    }
    assert!(few.iter().all(|colour| seen.contains(colour)));
}

#[test]
fn of_many_tasks_the_one_of_this_step_is_shown() {
    let lines: Vec<String> =
        (1..=500).map(|task| format!("task.spawn task={task} by=root")).collect();
    let mut app = app_of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    app.go(250);
    let text = screen(&app, 80, 24);
    assert!(text.contains("ready     task 250") && text.contains("of 251"), "{text}");
    assert!(text.contains("next: root, task 1, ") && text.contains("… +"), "{text}");
}

#[test]
fn what_a_trace_says_cannot_command_the_terminal() {
    let mut app = app_of(&[
        "task.spawn task=1 name=\"\\u{1b}[2J\" by=root user=\"\\u{7}.rs:1:1\"",
        "note subject=\"say\" text=\"a\\u{9b}31mb\\nc\"",
    ]);
    for position in 0..=2 {
        app.go(position);
        for keys in ["", "e", "q?", "qv"] {
            press_all(&mut app, keys);
            let text = screen(&app, 200, 60);
            assert!(!text.replace('\n', "").contains(char::is_control), "{text}");
        }
        press(&mut app, KeyCode::Esc);
    }
}
