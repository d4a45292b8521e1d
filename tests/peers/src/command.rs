//! What can the benchmark be told? Which rows, how thoroughly, and where to write the results.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::row::{Row, Scale};
use crate::{report, round, rows, server};

/// Measures this runtime and its peers side by side. Lower is better.
#[derive(Parser)]
#[command(name = "peers")]
struct Options {
    /// The rows to measure; all unless given.
    #[arg(value_name = "ROW")]
    rows: Vec<String>,

    /// Less work and three rounds instead of nine: to see that it runs, not to quote.
    #[arg(long)]
    quick: bool,

    /// Write what was measured to this file as well.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Be the server of a row instead.
    #[arg(long, value_name = "KIND", hide = true)]
    serve: Option<server::Kind>,
}

/// Runs the program.
pub fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    // A thousand connections need more descriptors than the usual 1024; less than asked for is enough for most rows.
    let _ = rlimit::increase_nofile_limit(1 << 16);
    if let Some(kind) = options.serve {
        return server::serve(kind).map_err(|error| format!("cannot serve: {error}"));
    }
    // reqwest and hyper-rustls ask the process which cryptography rustls is to use. It is set already at a second call.
    _ = rustls::crypto::ring::default_provider().install_default();
    let rows = chosen(&options.rows)?;
    let (scale, rounds) = if options.quick { (Scale::Quick, 3) } else { (Scale::Full, 9) };
    let results: Vec<_> = rows.iter().map(|row| round::measure(row, scale, rounds)).collect();
    print!("{}", report::tables(&results));
    if let Some(file) = &options.json {
        std::fs::write(file, report::json(&results))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}

/// The rows with these names, or all of them.
fn chosen(names: &[String]) -> Result<Vec<Row>, String> {
    let all = rows::all();
    let known: Vec<&str> = all.iter().map(|row| row.name).collect();
    if let Some(stranger) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("there is no row {stranger}; there are {}", known.join(", ")));
    }
    let chosen = |row: &Row| names.is_empty() || names.iter().any(|name| name == row.name);
    Ok(all.into_iter().filter(chosen).collect())
}
