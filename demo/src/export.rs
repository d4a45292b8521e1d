//! What can a trace become, for other eyes than the stepper's? A page for the browser, and a picture for Perfetto.
//!
//! ```text
//!  html - data, film, lanes, words      json
//!                 \                      /
//!                  the states of `trace`
//! ```
//!
//! Both look at states that `State::apply` gave, and reduce nothing themselves. Used by `record`.

pub mod html;
pub mod json;

use crate::scenes::{Scene, Text};

/// What a recording is called, wherever it is shown.
#[derive(Clone, Debug)]
pub struct Title {
    /// The scene, or the file that it was read from.
    pub name: String,
    /// The question that it answers, if it is a scene.
    pub question: Option<Text>,
    /// What is to be seen in it, if it is a scene.
    pub story: Option<Text>,
}

impl Title {
    /// That of a scene.
    pub fn of(scene: &Scene) -> Title {
        Title { name: scene.name.into(), question: Some(scene.question), story: Some(scene.story) }
    }

    /// A name and no more, as a file has it.
    pub fn named(name: impl Into<String>) -> Title {
        Title { name: name.into(), question: None, story: None }
    }
}
