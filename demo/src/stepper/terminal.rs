//! How is the terminal taken over, and given back whatever happens?
//!
//! It is given back when this is dropped, when the program panics, and after a signal. Keys and signals are read by two
//! threads that only pass them on: the stepper itself waits for one thing, and uses no CPU meanwhile.

use std::io::{self, Stdout, stdout};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{self, Event, KeyEvent};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use super::app::App;
use super::view;

/// Whether the terminal is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// What comes from outside.
pub(super) enum Input {
    Key(KeyEvent),
    Resized,
    /// The program is asked to end.
    Signal(i32),
    /// Nothing more can be read: the terminal is gone.
    Gone,
}

/// The terminal while it is ours.
pub struct Terminal {
    terminal: ratatui::Terminal<CrosstermBackend<Stdout>>,
    _taken: Taken,
}

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// If there is none.
    pub fn enter() -> io::Result<Terminal> {
        give_back_after_panics();
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        // From here on a failure gives it back, too.
        let taken = Taken;
        execute!(stdout(), EnterAlternateScreen, Hide)?;
        let terminal = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(Terminal { terminal, _taken: taken })
    }

    pub(super) fn draw(&mut self, app: &App) -> io::Result<()> {
        self.terminal.draw(|frame| view::draw(app, frame.area(), frame.buffer_mut()))?;
        Ok(())
    }
}

/// Gives the terminal back when it is dropped.
struct Taken;

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, once. If it is gone, there is nothing to give back.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = disable_raw_mode();
        let _ = execute!(stdout(), LeaveAlternateScreen, Show);
    }
}

/// So that what the panic says can be read.
fn give_back_after_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
    });
}

/// Begins to pass on keys, and changes of the size. The thread ends with the program.
pub(super) fn keys(sender: Sender<Input>) -> io::Result<()> {
    // From here on no change of the size is missed, even if the thread is slow to start.
    event::poll(Duration::ZERO)?;
    thread::Builder::new().name("keys".into()).spawn(move || {
        loop {
            let input = match event::read() {
                Ok(Event::Key(key)) if !key.is_release() => Input::Key(key),
                Ok(Event::Resize(..)) => Input::Resized,
                Ok(_) => continue,
                Err(_) => Input::Gone,
            };
            let is_gone = matches!(input, Input::Gone);
            if sender.send(input).is_err() || is_gone {
                return;
            }
        }
    })?;
    Ok(())
}

/// Begins to pass on signals. The thread ends with the program.
#[cfg(unix)]
pub(super) fn signals(sender: Sender<Input>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if sender.send(Input::Signal(signal)).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn signals(_: Sender<Input>) -> io::Result<()> {
    Ok(())
}

/// Ends as the signal would have ended the program, so that whoever sent it sees that.
#[cfg(unix)]
pub(super) fn die(signal: i32) -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(signal)
}

#[cfg(not(unix))]
pub(super) fn die(_: i32) -> io::Result<()> {
    Ok(())
}
