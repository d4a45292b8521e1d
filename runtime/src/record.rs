//! How does what happened get into a file, to be stepped through later? An observer writes each fact as one line of text.
//!
//! `Builder::record` attaches one; `demo step FILE` opens what it wrote.
//!
//! ```text
//! onethread-trace 1
//! 0.000000000 task.spawn task=1 by=root user="src/main.rs:7:13" runtime="runtime/src/executor/tasks.rs:48:20"
//! ```
//!
//! A line is a time in seconds since the first fact, a kind, and fields: numbers and words as they are, text in quotes with
//! Rust's escapes. A reader skips fields it does not know; a kind it does not know needs a newer version.

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::observe::{Actor, Direction, Event, Fact, Observer, Outcome, TaskId, Tried, WakeEffect};

/// The first line of every trace; the number goes up when old readers could misunderstand new traces.
pub const HEADER: &str = "onethread-trace 1";

/// Writes a trace. What has been written is complete whenever the loop parks, so that a program that hangs has told what it
/// waits for.
///
/// ```
/// use runtime::{Runtime, record::Recorder};
///
/// let trace = std::env::temp_dir().join(format!("{}.trace", std::process::id()));
/// let recorder = Recorder::new(std::fs::File::create(&trace)?);
/// Runtime::builder().observer(recorder).build()?.block_on(runtime::yield_now());
/// assert!(std::fs::read_to_string(&trace)?.contains(" task.poll task=root"));
/// # std::fs::remove_file(trace)?;
/// # std::io::Result::Ok(())
/// ```
pub struct Recorder<W: Write> {
    state: RefCell<State<W>>,
}

struct State<W: Write> {
    out: W,
    /// Lines that are not written yet.
    lines: String,
    begun: Option<Instant>,
    /// It could not be written: the rest is dropped, and it was said.
    broken: bool,
}

/// So many bytes are written at once.
const ENOUGH: usize = 64 * 1024;

impl<W: Write> Recorder<W> {
    /// Writes to `out`, which need not be buffered.
    pub fn new(out: W) -> Rc<Recorder<W>> {
        let lines = format!("{HEADER}\n");
        Rc::new(Recorder { state: RefCell::new(State { out, lines, begun: None, broken: false }) })
    }

    /// Writes what was not written yet; otherwise that is done when the loop parks, and at the end.
    pub fn flush(&self) {
        self.state.borrow_mut().flush();
    }
}

impl<W: Write> Observer for Recorder<W> {
    fn observe(&self, fact: &Fact) {
        let mut state = self.state.borrow_mut();
        if state.broken {
            return;
        }
        let begun = *state.begun.get_or_insert(fact.time);
        // Writing into a String cannot fail.
        let _ = write_fact(&mut state.lines, fact, begun);
        let waits = matches!(fact.event, Event::Parked { .. } | Event::Stalled);
        if waits || state.lines.len() > ENOUGH {
            state.flush();
        }
    }

    fn counts_wakers(&self) -> bool {
        true
    }
}

impl<W: Write> State<W> {
    fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let written = self.out.write_all(lines.as_bytes()).and_then(|()| self.out.flush());
        if let Err(error) = written
            && !std::mem::replace(&mut self.broken, true)
        {
            eprintln!("onethread: the trace cannot be written any more: {error}");
        }
    }
}

impl<W: Write> Drop for State<W> {
    fn drop(&mut self) {
        if !self.broken {
            self.flush();
        }
    }
}

impl<W: Write> fmt::Debug for Recorder<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

fn write_fact(line: &mut String, fact: &Fact, begun: Instant) -> fmt::Result {
    let since = |time: Instant| Seconds(time.saturating_duration_since(begun));
    write!(line, "{} ", since(fact.time))?;
    match &fact.event {
        Event::TaskSpawned { task, name, by } => {
            write!(line, "task.spawn task={task} by={}", Who(*by))?;
            if let Some(name) = name {
                write!(line, " name={name:?}")?;
            }
        }
        Event::PollStarted { task } => write!(line, "task.poll task={task}")?,
        Event::PollPending { task, wait, more, kept } => {
            write!(line, "task.pending task={task} kept={kept}")?;
            if let Some(wait) = wait {
                write!(line, " wait={:?} more={more}", wait.what)?;
            }
        }
        Event::PollReady { task, outcome } => {
            write!(line, "task.ready task={task} outcome={}", outcome_word(*outcome))?;
        }
        Event::SlowPoll { task, took } => {
            write!(line, "task.slow task={task} took={}", Seconds(*took))?
        }
        Event::TaskDropped { task, outcome } => {
            write!(line, "task.drop task={task} outcome={}", outcome_word(*outcome))?;
        }
        Event::TaskJoined { task, by } => write!(line, "task.join task={task} by={}", Who(*by))?,
        Event::Woken { task, by, thread, effect } => {
            let effect = match effect {
                WakeEffect::Queued => "queued",
                WakeEffect::QueuedWhileRunning => "self",
                WakeEffect::AlreadyQueued => "already",
                WakeEffect::Stale => "dead",
            };
            write!(line, "wake by={} effect={effect}", Who(*by))?;
            if let Some(task) = task {
                write!(line, " task={task}")?;
            }
            if let Some(thread) = thread {
                write!(line, " thread={thread:?}")?;
            }
        }
        Event::Parked { timeout } => match timeout {
            Some(timeout) => write!(line, "loop.park timeout={}", Seconds(*timeout))?,
            None => line.push_str("loop.park"),
        },
        Event::Unparked { events } => write!(line, "loop.unpark events={events}")?,
        Event::Stalled => line.push_str("loop.stall"),
        Event::SourceRegistered { source, what } => {
            write!(line, "source.register source={} what={what:?}", source.0)?;
        }
        Event::SourceArmed { source, direction } => {
            write!(
                line,
                "source.arm source={} direction={}",
                source.0,
                direction_word(*direction)
            )?;
        }
        Event::SourceReady { source, direction, closed } => {
            let direction = direction_word(*direction);
            write!(line, "source.ready source={} direction={direction} closed={closed}", source.0)?;
        }
        Event::SourceDeregistered { source } => {
            write!(line, "source.deregister source={}", source.0)?
        }
        Event::IoTried { source, direction, tried, drained } => {
            let direction = direction_word(*direction);
            write!(line, "io.try source={} direction={direction} ", source.0)?;
            match tried {
                Tried::Done(amount) => write!(line, "done={amount} drained={drained}")?,
                Tried::WouldBlock => line.push_str("blocked=true"),
                Tried::Failed(kind) => write!(line, "failed=\"{kind:?}\"")?,
            }
        }
        Event::TimerArmed { timer, deadline } => {
            write!(line, "timer.arm timer={} deadline={}", timer.0, since(*deadline))?;
        }
        Event::TimerFired { timer } => write!(line, "timer.fire timer={}", timer.0)?,
        Event::TimerCancelled { timer } => write!(line, "timer.cancel timer={}", timer.0)?,
        Event::Note { subject, text } => write!(line, "note subject={subject:?} text={text:?}")?,
    }
    if let Some(user) = fact.user_line {
        write!(line, " user={:?}", user.to_string())?;
    }
    writeln!(line, " runtime={:?}", fact.runtime_line.to_string())
}

/// Seconds with all their nanoseconds: `1.002000000`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}", self.0.as_secs(), self.0.subsec_nanos())
    }
}

/// `root`, a task's number, or what else acts.
struct Who(Actor);

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Actor::Task(TaskId(number)) => fmt::Display::fmt(&TaskId(number), f),
            Actor::Reactor => f.write_str("reactor"),
            Actor::Timers => f.write_str("timers"),
            Actor::Mailbox => f.write_str("mailbox"),
            Actor::Outside => f.write_str("outside"),
        }
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Panicked => "panicked",
        Outcome::Cancelled => "cancelled",
    }
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "read",
        Direction::Write => "write",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    use crate::Runtime;
    use crate::time::sleep;

    /// What the recorder wrote, readable while it still writes.
    #[derive(Clone, Default)]
    struct Written(Rc<RefCell<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn record(work: impl Future<Output = ()>) -> String {
        let written = Written::default();
        let recorder = Recorder::new(written.clone());
        let rt = Runtime::builder().paused_clock().observer(recorder).build().unwrap();
        rt.block_on(work);
        drop(rt);
        let bytes = written.0.take();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_trace_is_a_header_and_a_line_for_each_fact() {
        let trace = record(async {
            let name = "quoted \"name\"\n";
            crate::spawn_named(name, sleep(Duration::from_millis(2))).await.unwrap();
        });
        let mut lines = trace.lines();
        assert_eq!(lines.next(), Some(HEADER));
        let spawned = lines.find(|line| line.contains("task.spawn")).unwrap();
        assert!(spawned.starts_with(
            "0.000000000 task.spawn task=1 by=root name=\"quoted \\\"name\\\"\\n\" user=\""
        ));
        let fired = lines.find(|line| line.contains("timer.fire")).unwrap();
        assert!(fired.starts_with("0.002000000 timer.fire timer=1 runtime=\""), "{fired}");
    }

    #[test]
    fn the_same_work_on_the_paused_clock_gives_the_same_bytes() {
        let work = || async {
            for ms in [3, 1, 2] {
                drop(crate::spawn(sleep(Duration::from_millis(ms))));
            }
            sleep(Duration::from_millis(9)).await;
        };
        assert_eq!(record(work()), record(work()));
    }

    #[test]
    fn a_trace_that_cannot_be_written_does_not_disturb_the_program() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let rt = Runtime::builder().observer(Recorder::new(Full)).build().unwrap();
        rt.block_on(sleep(Duration::from_millis(1)));
    }
}
