//! What does a scene show at one glance? `demo SCENE` runs it and prints its question, its steps, and the picture.
//!
//! `demo scenes` lists all of them with the question that each answers.

use std::io::{BufWriter, Write};

use clap::Args;

use super::{ALL, Scene};
use crate::lanes;
use crate::recording::Seen;
use crate::screen::{FAINT, STRONG, paint, width, wrap};
use crate::step::plain::{Text, introduce};
use crate::step::{Opened, record};
use crate::stop::Stop;
use crate::trace::filter::Filter;
use crate::trace::why::Lang;

/// What a scene and the list of them can be told.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Options {
    /// The language of what is explained.
    #[arg(long, value_enum, default_value_t)]
    pub lang: Lang,
}

/// Lists the scenes.
///
/// # Errors
/// If it cannot be written.
pub fn list(options: Options) -> Result<(), Stop> {
    let mut out = BufWriter::new(anstream::stdout());
    let longest = ALL.iter().map(|scene| scene.name.len()).max().unwrap_or(0);
    for scene in ALL {
        let gap = longest - scene.name.len() + 2;
        let question = wrap(scene.question.get(options.lang), width() - longest - 2);
        write!(out, "{}{:gap$}", paint(STRONG, scene.name), "")?;
        writeln!(out, "{}", question.join(&format!("\n{:1$}", "", longest + 2)))?;
    }
    let hint = match options.lang {
        Lang::En => "`demo NAME` tells one, and `demo step NAME` steps through it.",
        Lang::Zh => "`demo 名称` 讲述一个场景，`demo step 名称` 逐步走过它。",
    };
    writeln!(out, "\n{}", paint(FAINT, hint))?;
    out.flush()?;
    Ok(())
}

/// Runs a scene, and tells what happened.
///
/// # Errors
/// If it cannot run, or what it says cannot be written.
pub fn tell(scene: &'static Scene, options: Options) -> Result<(), Stop> {
    let lang = options.lang;
    let trace = record(scene)?;
    let opened = Opened { name: scene.name.into(), scene: Some(scene), trace };
    let filter = Filter { level: 1, only: Vec::new(), task: None };
    let text = Text { opened: &opened, filter, range: 1..=usize::MAX, lang };
    let mut out = BufWriter::new(anstream::stdout());
    introduce(&mut out, &opened, lang, width())?;
    text.steps(&mut out, width())?;
    writeln!(out, "{}", lanes::draw(&Seen::of(&opened.trace), width(), lang))?;
    let next = match lang {
        Lang::En => format!("Step through it, both ways: demo step {}", scene.name),
        Lang::Zh => format!("前后逐步走过它：demo step {}", scene.name),
    };
    writeln!(out, "{}", paint(FAINT, next))?;
    out.flush()?;
    Ok(())
}
