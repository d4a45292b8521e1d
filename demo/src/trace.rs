//! What happened, from the first event to the last? A recording that can be read again and stepped through.
//!
//! A trace comes from a file that `runtime::record` wrote, or from a scene, which is recorded into memory in the same way.
//!
//! ```text
//!  what is seen    the stepper, plain text, the page, exports
//!                      \        |         /         /
//!  what it means  why  title  spot  lint  filter  player
//!                    \    \    \   |    /     /
//!  what is so               state (the one reducer)
//!                             |
//!  what happened            event - line
//! ```

pub mod event;
pub mod filter;
mod line;
pub mod lint;
pub mod player;
pub mod spot;
pub mod state;
#[cfg(test)]
pub(crate) mod tests;
pub mod title;
pub mod why;

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use runtime::record::HEADER;

use self::event::Step;

/// Line by line what a trace of a source file begins with.
const SOURCE: &str = "source ";
const SOURCE_LINE: char = '|';

/// A recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The events, in the order in which they happened.
    pub steps: Vec<Step>,
    /// The lines they were read from.
    lines: Vec<Rc<str>>,
    /// The source files that came with it, by the name that the places in it use.
    pub sources: BTreeMap<Rc<str>, Rc<str>>,
}

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotATrace {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl Trace {
    /// The line that a step was read from; steps are counted from 1.
    pub fn line(&self, number: usize) -> Option<&str> {
        self.lines.get(number.checked_sub(1)?).map(|line| &**line)
    }

    /// Reads a trace. One that was cut off in the middle of its last line, as by a program that was killed, is read up to there.
    ///
    /// # Errors
    /// Which line is wrong, and why.
    pub fn parse(text: &str) -> Result<Trace, NotATrace> {
        let mut trace = Trace::default();
        let mut source: Option<(Rc<str>, String)> = None;
        let mut lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
        match lines.next() {
            Some((_, header)) if header == HEADER => {}
            Some((_, header)) if header.starts_with("onethread-trace ") => {
                let why = format!("this is {header:?}, and this version reads {HEADER:?}");
                return Err(NotATrace { line: 1, why });
            }
            _ => {
                let why = format!("a trace begins with the line {HEADER:?}");
                return Err(NotATrace { line: 1, why });
            }
        }
        for (number, line) in lines {
            let wrong = |why| NotATrace { line: number, why };
            if let Some((_, text)) = &mut source {
                if let Some(code) = line.strip_prefix(SOURCE_LINE) {
                    text.push_str(code);
                    text.push('\n');
                    continue;
                }
                trace.sources.extend(source.take().map(|(name, text)| (name, text.into())));
            }
            if let Some(name) = line.strip_prefix(SOURCE) {
                source = Some((name.into(), String::new()));
                continue;
            }
            match Step::parse(line) {
                Ok(step) => {
                    trace.steps.push(step);
                    trace.lines.push(line.into());
                }
                Err(_) if is_cut_off(text, line) => break,
                Err(why) => return Err(wrong(why)),
            }
        }
        trace.sources.extend(source.map(|(name, text)| (name, text.into())));
        Ok(trace)
    }
}

/// Whether `line` is the last one, and has no end.
fn is_cut_off(text: &str, line: &str) -> bool {
    !text.ends_with('\n') && text.ends_with(line)
}

/// As it is written into a file, with its sources.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        for (name, text) in &self.sources {
            writeln!(f, "{SOURCE}{name}")?;
            text.lines().try_for_each(|line| writeln!(f, "{SOURCE_LINE}{line}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for NotATrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}
