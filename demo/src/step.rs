//! But who wakes whom? `demo step` records a scene, or opens a trace, and goes through it event by event.
//!
//! In a terminal that is the stepper, which goes both ways; without one the same steps are printed as text.

pub mod plain;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use clap::Args;
use runtime::record::HEADER;

use crate::scenes::{self, Scene};
use crate::stepper::{self, app::App};
use crate::stop::Stop;
use crate::trace::Trace;
use crate::trace::event::{Event, Kind, TaskId};
use crate::trace::filter::{Filter, find_task};
use crate::trace::why::Lang;

/// What `demo step` can be told.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// A scene (see `demo scenes`), or a trace that was written into a file.
    #[arg(value_name = "SCENE|FILE")]
    pub what: String,

    /// Print the steps as text, as is done where there is no terminal.
    #[arg(long)]
    pub plain: bool,

    /// How much detail: 1 for who runs, 2 for who wakes whom, 3 for everything [default: 2].
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub level: Option<u8>,

    /// Steps about this task alone.
    #[arg(long, value_name = "NAME|NUMBER|root")]
    pub task: Option<String>,

    /// The language of what is explained.
    #[arg(long, value_enum, default_value_t)]
    pub lang: Lang,

    /// In the stepper: no lines and signs beyond ASCII.
    #[arg(long)]
    pub ascii: bool,

    /// As text: steps of these kinds alone, whatever their level, such as wake,loop.park.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    pub only: Vec<Kind>,

    /// As text: from this step on.
    #[arg(long, value_name = "STEP")]
    pub from: Option<usize>,

    /// As text: up to this step.
    #[arg(long, value_name = "STEP")]
    pub to: Option<usize>,
}

impl Options {
    /// Whether something was asked for that only the text has.
    fn wants_text(&self) -> bool {
        self.plain || !self.only.is_empty() || self.from.is_some() || self.to.is_some()
    }
}

/// A trace, and where it comes from.
pub struct Opened {
    /// What it is called: the scene, or the file without its folder and ending.
    pub name: String,
    /// The scene that it is a recording of, if it is one.
    pub scene: Option<&'static Scene>,
    /// What happened.
    pub trace: Trace,
}

/// Runs the command.
///
/// # Errors
/// If there is no such scene or file, or it is no trace, or no such task is in it.
pub fn run(options: &Options) -> Result<(), Stop> {
    if let (Some(from), Some(to)) = (options.from, options.to)
        && from > to
    {
        return Err(Stop::Usage(format!("there is no step from {from} on and up to {to}")));
    }
    let opened = open(&options.what)?;
    let task = options.task.as_deref().map(|task| task_of(&opened.trace, task)).transpose()?;
    let filter = Filter { level: options.level.unwrap_or(2), only: options.only.clone(), task };
    if !options.wants_text() && has_terminal() {
        let mut app = App::new(opened, filter, options.lang);
        app.ascii = options.ascii;
        app.colours = std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        return stepper::run(app);
    }
    let range = options.from.unwrap_or(1)..=options.to.unwrap_or(usize::MAX);
    let text = plain::Text { opened: &opened, filter, range, lang: options.lang };
    let mut out = BufWriter::new(anstream::stdout());
    text.write(&mut out, crate::screen::width())?;
    out.flush()?;
    Ok(())
}

/// Whether the stepper can be shown: somebody sees it, on something that obeys more than line ends.
fn has_terminal() -> bool {
    io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Records a scene, or reads a trace.
///
/// # Errors
/// If it is neither, or the scene cannot run.
pub fn open(what: &str) -> Result<Opened, Stop> {
    if let Some(scene) = scenes::find(what) {
        let trace = record(scene)?;
        return Ok(Opened { name: what.into(), scene: Some(scene), trace });
    }
    let path = Path::new(what);
    if !path.exists() {
        let (hint, names) = (scenes::hint(what), scenes::names());
        let what = what.escape_debug();
        return Err(Stop::Usage(format!(
            "{what} is neither a scene nor a file{hint}. The scenes are: {names}"
        )));
    }
    let shown = what.escape_debug();
    let text = read(path).map_err(|error| Stop::Usage(format!("cannot read {shown}: {error}")))?;
    let trace = Trace::parse(&text)
        .map_err(|error| Stop::Usage(format!("{shown} is no trace: {error}")))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Opened { name, scene: None, trace })
}

/// The text of a file; of what does not begin as a trace only the beginning, for it may be of any size.
fn read(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&file).take(HEADER.len() as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.starts_with(HEADER.as_bytes()) {
        file.read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Runs a scene.
///
/// # Errors
/// If it cannot run, for instance for want of sockets.
pub fn record(scene: &Scene) -> Result<Trace, Stop> {
    (scene.run)()
        .map_err(|error| Stop::Failed(format!("the scene {} cannot run: {error}", scene.name)))
}

fn task_of(trace: &Trace, wanted: &str) -> Result<TaskId, Stop> {
    find_task(trace, wanted).ok_or_else(|| {
        let names = trace.steps.iter().filter_map(|step| match &step.event {
            Event::Spawn { task, name, .. } => {
                Some(name.as_deref().map_or_else(|| task.to_string(), str::to_string))
            }
            _ => None,
        });
        let mut known: Vec<String> = std::iter::once("root".into()).chain(names).collect();
        if known.len() > 20 {
            known.truncate(20);
            known.push("…".into());
        }
        let known = crate::screen::tame(&known.join(", "));
        Stop::Usage(format!("there is no task {wanted:?} here, but there are: {known}"))
    })
}

/// Reads the name of a kind of event.
///
/// # Errors
/// If there is none of that name; which there are.
pub fn kind(text: &str) -> Result<Kind, String> {
    Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("the kinds are {}", names.join(", "))
    })
}
