mod keys;
mod picture;
mod screens;

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

use super::app::{App, Effect};
use super::view;
use crate::step::{Opened, open};
use crate::trace::Trace;
use crate::trace::filter::Filter;
use crate::trace::why::Lang;

const LEVEL_2: Filter = Filter { level: 2, only: Vec::new(), task: None };

fn app(scene: &str) -> App {
    App::new(open(scene).unwrap(), LEVEL_2, Lang::En)
}

/// An app for a trace of these lines, ten milliseconds apart.
fn app_of(lines: &[&str]) -> App {
    let timed = lines.iter().enumerate();
    let lines: String =
        timed.map(|(number, line)| format!("{:.2} {line}\n", number as f64 / 100.0)).collect();
    let trace = Trace::parse(&format!("{}\n{lines}", runtime::record::HEADER)).unwrap();
    App::new(Opened { name: "test".into(), scene: None, trace }, LEVEL_2, Lang::En)
}

fn press(app: &mut App, code: KeyCode) -> Option<Effect> {
    app.press(KeyEvent::new(code, KeyModifiers::NONE))
}

/// Presses a key for each letter.
fn press_all(app: &mut App, letters: &str) {
    for letter in letters.chars() {
        assert_eq!(press(app, KeyCode::Char(letter)), None, "{letter}");
    }
}

fn buffer(app: &App, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    view::draw(app, area, &mut buffer);
    buffer
}

/// What is on a screen of this size, line by line.
fn screen(app: &App, width: u16, height: u16) -> String {
    let buffer = buffer(app, width, height);
    let mut text = String::new();
    for y in 0..height {
        let mut line = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // What is hidden behind a wide character is no character of its own.
            x += u16::try_from(crate::screen::columns(symbol)).unwrap().max(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
