//! Which command is meant? The command line, read by clap; each command's options stand with the command.

use std::process::ExitCode;

use clap::{Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::scenes::{self, Scene, tell};
use crate::stop::Stop;
use crate::{compare, gather, get, lint, record, serve, step};

const TEACHES: &str = "\
Try these, in this order:
  demo                          ten slow URLs at once on one thread: look at the picture
  demo step interleave          two tasks on one thread, step by step, forwards and backwards
  demo scenes                   what else can be stepped through; `demo NAME` tells one
  demo gather --tls             the ten over HTTPS
  demo gather -n 2000           two thousand at once: the time stays the same
  demo compare                  the same ten in turn, on threads, under a lock, on the runtime
  demo serve --port 8080        the embedded server alone, to be asked by anything
  demo get http://127.0.0.1:8080/get -i
  demo record wake --out wake.html   a page to step through, in any browser
  demo lint lost                what is wrong in a scene, or in your own program

Without a command, `demo` is `demo gather`. With cargo: `cargo run -- gather --tls`.
The book begins in docs/en/00-ten-urls-in-one-second.md.";

/// Ten slow URLs at once on one thread, and everything that happens underneath.
#[derive(Parser, Debug)]
#[command(name = "demo", version, after_help = TEACHES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Chosen>,

    #[command(flatten)]
    gather: gather::Options,
}

#[derive(Subcommand, Debug)]
enum Chosen {
    /// Fetch many URLs at once on one thread, and draw how they share it.
    Gather(gather::Options),
    /// Fetch one URL and print its body.
    Get(Box<get::Options>),
    /// Run the embedded server alone; it answers as httpbin does.
    Serve(serve::Options),
    /// Measure the same ten requests in turn, on threads, under one lock, and on the runtime.
    Compare(compare::Options),
    /// Step through a scene or a trace, event by event, forwards and backwards.
    Step(step::Options),
    /// Record a scene, and write it as a trace, as a page for the browser, or for Perfetto.
    Record(record::Options),
    /// Say what is wrong in a scene or in the recording of a program: lost wakeups, long polls, stalls.
    Lint(lint::Options),
    /// List the scenes, each with the question that it answers.
    Scenes(tell::Options),
}

/// The command line. Each scene is a command, too, unless there is one of its name; `demo scenes` lists them.
fn command() -> Command {
    let told = scenes::ALL.iter().filter(|scene| is_command(scene)).map(|scene| {
        tell::Options::augment_args(Command::new(scene.name)).about(scene.question.en).hide(true)
    });
    Cli::command().subcommands(told)
}

/// Whether the scene's name means the scene: `gather` for instance is a command that can do more.
fn is_command(scene: &Scene) -> bool {
    Cli::command().find_subcommand(scene.name).is_none()
}

/// The program: reads the command line, runs the command, and gives the exit code: 0, 1 for failure, 2 for usage.
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    let scene = matches.subcommand().and_then(|(name, options)| {
        Some((scenes::find(name).filter(|scene| is_command(scene))?, options))
    });
    let done = match scene {
        Some((scene, options)) => {
            tell::Options::from_arg_matches(options).map(|options| tell::tell(scene, options))
        }
        None => Cli::from_arg_matches(&matches).map(dispatch),
    };
    // What clap has let through is what it can read, but if not, it says so itself.
    let done = done.unwrap_or_else(|error| error.format(&mut command()).exit());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.report(),
    }
}

fn dispatch(cli: Cli) -> Result<(), Stop> {
    match cli.command {
        None => gather::run(&cli.gather),
        Some(Chosen::Gather(options)) => gather::run(&options),
        Some(Chosen::Get(options)) => get::run(&options),
        Some(Chosen::Serve(options)) => serve::run(&options),
        Some(Chosen::Compare(options)) => compare::run(&options),
        Some(Chosen::Record(options)) => record::run(&options),
        Some(Chosen::Step(options)) => step::run(&options),
        Some(Chosen::Lint(options)) => lint::run(&options),
        Some(Chosen::Scenes(options)) => tell::list(options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn without_a_command_it_is_gather() {
        let cli = Cli::parse_from(["demo", "-n", "3", "--tls"]);
        assert!(cli.command.is_none() && cli.gather.tls && cli.gather.requests == Some(3));
    }
}
