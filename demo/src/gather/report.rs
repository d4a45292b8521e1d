//! What does `gather` print? A line for each response as it comes, and at the end what it all adds up to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use http_client::Url;

use crate::lanes;
use crate::recording::Seen;
use crate::screen::{BAD, GOOD, STRONG, paint, width};
use crate::stop::Stop;
use crate::trace::why::Lang;

/// How one request ended.
pub(super) struct Fetched {
    pub(super) url: String,
    /// The status, or what went wrong.
    pub(super) result: Result<u16, http_client::Error>,
    pub(super) took: Duration,
}

pub(super) struct Report<W: Write> {
    out: W,
    requests: usize,
    done: usize,
    /// How long the responses would have taken one after another.
    in_turn: Duration,
    /// What went wrong, and how often.
    failures: BTreeMap<String, usize>,
}

impl<W: Write> Report<W> {
    pub(super) fn begin(mut out: W, urls: &[String], requests: usize) -> io::Result<Report<W>> {
        let what = match urls {
            [url] => format!("{url}, {requests} times"),
            urls => format!("{} URLs, {requests} requests", urls.len()),
        };
        writeln!(out, "Fetching {what}, all at once, on one thread.\n")?;
        out.flush()?;
        let (done, in_turn, failures) = (0, Duration::ZERO, BTreeMap::new());
        Ok(Report { out, requests, done, in_turn, failures })
    }

    pub(super) fn add(&mut self, fetched: &Fetched) -> io::Result<()> {
        let Fetched { url, result, took } = fetched;
        let url = without_password(url);
        match result {
            Ok(status) => {
                self.done += 1;
                self.in_turn += *took;
                let style = if *status < 400 { GOOD } else { BAD };
                let status = paint(style, status);
                writeln!(self.out, "✅ Done: {url}  {status}  {} ms", took.as_millis())?;
            }
            Err(error) => {
                let why = format!("{}: {}", error.phase(), error.cause());
                writeln!(self.out, "❌ Failed: {url}  {}", paint(BAD, &why))?;
                *self.failures.entry(why).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Lets it be seen.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The line to show while nothing comes.
    pub(super) fn progress(&self, elapsed: Duration) -> String {
        let failed: usize = self.failures.values().sum();
        let open = self.requests - self.done - failed;
        format!("{:.1} s: {open} of {} still on their way", elapsed.as_secs_f64(), self.requests)
    }

    /// # Errors
    /// If any request failed; it has been told by then.
    pub(super) fn end(mut self, seen: &Seen) -> Result<(), Stop> {
        let Seen { polls, wakes, .. } = seen;
        let (parks, slept) = (seen.parked.len(), seen.time_parked());
        let share = 100.0 * slept.as_secs_f64() / seen.end.as_secs_f64().max(1e-9);
        let worked = milliseconds(seen.end.saturating_sub(slept));
        let longest = milliseconds(seen.longest_poll);
        let out = &mut self.out;
        writeln!(out, "\n{}", lanes::draw(seen, width(), Lang::En))?;
        writeln!(
            out,
            "The runtime polled {polls} times, woke {wakes} times and parked {parks} times.\n\
             The thread slept {share:.1} % of the time, and worked {worked} ms in all.\n\
             The longest poll took {longest} ms: so long had everybody else to wait."
        )?;
        if self.done > 1 {
            let done = self.done;
            let in_turn = self.in_turn.as_secs_f64();
            writeln!(
                out,
                "One after another, these {done} would have taken {in_turn:.2} seconds."
            )?;
        }
        if !self.failures.is_empty() {
            let failed: usize = self.failures.values().sum();
            writeln!(out, "\n❌ {failed} of {} failed:", self.requests)?;
            for (why, times) in &self.failures {
                writeln!(out, "{times:>6} × {why}")?;
            }
        }
        let total = format!("⏱ Total time: {:.2} seconds", seen.end.as_secs_f64());
        writeln!(out, "\n{}", paint(STRONG, total))?;
        out.flush()?;
        if self.failures.is_empty() { Ok(()) } else { Err(Stop::Told) }
    }
}

/// A URL as it was given, but for a user and password in it.
fn without_password(url: &str) -> Cow<'_, str> {
    match Url::parse(url) {
        Ok(parsed) if url.contains('@') => parsed.to_string().into(),
        _ => url.into(),
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}
