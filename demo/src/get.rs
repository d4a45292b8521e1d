//! What does one URL answer? `demo get` prints the body as it comes, a small curl.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http_client::{RequestBuilder, Response};
use runtime::Runtime;

use crate::options::{RequestOptions, check_url};
use crate::progress::{Progress, bytes};
use crate::stop::Stop;

/// A body that comes faster than this needs no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// What `demo get` can be told.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// What to fetch.
    #[arg(value_name = "URL")]
    pub url: String,

    /// The method [default: GET, or POST if there is a body].
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,

    /// A body to send; @FILE sends a file, @- standard input.
    #[arg(short = 'd', long = "data", value_name = "BODY")]
    pub data: Option<String>,

    /// Print the status line and the header fields before the body.
    #[arg(short = 'i', long = "include")]
    pub include: bool,

    /// Write the body into this file instead of standard output.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// What to say about the request.
    #[command(flatten)]
    pub request: RequestOptions,
}

/// Runs the command.
///
/// # Errors
/// If what was asked for cannot be, the request failed, or the output cannot be written. A status such as 404 is an
/// answer, and no failure.
pub fn run(options: &Options) -> Result<(), Stop> {
    check_url(&options.url)?;
    let client = options.request.client()?.build();
    let body = options.data.as_deref().map(read_body).transpose()?;
    let usual = if body.is_some() { "POST" } else { "GET" };
    let mut request = client.request(options.method.as_deref().unwrap_or(usual), &options.url);
    if let Some(body) = body {
        request = request.body(body);
        let says = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        if !options.request.headers.iter().any(says) {
            // What curl says for `-d`, so that the two can be compared.
            request = request.header("Content-Type", "application/x-www-form-urlencoded");
        }
    }
    let rt = Runtime::new()
        .map_err(|error| Stop::Failed(format!("cannot build the runtime: {error}")))?;
    rt.block_on(get(request, options))
}

async fn get(request: RequestBuilder, options: &Options) -> Result<(), Stop> {
    let mut response = request.send().await?;
    if options.include {
        let mut out = io::stdout().lock();
        write_head(&mut out, &response)?;
        out.flush()?;
    }
    match &options.output {
        // Only now: a file that is there is not emptied for a request that fails.
        Some(path) => {
            let cannot = |error| Stop::Failed(format!("cannot write {}: {error}", path.display()));
            let mut file = File::create(path).map_err(cannot)?;
            copy_body(&mut response, |piece| file.write_all(piece).map_err(cannot), true).await
        }
        None => {
            let mut out = io::stdout();
            // On a terminal the body itself is the progress.
            let shows = !out.is_terminal();
            let write = |piece: &[u8]| -> Result<(), Stop> {
                out.write_all(piece)?;
                Ok(out.flush()?)
            };
            copy_body(&mut response, write, shows).await
        }
    }
}

async fn copy_body(
    response: &mut Response,
    mut write: impl FnMut(&[u8]) -> Result<(), Stop>,
    shows_progress: bool,
) -> Result<(), Stop> {
    let whole = response.content_length();
    let mut progress = Progress::after(if shows_progress { PATIENCE } else { Duration::MAX });
    let mut length = 0;
    while let Some(piece) = response.chunk().await? {
        length += piece.len() as u64;
        write(piece)?;
        progress.say(|elapsed| line(length, whole, elapsed));
    }
    Ok(())
}

/// `1.5 MB of 6.0 MB, 25 %, 0.5 MB/s`
fn line(length: u64, whole: Option<u64>, elapsed: Duration) -> String {
    let speed = (length as f64 / elapsed.as_secs_f64().max(1e-9)) as u64;
    let of = match whole {
        Some(whole) if whole > 0 => {
            format!(" of {}, {} %", bytes(whole), length.saturating_mul(100) / whole)
        }
        _ => String::new(),
    };
    format!("{}{of}, {}/s", bytes(length), bytes(speed))
}

fn write_head(out: &mut impl Write, response: &Response) -> io::Result<()> {
    writeln!(out, "{} {} {}", response.version(), response.status(), response.reason())?;
    for (name, value) in response.headers().iter() {
        write!(out, "{name}: ")?;
        out.write_all(value)?;
        writeln!(out)?;
    }
    writeln!(out)
}

fn read_body(data: &str) -> Result<Vec<u8>, Stop> {
    let Some(file) = data.strip_prefix('@') else { return Ok(data.into()) };
    let read = if file == "-" {
        let mut body = Vec::new();
        io::Read::read_to_end(&mut io::stdin(), &mut body).map(|_| body)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| Stop::Usage(format!("cannot read the body from {file}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_much_of_what_and_how_fast() {
        let two = Duration::from_secs(2);
        assert_eq!(line(1_500_000, Some(6_000_000), two), "1.5 MB of 6.0 MB, 25 %, 750.0 kB/s");
        assert_eq!(line(1_000, None, two), "1.0 kB, 500 B/s");
    }
}
