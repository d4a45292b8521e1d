//! Which command is meant? The command line, read by clap; each command's options stand with the command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::stop::Stop;
use crate::{compare, gather, get, serve};

const TEACHES: &str = "\
Try these, in this order:
  demo                          ten slow URLs at once on one thread: look at the picture
  demo gather --tls             the same over HTTPS
  demo gather -n 2000           two thousand at once: the time stays the same
  demo compare                  the same ten in turn, on threads, under a lock, on the runtime
  demo serve --port 8080        the embedded server alone, to be asked by anything
  demo get http://127.0.0.1:8080/get -i

Without a command, `demo` is `demo gather`. With cargo: `cargo run -- gather --tls`.
The book begins in docs/en/00-ten-urls-in-one-second.md.";

/// Ten slow URLs at once on one thread, and everything that happens underneath.
#[derive(Parser, Debug)]
#[command(name = "demo", version, after_help = TEACHES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    gather: gather::Options,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Fetch many URLs at once on one thread, and draw how they share it.
    Gather(gather::Options),
    /// Fetch one URL and print its body.
    Get(get::Options),
    /// Run the embedded server alone; it answers as httpbin does.
    Serve(serve::Options),
    /// Measure the same ten requests in turn, on threads, under one lock, and on the runtime.
    Compare(compare::Options),
}

/// The program: reads the command line, runs the command, and gives the exit code: 0, 1 for failure, 2 for usage.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done: Result<(), Stop> = match cli.command {
        None => gather::run(&cli.gather),
        Some(Command::Gather(options)) => gather::run(&options),
        Some(Command::Get(options)) => get::run(&options),
        Some(Command::Serve(options)) => serve::run(&options),
        Some(Command::Compare(options)) => compare::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.report(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_is_gather() {
        let cli = Cli::parse_from(["demo", "-n", "3", "--tls"]);
        assert!(cli.command.is_none() && cli.gather.tls && cli.gather.requests == Some(3));
    }
}
