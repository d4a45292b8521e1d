//! Can ten one-second requests take one second on one thread? `demo gather` fetches them and shows how.
//!
//! Without URLs it starts the embedded server and fetches its `/delay/1`. Taught in chapter 00.

mod report;

use std::io::{BufWriter, Write};
use std::time::Duration;

use clap::Args;
use http_client::Client;
use runtime::{JoinError, JoinSet, Runtime, time};

use self::report::{Fetched, Report};
use crate::descriptors::room_for;
use crate::options::{RequestOptions, check_url, seconds};
use crate::progress::Progress;
use crate::recording::Recording;
use crate::server::{self, Server};
use crate::stop::{Stop, complain};

/// How many requests there are unless it is said otherwise.
const REQUESTS: usize = 10;

/// What is shown while nothing comes back begins after this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// What `demo gather` can be told.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// What to fetch; without any, the embedded server is started and its /delay/SECONDS is fetched.
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,

    /// How many requests; several URLs take turns [default: 10, or as many as there are URLs].
    #[arg(short = 'n', long = "requests", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub requests: Option<u32>,

    /// How long the embedded server waits before each answer, at most 10 [default: 1].
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "urls")]
    pub delay: Option<Duration>,

    /// Let the embedded server speak TLS; its certificate is trusted.
    #[arg(long, conflicts_with = "urls")]
    pub tls: bool,

    /// At most this many connections at once; the other requests wait in line [default: one for each request].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub connections: Option<u32>,

    /// What to say about each request.
    #[command(flatten)]
    pub request: RequestOptions,
}

impl Options {
    fn requests(&self) -> usize {
        let usual = if self.urls.is_empty() { REQUESTS } else { self.urls.len() };
        self.requests.map_or(usual, |number| number as usize)
    }

    /// The connections there may be: as many as asked for, as far as there are descriptors for them.
    fn connections(&self) -> usize {
        let wanted = self.connections.map_or(self.requests(), |number| number as usize);
        let wanted = wanted.min(self.requests());
        // The embedded server holds the other ends in this same process.
        let each = if self.urls.is_empty() { 2 } else { 1 };
        let room = room_for(wanted, each);
        if room < wanted {
            complain(&format!(
                "this process may open too few descriptors for {wanted} connections, so {room} are used at once and the \
                 other requests wait in line (`ulimit -Hn` shows the limit; the administrator can raise it)"
            ));
        }
        room
    }
}

/// Runs the command.
///
/// # Errors
/// If what was asked for cannot be, or a request failed.
pub fn run(options: &Options) -> Result<(), Stop> {
    for url in &options.urls {
        check_url(url)?;
    }
    let mut client = options.request.client()?.connections(options.connections());
    let mut urls = options.urls.clone();
    let server = if urls.is_empty() { Some(start_server(options)?) } else { None };
    if let Some(server) = &server {
        let delay = options.delay.unwrap_or(Duration::from_secs(1)).as_secs_f64();
        urls.push(format!("{}/delay/{delay}", server.url()));
        if let Some(authority) = server.authority_pem() {
            client = client.ca_pem(authority)?;
        }
    }

    let mut report = Report::begin(BufWriter::new(anstream::stdout()), &urls, options.requests())?;
    let recording = Recording::start();
    let rt = Runtime::builder()
        .observer(recording.clone())
        .build()
        .map_err(|error| Stop::Failed(format!("cannot build the runtime: {error}")))?;
    rt.block_on(gather(client.build(), &urls, options.requests(), &mut report))?;
    report.end(&recording.seen())
}

/// Fetches everything at once, and reports what comes as it comes.
async fn gather(
    client: Client,
    urls: &[String],
    requests: usize,
    report: &mut Report<impl Write>,
) -> Result<(), Stop> {
    let mut fetches = JoinSet::new();
    for (number, url) in urls.iter().cycle().take(requests).enumerate() {
        let name = format!("fetch {}", number + 1);
        fetches.spawn_named(name, fetch(client.clone(), url.clone()));
    }
    let mut progress = Progress::after(PATIENCE);
    while !fetches.is_empty() {
        match time::timeout(progress.until_next(), fetches.join_next()).await {
            Err(_) => progress.say(|elapsed| report.progress(elapsed)),
            Ok(None) => break,
            Ok(Some(fetched)) => {
                progress.wipe();
                report.add(&fetched.map_err(lost)?)?;
                // Those that have come meanwhile go out in one piece.
                while let Some(fetched) = fetches.try_join_next() {
                    report.add(&fetched.map_err(lost)?)?;
                }
                report.flush()?;
            }
        }
    }
    Ok(())
}

/// One request: its head, its whole body, and how long both took.
async fn fetch(client: Client, url: String) -> Fetched {
    let begun = time::now();
    let result = async {
        let mut response = client.get(&url).send().await?;
        while response.chunk().await?.is_some() {}
        Ok(response.status())
    }
    .await;
    Fetched { url, result, took: time::now().duration_since(begun) }
}

fn lost(error: JoinError) -> Stop {
    Stop::Failed(error.to_string())
}

fn start_server(options: &Options) -> Result<Server, Stop> {
    Server::start(server::Options { tls: options.tls, ..server::Options::default() })
        .map_err(|error| Stop::Failed(format!("cannot start the embedded server: {error}")))
}
