//! What must every executor hold to? Checks, each with the chapter that teaches it, for any runtime: this one, Tokio, and the one
//! that you write yourself.
//!
//! Implement [`Executor`], then ask level after level; what a level does not need may be left as it is:
//!
//! ```
//! use docs::contract::{Cancel, Executor, Level, hold};
//!
//! struct Onethread(runtime::Runtime);
//!
//! impl Executor for Onethread {
//!     fn new() -> Self {
//!         Onethread(runtime::Runtime::new().unwrap())
//!     }
//!
//!     fn block_on<F: Future>(&self, future: F) -> F::Output {
//!         self.0.block_on(future)
//!     }
//!
//!     fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
//!         let task = self.0.spawn(future);
//!         Cancel::by(move || task.abort())
//!     }
//! }
//!
//! hold::<Onethread>(Level::BlockOn);
//! hold::<Onethread>(Level::Spawn);
//! hold::<Onethread>(Level::Cancel);
//! ```
//!
//! The appendix builds one in five levels, in `docs/exercises/appendix_own_runtime.rs`.

mod block_on;
mod cancel;
mod panics;
mod probe;
mod sleep;
mod spawn;

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any check takes that does not hang.
const LIMIT: Duration = Duration::from_secs(10);

/// So long does another thread wait before it wakes: time enough for an executor that does not sleep to show it.
const A_WHILE: Duration = Duration::from_millis(50);

/// A way to cancel a task: its future is dropped, soon, and never polled again. Without it the task goes on.
pub struct Cancel(Box<dyn FnOnce()>);

impl Cancel {
    /// The way is to call `cancel`.
    pub fn by(cancel: impl FnOnce() + 'static) -> Cancel {
        Cancel(Box::new(cancel))
    }

    /// There is none, below level 3.
    pub fn not_yet() -> Cancel {
        Cancel::by(|| unimplemented!("level 3: to cancel a task is to drop its future"))
    }

    fn now(self) {
        (self.0)();
    }
}

/// What the checks ask of an executor, which runs all its tasks on the thread that it is made on.
pub trait Executor: Sized + 'static {
    /// One that has no tasks yet.
    fn new() -> Self;

    /// Level 1: runs `future`, and every task, until `future` is ready. Sleeps while nobody is ready.
    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Level 2: makes a task, before, in or between `block_on`s. What this gives is for level 3; [`Cancel::not_yet`] will do.
    fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
        drop(future);
        unimplemented!(
            "level 2: a task is a future that the executor keeps, and a place in the ready queue"
        )
    }

    /// Level 4: a future that is ready after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        let _ = duration;
        std::future::poll_fn(|_| {
            unimplemented!("level 4: a timer is a deadline and the waker to call then")
        })
    }
}

/// How much of an executor there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// One future, woken from within its polls and by other threads.
    BlockOn,
    /// Tasks beside it.
    Spawn,
    /// Tasks that nobody wants any more.
    Cancel,
    /// Timers.
    Sleep,
    /// A task that panics takes nobody along.
    Panics,
}

/// All levels, in their order.
pub const LEVELS: [Level; 5] =
    [Level::BlockOn, Level::Spawn, Level::Cancel, Level::Sleep, Level::Panics];

/// One thing that an executor has to hold to.
pub struct Check<E> {
    /// What holds, as a sentence.
    pub name: &'static str,
    /// The chapter that teaches it.
    pub chapter: &'static str,
    /// What goes wrong where it does not hold.
    pub why: &'static str,
    run: fn(&Rc<E>),
}

/// The checks of a level.
pub fn checks<E: Executor>(level: Level) -> Vec<Check<E>> {
    match level {
        Level::BlockOn => block_on::checks(),
        Level::Spawn => spawn::checks(),
        Level::Cancel => cancel::checks(),
        Level::Sleep => sleep::checks(),
        Level::Panics => panics::checks(),
    }
}

/// How the checks of a level came out.
pub struct Report {
    level: Level,
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    chapter: &'static str,
    why: &'static str,
    result: Result<(), String>,
}

/// Runs the checks of a level, all at once, each on a thread and an executor of its own.
pub fn examine<E: Executor>(level: Level) -> Report {
    let mut running = Vec::new();
    for Check { name, chapter, why, run } in checks::<E>(level) {
        let (sender, result) = channel();
        thread::Builder::new()
            .name(name.to_string())
            .spawn(move || {
                let checked = || run(&Rc::new(E::new()));
                let result = catch_unwind(AssertUnwindSafe(checked)).map_err(message);
                // Whoever asked has perhaps given up.
                let _ = sender.send(result);
            })
            .expect("a thread");
        running.push((name, chapter, why, result));
    }
    let deadline = Instant::now() + LIMIT;
    let rows = running.into_iter().map(|(name, chapter, why, result)| {
        let result = result.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        let result = result.unwrap_or_else(|gone| match gone {
            RecvTimeoutError::Timeout => {
                Err("it does not end: somebody waits for a wake that was lost".into())
            }
            RecvTimeoutError::Disconnected => Err("its thread is gone".into()),
        });
        Row { name, chapter, why, result }
    });
    Report { level, rows: rows.collect() }
}

/// Examines a level, and says what does not hold.
///
/// # Panics
/// If anything does not.
#[track_caller]
pub fn hold<E: Executor>(level: Level) {
    let report = examine::<E>(level);
    assert!(report.broken().is_empty(), "{report}");
}

impl Report {
    /// The names of the checks that failed, in their order.
    pub fn broken(&self) -> Vec<&'static str> {
        self.rows.iter().filter(|row| row.result.is_err()).map(|row| row.name).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let broken = self.broken().len();
        writeln!(
            f,
            "level {:?}: {} of {} hold",
            self.level,
            self.rows.len() - broken,
            self.rows.len()
        )?;
        for Row { name, chapter, why, result } in &self.rows {
            match result {
                Ok(()) => writeln!(f, "  holds   {name}")?,
                Err(says) => {
                    writeln!(
                        f,
                        "  BROKEN  {name} (chapter {chapter})\n          {why}\n          here: {says}"
                    )?;
                }
            }
        }
        Ok(())
    }
}

/// What a panic said.
fn message(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".into())
}
