//! What is wrong with a program? `demo lint` holds a scene, or the trace of the learner's own program, against the rules.
//!
//! A program that hangs can be asked while it hangs: its recording is complete whenever its loop parks. Taught in chapter 07.

use std::io::Write;

use clap::Args;

use crate::screen::{FAINT, GOOD, STRONG, paint};
use crate::step;
use crate::stop::Stop;
use crate::trace::lint::lint;
use crate::trace::why::Lang;

/// What `demo lint` can be told.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// A scene, or a file that Runtime::builder().record(FILE) wrote.
    #[arg(value_name = "SCENE|FILE")]
    pub what: String,

    /// The language of the sentences.
    #[arg(long, value_enum, default_value_t)]
    pub lang: Lang,
}

/// Runs the command.
///
/// # Errors
/// If something is wrong with the program, which is printed, or there is no such scene or trace.
pub fn run(options: &Options) -> Result<(), Stop> {
    let trace = step::open(&options.what)?.trace;
    let findings = lint(&trace);
    let mut out = anstream::stdout();
    for finding in &findings {
        let step = paint(FAINT, format!("step {}", finding.step));
        let rule = paint(STRONG, finding.rule.name());
        writeln!(out, "{step}  {rule}  {}", finding.sentence(options.lang))?;
    }
    if findings.is_empty() {
        let steps = trace.steps.len();
        let nothing = match options.lang {
            Lang::En => format!("nothing is wrong in {steps} steps"),
            Lang::Zh => format!("{steps} 步里没有发现问题"),
        };
        writeln!(out, "{}", paint(GOOD, nothing))?;
        return Ok(());
    }
    Err(Stop::Told)
}
