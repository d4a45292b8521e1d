//! How does one step through a trace on a terminal? Keys change the place, and the screen shows the state there.
//!
//! ```text
//!  keys ──> app (where one is, and what is shown) ──> view (a pure function of the app and the size) ──> terminal
//! ```

pub mod app;
mod choose;
mod explain;
mod go;
pub mod keys;
mod predict;
mod search;
mod style;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod view;
mod words;

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::channel;

use self::app::{App, Effect};
use self::terminal::{Input, Terminal};
use crate::sources;
use crate::stop::Stop;
use crate::trace::Trace;

/// Lets the user step until they quit.
///
/// # Errors
/// If there is no terminal to do it on.
pub fn run(mut app: App) -> Result<(), Stop> {
    let unusable = |error| Stop::Failed(format!("cannot use this terminal ({error}); try --plain"));
    let (sender, inputs) = channel();
    terminal::signals(sender.clone()).map_err(unusable)?;
    let mut terminal = Terminal::enter().map_err(unusable)?;
    terminal::keys(sender).map_err(unusable)?;
    loop {
        terminal.draw(&app).map_err(unusable)?;
        let Ok(first) = inputs.recv() else { return Ok(()) };
        // What was typed meanwhile is drawn at once.
        for input in std::iter::once(first).chain(inputs.try_iter()) {
            match input {
                Input::Key(key) => match app.press(key) {
                    Some(Effect::Quit) => return Ok(()),
                    Some(Effect::Export) => export(&mut app),
                    None => {}
                },
                Input::Resized => {}
                Input::Gone => return Ok(()),
                Input::Signal(signal) => {
                    drop(terminal);
                    return terminal::die(signal).map_err(unusable);
                }
            }
        }
    }
}

/// Writes the trace with its sources into the current folder, and says so.
fn export(app: &mut App) {
    let mut trace = app.trace().clone();
    sources::embed(&mut trace);
    match write(&app.name, &trace) {
        Ok(name) => app.tell(
            format!("Written to {name}: `demo step {name}` opens it, here or elsewhere."),
            format!("已写入 {name}：用 `demo step {name}` 打开，在哪里都可以。"),
        ),
        Err(error) => {
            app.tell(format!("It cannot be written here: {error}"), format!("无法写入：{error}"));
        }
    }
}

/// Writes into a new file: what is there already is never written over.
fn write(name: &str, trace: &Trace) -> io::Result<String> {
    for number in 1.. {
        let name =
            if number == 1 { format!("{name}.trace") } else { format!("{name}-{number}.trace") };
        match File::create_new(&name) {
            Ok(mut file) => {
                file.write_all(trace.to_string().as_bytes())?;
                return Ok(name);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    unreachable!("there is a number for every file")
}
