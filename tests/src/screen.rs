//! What does somebody see who runs the program in a terminal? A pseudo-terminal, and a screen that obeys what is written to it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longer than anything takes that does not hang.
const LIMIT: Duration = Duration::from_secs(60);

/// A program in a terminal of its own.
pub struct Screen {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything that was ever written.
    written: Vec<u8>,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn some(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("a screen has columns and rows")
}

impl Screen {
    /// Runs a program on a screen of this size.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn run(
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
        (columns, rows): (u16, u16),
    ) -> Screen {
        let pty = native_pty_system().openpty(size(columns, rows)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(std::env::current_dir().expect("a folder"));
        let child = pty.slave.spawn_command(command).expect("the program can be started");
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // At the end of the program a terminal is an error or at its end.
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keyboard = pty.master.take_writer().expect("a keyboard");
        let parser = vt100::Parser::new(some(rows), some(columns), 0);
        Screen { master: pty.master, keyboard, child, output, parser, written: Vec::new() }
    }

    /// Presses keys.
    ///
    /// # Panics
    /// If the program is gone.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("somebody reads the keys");
        self.keyboard.flush().expect("somebody reads the keys");
    }

    /// Makes the terminal another size.
    ///
    /// # Panics
    /// If there is no terminal any more.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.screen_mut().set_size(some(rows), some(columns));
        self.master.resize(size(columns, rows)).expect("a terminal");
    }

    /// Waits until what is on the screen is as `wanted`, and gives it.
    ///
    /// # Panics
    /// If it never is.
    pub fn until(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + LIMIT;
        loop {
            let text = self.text();
            if wanted(&text) {
                return text;
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(why) => panic!("{why}, and this is on the screen:\n{text}"),
            }
        }
    }

    /// Waits until the screen has this text.
    ///
    /// # Panics
    /// If it never has.
    pub fn until_it_says(&mut self, wanted: &str) -> String {
        self.until(|text| text.contains(wanted))
    }

    /// Waits for the end of the program, and gives its exit code; 128 and more for a signal.
    ///
    /// # Panics
    /// If it does not end.
    pub fn end(&mut self) -> u32 {
        let deadline = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a program") {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end:\n{}", self.text());
            // Whoever does not read what it writes keeps it from ending.
            match self.output.recv_timeout(Duration::from_millis(10)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(10)),
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
            self.take(&bytes);
        }
        status.exit_code()
    }

    /// The number of the process.
    ///
    /// # Panics
    /// If there is none.
    pub fn process(&self) -> i32 {
        let process = self.child.process_id().expect("a process");
        i32::try_from(process).expect("a small number")
    }

    /// The screen, and what the terminal has been told besides.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The name of the terminal that the program runs in.
    ///
    /// # Panics
    /// If it has none.
    pub fn terminal(&self) -> PathBuf {
        self.master.tty_name().expect("a terminal with a name")
    }

    /// Everything that was written so far.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.written).into_owned()
    }

    fn text(&self) -> String {
        self.parser.screen().contents()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.parser.process(bytes);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It has ended by itself, or its test has failed.
        let _ = self.child.kill();
    }
}
