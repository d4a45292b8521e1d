//! How does somebody who waits see that something happens? One line on the terminal that is written over and over.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line changes, at most.
const EVERY: Duration = Duration::from_millis(200);

/// A line on standard error, if that is a terminal. It is wiped when this is dropped.
pub struct Progress {
    begun: Instant,
    /// When it may be written again; never, if nobody sees it.
    next: Option<Instant>,
    is_there: bool,
}

impl Progress {
    /// Shows nothing before `after` has passed: what is over soon needs no progress.
    pub fn after(after: Duration) -> Progress {
        let begun = Instant::now();
        let next = begun.checked_add(after).filter(|_| std::io::stderr().is_terminal());
        Progress { begun, next, is_there: false }
    }

    /// How long it has been going on.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// How long until it is worth saying something again: for ever, if nobody sees it.
    pub fn until_next(&self) -> Duration {
        self.next.map_or(Duration::MAX, |next| next.saturating_duration_since(Instant::now()))
    }

    /// Writes the line, unless it is too soon. `line` is only made if it is written.
    pub fn say(&mut self, line: impl FnOnce(Duration) -> String) {
        if self.next.is_none_or(|next| Instant::now() < next) {
            return;
        }
        self.next = Some(Instant::now() + EVERY);
        self.is_there = true;
        let line = crate::screen::clip(&line(self.elapsed()), crate::screen::width() - 1);
        self.write(&line);
    }

    /// Wipes the line, so that something else can be written where it was.
    pub fn wipe(&mut self) {
        if std::mem::take(&mut self.is_there) {
            self.write("");
        }
    }

    /// A terminal that does not take the line does not matter.
    fn write(&self, line: &str) {
        let mut terminal = std::io::stderr();
        let _ = write!(terminal, "\r\x1b[K{line}");
        let _ = terminal.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// A number of bytes as people read it: `980 B`, `1.5 MB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let mut amount = number as f64;
    let mut unit = "";
    for next in UNITS {
        if amount < 999.95 {
            break;
        }
        amount /= 1000.0;
        unit = next;
    }
    format!("{amount:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_with_the_unit_that_fits() {
        for (number, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1500, "1.5 kB"),
            (999_960, "1.0 MB"),
            (5_000_000, "5.0 MB"),
        ] {
            assert_eq!(bytes(number), text);
        }
    }
}
