//! Which stories can be stepped through? Short programs, each of which answers one question.
//!
//! `demo scenes` lists them, `demo NAME` tells one, and `demo step NAME` steps through it. A scene runs once and is recorded;
//! what is shown afterwards is the recording, so that nothing waits for the one who looks.

pub mod tell;

mod interleave;
mod wake;

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, Write};
use std::rc::Rc;

use runtime::record::Recorder;
use runtime::{Builder, Runtime};

use crate::trace::Trace;
use crate::trace::why::Lang;

/// A story.
pub struct Scene {
    /// What it is called on the command line.
    pub name: &'static str,
    /// The question that it answers, in English and in Chinese.
    pub question: Text,
    /// What is to be seen in it, in a few sentences.
    pub story: Text,
    /// Whether it runs on the paused clock and needs nothing from outside, so that every recording is the same.
    pub repeats: bool,
    /// Its source file, by the name that the compiler knows it by, and what is in it.
    pub source: (&'static str, &'static str),
    /// Runs it.
    pub run: fn() -> io::Result<Trace>,
}

/// The same in two languages.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// In English.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

impl Text {
    /// In this language.
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

/// All scenes, in the order of the chapters that use them.
pub const ALL: &[Scene] = &[interleave::SCENE, wake::SCENE];

/// The scene of this name.
pub fn find(name: &str) -> Option<&'static Scene> {
    ALL.iter().find(|scene| scene.name == name)
}

/// All their names, for a message.
pub fn names() -> String {
    let names: Vec<&str> = ALL.iter().map(|scene| scene.name).collect();
    names.join(", ")
}

/// What somebody may have meant who wrote `name`: ` (did you mean …?)`, or nothing.
pub fn hint(name: &str) -> String {
    let near = ALL.iter().map(|scene| (strsim::jaro_winkler(scene.name, name), scene.name));
    match near.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((likeness, meant)) if likeness > 0.8 => format!(" (did you mean {meant}?)"),
        _ => String::new(),
    }
}

/// Runs `story` on a paused clock and records it.
fn record(story: impl Future<Output = ()>) -> io::Result<Trace> {
    record_on(Runtime::builder().paused_clock(), story)
}

/// Runs `story` on a runtime with these settings and records it.
fn record_on(builder: Builder, story: impl Future<Output = ()>) -> io::Result<Trace> {
    let memory = Memory::default();
    let recorder = Recorder::new(memory.clone());
    builder.observer(recorder.clone()).build()?.block_on(story);
    recorder.flush();
    memory.trace()
}

/// What a recorder writes into, when the trace is wanted at once.
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Memory {
    fn trace(&self) -> io::Result<Trace> {
        let text = String::from_utf8(self.0.take()).map_err(io::Error::other)?;
        Trace::parse(&text).map_err(|error| io::Error::other(error.to_string()))
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The program itself says something in the trace.
#[track_caller]
fn say(text: &str) {
    runtime::note("say", || text.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_errs_by_a_letter_is_told_the_right_name() {
        assert_eq!(hint("interlave"), " (did you mean interleave?)");
        assert_eq!((hint("xyz"), hint("")), (String::new(), String::new()));
    }

    #[test]
    fn scenes_that_repeat_give_the_same_trace_each_time() {
        for scene in ALL.iter().filter(|scene| scene.repeats) {
            let (one, other) = ((scene.run)().unwrap(), (scene.run)().unwrap());
            assert!(!one.steps.is_empty());
            assert!(one.to_string() == other.to_string(), "{}", scene.name);
        }
    }

    #[test]
    fn every_scene_has_a_name_of_its_own_and_its_source_is_the_one_in_the_trace() {
        for scene in ALL {
            assert_eq!(find(scene.name).map(|found| found.source.0), Some(scene.source.0));
            let trace = (scene.run)().unwrap();
            let own = |step: &crate::trace::event::Step| {
                step.user.as_ref().is_some_and(|place| &*place.file == scene.source.0)
            };
            assert!(trace.steps.iter().any(own), "{} has lines of its own", scene.name);
        }
    }
}
