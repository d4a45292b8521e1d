//! What can the benchmark be told? Which rows, how thoroughly, and where to write the results.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use clap::builder::PossibleValuesParser;

use crate::page::{self, Made};
use crate::round::Measured;
use crate::row::{self, Row, Scale};
use crate::server::Server;
use crate::{apart, report, round, rows, server};

/// Measures this runtime, this client and their peers side by side. Lower is better.
///
/// Each round, everybody does the work of a row once, one after the other. The value of each is the median of nine rounds, or
/// of as many as go into fifteen seconds, after one that does not count; counts and builds are made once. "ratio" is ours
/// divided by the best of the others, and the floor is no peer but what the least client there can be costs. "missing" is
/// whoever cannot be measured on this machine.
#[derive(Parser)]
#[command(name = "peers")]
struct Options {
    /// The rows to measure; all unless given.
    #[arg(value_name = "ROW", value_parser = names(), hide_possible_values = true)]
    rows: Vec<String>,

    /// Less work, three rounds and no more, builds without optimisation: to see that it runs, not to quote.
    #[arg(long)]
    quick: bool,

    /// Write what was measured to this file as well.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Measure nothing, and take the results from a file that `--json` wrote on this machine.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rows", "quick", "json"])]
    from: Option<PathBuf>,

    /// Write the tables into the pages that show them, too: both READMEs, chapter 19 in both languages, and docs/benchmark.md.
    #[arg(long, conflicts_with_all = ["rows", "quick"])]
    write: bool,

    /// Be the server of a row instead.
    #[arg(long, value_name = "KIND", hide = true)]
    serve: Option<server::Kind>,

    /// Do the work of one contender of a row instead, and say what it costs.
    #[arg(long, num_args = 2, value_names = ["ROW", "NAME"], hide = true)]
    apart: Option<Vec<String>>,

    /// Do the work of one contender of a row so often instead.
    #[arg(long, num_args = 3, value_names = ["ROW", "NAME", "COUNT"], hide = true, requires = "server")]
    alone: Option<Vec<String>>,

    #[arg(long, hide = true)]
    server: Option<SocketAddr>,

    /// PEM begins with hyphens.
    #[arg(long, hide = true, allow_hyphen_values = true)]
    authority: Option<String>,
}

impl Options {
    fn scale(&self) -> Scale {
        if self.quick { Scale::Quick } else { Scale::Full }
    }
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(rows::all().iter().map(|row| row.name))
}

/// Runs the program.
pub fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What a process needs before it makes connections.
pub(crate) fn prepare() {
    // Ten thousand connections need more descriptors than the usual 1024; less than asked for is enough for most rows.
    let _ = rlimit::increase_nofile_limit(1 << 16);
    // reqwest and hyper-rustls ask the process which cryptography rustls is to use. It is set already at a second call.
    _ = rustls::crypto::ring::default_provider().install_default();
}

fn run(options: Options) -> Result<(), String> {
    prepare();
    if let Some(kind) = options.serve {
        return server::serve(kind).map_err(|error| format!("cannot serve: {error}"));
    }
    let rows = rows::all();
    if let (Some(alone), Some(address)) = (&options.alone, options.server) {
        return do_alone(&rows, alone, &Server::at(address, options.authority));
    }
    if let Some([row, name]) = options.apart.as_deref() {
        return apart::answer(&rows, row, name, options.scale());
    }
    let (results, made) = match &options.from {
        Some(file) => read(file, &rows)?,
        None => (measure(&rows, &options), SystemTime::now()),
    };
    print!("{}", report::tables(&rows, &results));
    if let Some(file) = &options.json {
        std::fs::write(file, report::json(&results)).map_err(cannot("write", file))?;
    }
    if options.write {
        page::write(&rows, &results, &Made::here(made))?;
    }
    Ok(())
}

fn measure(rows: &[Row], options: &Options) -> Vec<Measured> {
    let asked =
        |row: &&Row| options.rows.is_empty() || options.rows.iter().any(|name| name == row.name);
    rows.iter().filter(asked).map(|row| round::measure(row, options.scale())).collect()
}

/// The results in a file, and when it was written.
fn read(file: &Path, rows: &[Row]) -> Result<(Vec<Measured>, SystemTime), String> {
    let text = std::fs::read_to_string(file).map_err(cannot("read", file))?;
    let written = file.metadata().and_then(|data| data.modified()).map_err(cannot("read", file))?;
    let results = report::from_json(&text, rows).map_err(cannot("understand", file))?;
    Ok((results, written))
}

fn cannot<E: std::fmt::Display>(what: &str, file: &Path) -> impl Fn(E) -> String {
    move |error| format!("cannot {what} {}: {error}", file.display())
}

fn do_alone(rows: &[Row], arguments: &[String], server: &Server) -> Result<(), String> {
    let [row, name, count] = arguments else { return Err("--alone takes three values".into()) };
    let alone = row::contender(rows, row, name)?.alone.as_ref();
    let work = alone.ok_or(format!("{row} is not counted"))?;
    work(server, count.parse().map_err(|_| format!("{count} is no number"))?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn refused(arguments: &[&str]) -> clap::Error {
        let arguments = ["peers"].iter().chain(arguments);
        Options::try_parse_from(arguments).err().expect("an error")
    }

    #[test]
    fn an_unknown_row_is_an_error_that_lists_the_known_ones() {
        let error = refused(&["yeild"]);
        assert_eq!(error.exit_code(), 2);
        assert!(rows::all().iter().all(|row| error.to_string().contains(row.name)), "{error}");
    }

    #[test]
    fn only_a_whole_run_is_written_into_the_pages() {
        assert_eq!(refused(&["--write", "yield"]).kind(), ErrorKind::ArgumentConflict);
        assert_eq!(refused(&["--write", "--quick"]).kind(), ErrorKind::ArgumentConflict);
    }
}
