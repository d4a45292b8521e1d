//! Which stories can be stepped through? Short programs, each of which answers one question.
//!
//! `demo scenes` lists them, `demo NAME` tells one, and `demo step NAME` steps through it. A scene runs once and is recorded;
//! what is shown afterwards is the recording, so that nothing waits for the one who looks.

pub mod tell;

mod blocked;
mod busy;
mod cancel;
mod cores;
mod drip;
mod echo;
mod gather;
mod gil;
mod handshake;
mod interleave;
mod lazy;
mod lost;
mod model;
mod pool;
mod reactor;
mod record;
mod remote;
mod sequential;
mod ten_thousand;
#[cfg(test)]
pub(crate) mod tests;
mod threads;
mod timeout;
mod timers;
mod wake;

use std::io;

use self::record::{failed, record, record_for_real, record_through, record_until_stall, say};
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
pub const ALL: &[Scene] = &[
    gather::SCENE,
    threads::SCENE,
    gil::SCENE,
    lazy::SCENE,
    busy::SCENE,
    wake::SCENE,
    lost::SCENE,
    reactor::SCENE,
    timers::SCENE,
    echo::SCENE,
    drip::SCENE,
    handshake::SCENE,
    sequential::SCENE,
    interleave::SCENE,
    timeout::SCENE,
    cancel::SCENE,
    pool::SCENE,
    blocked::SCENE,
    remote::SCENE,
    cores::SCENE,
    ten_thousand::SCENE,
];

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
