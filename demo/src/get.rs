//! What does one URL answer? `demo get` prints the body as it comes, a small curl, with curl's names for what it can be told.

pub mod form;
pub mod upload;
pub mod way;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http_client::{CookieJar, Limits, RequestBuilder, Response};
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

    /// The method [default: GET, or what goes with what is sent].
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,

    /// Ask for the head alone.
    #[arg(short = 'I', long, conflicts_with = "method")]
    pub head: bool,

    /// What is sent.
    #[command(flatten)]
    pub upload: upload::Options,

    /// Go where redirects lead, at most ten in a row.
    #[arg(short = 'L', long)]
    pub location: bool,

    /// Say who asks; never to other hosts that redirects lead to.
    #[arg(short = 'u', long, value_name = "USER:PASSWORD")]
    pub user: Option<String>,

    /// Send these cookies, and those that come on the way to where redirects lead.
    #[arg(short = 'b', long, value_name = "NAME=VALUE; ...", value_parser = cookies)]
    pub cookie: Option<String>,

    /// Ask for a compressed answer, and print what was compressed.
    #[arg(long)]
    pub compressed: bool,

    /// Fail without printing anything if the status is 400 or more.
    #[arg(short = 'f', long)]
    pub fail: bool,

    /// Print the status line and the header fields before the body.
    #[arg(short = 'i', long = "include")]
    pub include: bool,

    /// Write the body into this file instead of standard output.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// By which way.
    #[command(flatten)]
    pub way: way::Options,

    /// What to say about the request.
    #[command(flatten)]
    pub request: RequestOptions,
}

/// Runs the command.
///
/// # Errors
/// If what was asked for cannot be, the request failed, or the output cannot be written. A status such as 404 is an
/// answer, and no failure unless it is to be one.
pub fn run(options: &Options) -> Result<(), Stop> {
    check_url(&options.url)?;
    let rt = Runtime::new()
        .map_err(|error| Stop::Failed(format!("cannot build the runtime: {error}")))?;
    rt.block_on(get(request(options)?, options))
}

/// The request that the options describe.
fn request(options: &Options) -> Result<RequestBuilder, Stop> {
    let upload = options.upload.read()?;
    let builder = options.way.apply(options.request.client()?)?;
    let redirects = if options.location { Limits::default().redirects } else { 0 };
    let jar = CookieJar::new();
    for pair in options.cookie.iter().flat_map(|pairs| pairs.split(';')) {
        jar.add(&options.url, &format!("{}; Path=/", pair.trim()));
    }
    let client = builder
        .cookie_jar(&jar)
        .limits(Limits { redirects, ..Limits::default() })
        .auto_decompress(options.compressed)
        .build();
    let usual = if options.head { "HEAD" } else { upload.method };
    let mut request = client.request(options.method.as_deref().unwrap_or(usual), &options.url);
    for (name, value) in upload.headers {
        // What the user says goes before what is usual.
        if !options.request.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            request = request.header(name, &value);
        }
    }
    if let Some(body) = upload.body {
        request = request.body(body);
    }
    if let Some(user) = &options.user {
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        request = request.basic_auth(user, password);
    }
    Ok(request)
}

/// Checks that it is cookies, as a `Cookie` field has them.
fn cookies(text: &str) -> Result<String, String> {
    let is_pair =
        |pair: &str| pair.trim().split_once('=').is_some_and(|(name, _)| !name.is_empty());
    if text.split(';').all(is_pair) {
        Ok(text.into())
    } else {
        Err("write it as NAME=VALUE, or NAME=VALUE; OTHER=VALUE".into())
    }
}

async fn get(request: RequestBuilder, options: &Options) -> Result<(), Stop> {
    let mut response = request.send().await?;
    if options.fail {
        response = response.error_for_status()?;
    }
    if options.include || options.head {
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
