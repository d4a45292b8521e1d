//! The picture of the stepper in the README is a real screen. `ONETHREAD_REWRITE=1 cargo test -p demo stepper` draws it anew.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::*;
use crate::screen::columns;

const WIDTH: u16 = 112;
const HEIGHT: u16 = 29;
/// A cell in the picture. Its font is whatever the reader has, and is stretched to fit.
const CELL: (usize, usize) = (8, 18);

const STYLE: &str = "\
text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; white-space: pre; }
rect { fill: #ffffff; stroke: #8c959f; }
.bold { font-weight: 700; }
.faint { fill: #59636e; }
.green { fill: #116329; }
.magenta { fill: #8250df; }
.red { fill: #a40e26; }
.blue { fill: #0550ae; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  rect { fill: #0d1117; stroke: #656c76; }
  .faint { fill: #9198a1; }
  .green { fill: #56d364; }
  .magenta { fill: #d2a8ff; }
  .red { fill: #ff7b72; }
  .blue { fill: #79c0ff; }
}";

/// The class names of a cell.
fn classes(cell: &Cell) -> String {
    let colour = match cell.fg {
        Color::Green => "green",
        Color::Magenta => "magenta",
        Color::Red => "red",
        Color::Blue => "blue",
        _ if cell.modifier.contains(Modifier::DIM) => "faint",
        _ => "",
    };
    let bold = if cell.modifier.contains(Modifier::BOLD) { "bold" } else { "" };
    format!("{colour} {bold}").trim().to_string()
}

/// A screen as SVG: one text for each run of cells that look the same.
fn picture(buffer: &Buffer, title: &str) -> String {
    let (width, height) = (usize::from(WIDTH) * CELL.0 + 24, usize::from(HEIGHT) * CELL.1 + 20);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{title}</title>\n<style>\n{STYLE}\n</style>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
        width - 1,
        height - 1
    );
    for y in 0..HEIGHT {
        let mut x = 0;
        while x < WIDTH {
            let begin = x;
            let class = classes(&buffer[(x, y)]);
            let mut text = String::new();
            while x < WIDTH && classes(&buffer[(x, y)]) == class {
                let symbol = buffer[(x, y)].symbol();
                text.push_str(symbol);
                x += u16::try_from(columns(symbol)).unwrap().max(1);
            }
            let blank = text.len() - text.trim_start().len();
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let left = (usize::from(begin) + blank) * CELL.0 + 12;
            let base = usize::from(y) * CELL.1 + 24;
            let text_width = columns(text) * CELL.0;
            let class = if class.is_empty() { class } else { format!(" class=\"{class}\"") };
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
            writeln!(
                svg,
                "<text x=\"{left}\" y=\"{base}\" textLength=\"{text_width}\" lengthAdjust=\"spacingAndGlyphs\"{class}>{text}</text>"
            )
            .unwrap();
        }
    }
    svg + "</svg>\n"
}

#[test]
fn the_picture_of_the_stepper_is_a_real_screen() {
    for (lang, name, title) in [
        (
            Lang::En,
            "stepper.svg",
            "The stepper shows a wake: tasks, ready queue, timers, code, timeline, and why",
        ),
        (
            Lang::Zh,
            "stepper.zh.svg",
            "单步器显示一次唤醒：任务、就绪队列、定时器、代码、时间线和原因",
        ),
    ] {
        let mut app = app("interleave");
        app.lang = lang;
        // To a wake by a timer: somebody is ready, and somebody waits.
        for _ in 0..2 {
            press(&mut app, KeyCode::Char('w'));
        }
        app.message = None;
        let svg = picture(&buffer(&app, WIDTH, HEIGHT), title);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
        if env::var_os("ONETHREAD_REWRITE").is_some() {
            fs::write(&path, &svg).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == svg,
            "docs/{name} is another screen. If this one is right, ONETHREAD_REWRITE=1 cargo test -p demo stepper draws it anew."
        );
    }
}
