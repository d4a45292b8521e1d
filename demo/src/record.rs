//! How is a run kept, or given to somebody else? `demo record` runs a scene and writes it; the file's ending says how.
//!
//! | ending | what it is | opens in |
//! |---|---|---|
//! | `.trace` | the events, one a line, and the sources | `demo step`, `demo record` |
//! | `.html` | a page to step through | any browser, from disk |
//! | `.json` | Chrome's trace format | Perfetto (ui.perfetto.dev) |

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::export::{html, json};
use crate::stop::Stop;
use crate::trace::why::Lang;
use crate::{sources, step};

/// What `demo record` can be told.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The scene to run, or a trace file to convert.
    #[arg(value_name = "SCENE|FILE")]
    pub what: String,

    /// The file to write; its ending is .trace, .html or .json.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,

    /// The language that the page begins in; it has both.
    #[arg(long, value_enum, default_value_t)]
    pub lang: Lang,
}

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Trace,
    Html,
    Json,
}

impl Format {
    fn of(file: &Path) -> Result<Format, Stop> {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("trace") => Ok(Format::Trace),
            Some("html") => Ok(Format::Html),
            Some("json") => Ok(Format::Json),
            _ => Err(Stop::Usage(format!(
                "the ending of {} does not say what to write: .trace (to step through), .html (a page) or .json (for Perfetto)",
                file.display()
            ))),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If there is no such scene or trace, or the file cannot be written.
pub fn run(options: &Options) -> Result<(), Stop> {
    record(options, &mut anstream::stdout())
}

fn record(options: &Options, screen: &mut impl Write) -> Result<(), Stop> {
    let format = Format::of(&options.out)?;
    let mut opened = step::open(&options.what)?;
    sources::embed(&mut opened.trace);
    let text = match format {
        Format::Trace => opened.trace.to_string(),
        Format::Html => html::export(&opened, options.lang),
        Format::Json => json::export(&opened.name, &opened.trace),
    };
    let (out, steps) = (options.out.display(), opened.trace.steps.len());
    fs::write(&options.out, &text)
        .map_err(|error| Stop::Failed(format!("cannot write {out}: {error}")))?;

    writeln!(screen, "Wrote {out}: {} of {}, {}.", events(steps), opened.name, size(text.len()))?;
    match format {
        Format::Trace => writeln!(screen, "Step through it: demo step {out}")?,
        Format::Html => {
            if steps > html::MOST_STEPS {
                writeln!(
                    screen,
                    "The page has the first {} of them; a .trace has all.",
                    html::MOST_STEPS
                )?;
            }
            writeln!(screen, "Open it in a browser; it needs no network.")?;
        }
        Format::Json => {
            writeln!(screen, "Open it at https://ui.perfetto.dev, or at chrome://tracing.")?
        }
    }
    Ok(())
}

fn events(number: usize) -> String {
    if number == 1 { "1 event".into() } else { format!("{number} events") }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenes;
    use crate::trace::Trace;

    fn record(what: &str, out: &Path) -> Result<String, Stop> {
        let mut screen = Vec::new();
        let options = Options { what: what.into(), out: out.into(), lang: Lang::En };
        super::record(&options, &mut screen)?;
        Ok(String::from_utf8(screen).unwrap())
    }

    fn usage(done: Result<String, Stop>) -> String {
        match done {
            Err(Stop::Usage(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_ending_decides_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let read = |ending: &str| {
            let file = folder.path().join("wake").with_extension(ending);
            let said = record("wake", &file).unwrap();
            let (events, file_size) = (
                (scenes::find("wake").unwrap().run)().unwrap().steps.len(),
                fs::metadata(&file).unwrap().len(),
            );
            assert!(
                said.starts_with(&format!("Wrote {}: {events} events of wake, ", file.display())),
                "{said}"
            );
            assert!(said.contains(&size(file_size as usize)), "{said}");
            fs::read_to_string(file).unwrap()
        };
        let trace = Trace::parse(&read("trace")).unwrap();
        let names: Vec<&str> = trace.sources.keys().map(|name| &**name).collect();
        assert!(names.contains(&"demo/src/scenes/wake.rs"), "{names:?}");
        assert!(read("html").starts_with("<!doctype html>"));
        assert!(read("JSON").starts_with('{'));
    }

    #[test]
    fn a_trace_can_be_converted_and_gives_what_the_scene_gives() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        record("wake", &at("wake.trace")).unwrap();
        record("wake", &at("direct.json")).unwrap();
        record(at("wake.trace").to_str().unwrap(), &at("converted.json")).unwrap();
        record(at("wake.trace").to_str().unwrap(), &at("again.trace")).unwrap();
        let read = |name: &str| fs::read_to_string(at(name)).unwrap();
        assert_eq!(read("direct.json"), read("converted.json"));
        assert_eq!(read("wake.trace"), read("again.trace"));
    }

    #[test]
    fn another_ending_is_refused_before_anything_runs_and_the_three_are_named() {
        for wrong in ["x.txt", "x", ".html", ""] {
            let why = usage(record("no such scene", Path::new(wrong)));
            let named = [".trace", ".html", ".json"].iter().all(|ending| why.contains(ending));
            assert!(named && !why.contains("no such scene"), "{why}");
        }
    }

    #[test]
    fn where_there_is_nothing_to_record_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("x.html");
        assert!(usage(record("wakke", &out)).contains("neither a scene nor a file"));
        let text = folder.path().join("x.txt");
        fs::write(&text, "hello").unwrap();
        assert!(usage(record(text.to_str().unwrap(), &out)).contains("is no trace"));
        assert!(!out.exists());
    }

    #[test]
    fn a_file_that_cannot_be_written_is_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("none").join("x.json");
        assert!(
            matches!(record("wake", &out), Err(Stop::Failed(why)) if why.contains("cannot write"))
        );
    }
}
