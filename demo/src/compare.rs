//! What do threads do better, what a lock worse, and what does one thread do as well? `demo compare` measures it live.
//!
//! The same ten requests, and then the same ten computations: in turn, on ten threads, on ten threads under one lock (what
//! Python's GIL does), and as ten tasks on one thread. Taught in chapters 00 and 01.

mod global_lock;
mod job;
mod ways;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use clap::Args;

use self::job::{Computation, Request};
use crate::options::seconds;
use crate::progress::Progress;
use crate::screen::{FAINT, GOOD, STRONG, paint, width};
use crate::server::{self, Server};
use crate::stop::Stop;

/// What `demo compare` can be told.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How long the embedded server waits before each answer, at most 10.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub delay: Duration,

    /// How many requests, and how many computations.
    #[arg(short = 'n', long = "requests", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub requests: u16,

    /// How long each computation takes when it has a core for itself.
    #[arg(long, value_name = "SECONDS", default_value = "0.1", value_parser = seconds)]
    pub work: Duration,
}

/// One way of doing it, and how long it took.
struct Row {
    way: &'static str,
    took: Duration,
}

/// Runs the command.
///
/// # Errors
/// If the embedded server cannot be started or asked.
pub fn run(options: &Options) -> Result<(), Stop> {
    let failed = |error: io::Error| Stop::Failed(format!("cannot measure: {error}"));
    let server = Server::start(server::Options::default()).map_err(failed)?;
    let path = format!("/delay/{}", options.delay.as_secs_f64().min(10.0));
    let request = Request { address: server.address(), path };
    let count = usize::from(options.requests);
    let mut out = anstream::stdout();

    let url = format!("{}{}", server.url(), request.path);
    writeln!(out, "{count} requests to {url}: all that each does is to wait.\n")?;
    let ways: [Way<'_>; 4] = [
        ("one after another", &|| ways::in_turn(count, || request.send())),
        ("threads", &|| ways::on_threads(count, || request.send())),
        ("threads, one lock", &|| ways::under_one_lock(count, |turn| request.send_in_turn(turn))),
        ("tasks on one thread", &|| ways::as_tasks(count, || request.send_async())),
    ];
    let waiting = measure(&mut out, &ways, failed)?;

    let work = Computation::that_takes(options.work);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let each = options.work.as_secs_f64();
    writeln!(
        out,
        "\n{count} computations of {each} s each: nothing to wait for, and {cores} cores to compute on.\n"
    )?;
    let ways: [Way<'_>; 5] = [
        ("one after another", &|| ways::in_turn(count, || work.run())),
        ("threads", &|| ways::on_threads(count, || work.run())),
        ("threads, one lock", &|| ways::under_one_lock(count, |turn| work.run_in_turn(turn))),
        ("tasks on one thread", &|| ways::as_tasks(count, || work.run_async())),
        ("tasks, spawn_blocking", &|| ways::as_tasks(count, || work.run_on_a_helper())),
    ];
    let computing = measure(&mut out, &ways, failed)?;
    conclude(&mut out, &waiting, &computing)
}

type Way<'a> = (&'static str, &'a dyn Fn() -> io::Result<()>);

/// A bar may become so much longer than the first one.
const HEADROOM: f64 = 1.2;

/// Goes each way and prints how long it took. The first is the slowest or about as slow, so its bar sets the scale.
fn measure(
    out: &mut impl Write,
    ways: &[Way<'_>],
    failed: impl Fn(io::Error) -> Stop,
) -> Result<Vec<Row>, Stop> {
    let mut rows: Vec<Row> = Vec::new();
    for (way, go) in ways {
        let mut progress = Progress::after(Duration::ZERO);
        progress.say(|_| format!("measuring: {way} …"));
        let begun = Instant::now();
        go().map_err(&failed)?;
        let took = begun.elapsed();
        progress.wipe();
        rows.push(Row { way, took });
        writeln!(out, "{}", bar(&rows[rows.len() - 1], rows[0].took, width()))?;
        out.flush()?;
    }
    Ok(rows)
}

/// `  threads                 1.01 s  ████`
fn bar(row: &Row, scale: Duration, width: usize) -> String {
    let Row { way, took } = row;
    let begin = format!("  {way:<22}{:>7.2} s  ", took.as_secs_f64());
    let room = width.saturating_sub(begin.len() + 1).max(8);
    let share = took.as_secs_f64() / (scale.as_secs_f64() * HEADROOM).max(1e-9);
    let length = ((share * room as f64).round() as usize).clamp(1, room);
    begin + &paint(GOOD, "█".repeat(length))
}

fn conclude(out: &mut impl Write, waiting: &[Row], computing: &[Row]) -> Result<(), Stop> {
    let times = |rows: &[Row], place: usize| {
        rows[0].took.as_secs_f64() / rows[place].took.as_secs_f64().max(1e-9)
    };
    let [threads, locked, tasks] = [1, 2, 3].map(|place| times(waiting, place));
    writeln!(
        out,
        "\n{}\n  \
         Waiting overlaps: {threads:.1} times as fast on threads, {locked:.1} under the lock, for who\n  \
         waits does not hold it, and {tasks:.1} as tasks. Tasks need one thread for that.\n",
        paint(STRONG, "What this says")
    )?;
    let [threads, locked, tasks, helpers] = [1, 2, 3, 4].map(|place| times(computing, place));
    writeln!(
        out,
        "  Computing needs cores: {threads:.1} times as fast on threads, but {locked:.1} under the lock,\n  \
         as in Python under the GIL, and {tasks:.1} as tasks: one thread computes one thing\n  \
         at a time. What computes for long belongs on helpers: {helpers:.1} with spawn_blocking."
    )?;
    let note = "Figures of this machine at this moment: it is the ratios that count, and\n\
                those of computing only if its cores had nothing else to do.";
    writeln!(out, "\n{}", paint(FAINT, note))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_to_scale_and_fit_the_screen() {
        let row = |took| Row { way: "threads", took: Duration::from_millis(took) };
        let drawn = |took| {
            let bar = bar(&row(took), Duration::from_millis(1000), 80);
            let bar = anstream::adapter::strip_str(&bar).to_string();
            assert!(bar.chars().count() < 80);
            bar.chars().filter(|mark| *mark == '█').count()
        };
        assert_eq!(drawn(0), 1, "what was measured can be seen");
        assert_eq!(drawn(600) * 2, drawn(1200));
        assert!(drawn(1100) > drawn(1000) && drawn(9000) == drawn(1200));
    }
}
