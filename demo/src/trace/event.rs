//! What can happen? The kinds of events in a trace, as the runtime wrote them.
//!
//! They mirror `runtime::observe::Event`, but own their text, for they come from files.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

pub use runtime::observe::{Actor, Direction, Outcome, SourceId, TaskId, TimerId, WakeEffect};

use super::line::Line;

/// One event, when it happened and where in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Since the first event.
    pub time: Duration,
    /// The line of the program that this is about: where a task was spawned, or where it waits.
    pub user: Option<Place>,
    /// The line of the runtime that acts.
    pub runtime: Option<Place>,
    /// What happened.
    pub event: Event,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The fields say no more than their names.
pub enum Event {
    /// A task was made and queued.
    Spawn { task: TaskId, name: Option<Rc<str>>, by: Actor },
    /// A task is about to be polled.
    Poll { task: TaskId },
    /// The poll returned `Pending`; what the task waits for, as far as it said, for how many things more, and whether
    /// anybody keeps its waker.
    Pending { task: TaskId, wait: Option<Rc<str>>, more: u32, kept: bool },
    /// The poll returned `Ready`, or panicked.
    Ready { task: TaskId, outcome: Outcome },
    /// The poll took longer than allowed.
    Slow { task: TaskId, took: Duration },
    /// The task's future is gone.
    Drop { task: TaskId, outcome: Outcome },
    /// Somebody has the task's result.
    Join { task: TaskId, by: Actor },
    /// Somebody woke a task, which is `None` if its number is forgotten; from which thread, if it was another one.
    Wake { task: Option<TaskId>, by: Actor, thread: Option<Rc<str>>, effect: WakeEffect },
    /// The loop goes to sleep; until the timeout, if there is one.
    Park { timeout: Option<Duration> },
    /// The loop is awake again, and so many sockets are reported.
    Unpark { events: usize },
    /// Nothing on this thread can wake any task.
    Stall,
    /// A socket was made known to the reactor.
    Register { source: SourceId, what: Rc<str> },
    /// A task waits for a socket.
    Arm { source: SourceId, direction: Direction },
    /// The system reported a socket as ready; `closed` if it stays so for ever.
    SourceReady { source: SourceId, direction: Direction, closed: bool },
    /// A socket is gone from the reactor.
    Deregister { source: SourceId },
    /// A system call on a socket, what it gave, and whether it has shown that the next one would block.
    Try { source: SourceId, direction: Direction, tried: Tried, drained: bool },
    /// A task waits for a point in time.
    TimerArm { timer: TimerId, deadline: Duration },
    /// A timer was due.
    TimerFire { timer: TimerId },
    /// A timer was dropped before it was due.
    TimerCancel { timer: TimerId },
    /// A library or the program says something.
    Note { subject: Rc<str>, text: Rc<str> },
}

/// What a system call on a socket gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// So many bytes, or 1 for a connection.
    Done(u64),
    /// Nothing there now.
    WouldBlock,
    /// It failed in this way.
    Failed(Rc<str>),
}

/// The kinds of events. Notes are divided by who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Spawn,
    Poll,
    Pending,
    Ready,
    Slow,
    Drop,
    Join,
    Wake,
    Park,
    Unpark,
    Stall,
    Register,
    Arm,
    SourceReady,
    Deregister,
    Try,
    TimerArm,
    TimerFire,
    TimerCancel,
    Http,
    Tls,
    Pool,
    Say,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 23] = [
        Kind::Spawn,
        Kind::Poll,
        Kind::Pending,
        Kind::Ready,
        Kind::Slow,
        Kind::Drop,
        Kind::Join,
        Kind::Wake,
        Kind::Park,
        Kind::Unpark,
        Kind::Stall,
        Kind::Register,
        Kind::Arm,
        Kind::SourceReady,
        Kind::Deregister,
        Kind::Try,
        Kind::TimerArm,
        Kind::TimerFire,
        Kind::TimerCancel,
        Kind::Http,
        Kind::Tls,
        Kind::Pool,
        Kind::Say,
    ];

    /// Its name, as it is written in traces and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Spawn => "task.spawn",
            Kind::Poll => "task.poll",
            Kind::Pending => "task.pending",
            Kind::Ready => "task.ready",
            Kind::Slow => "task.slow",
            Kind::Drop => "task.drop",
            Kind::Join => "task.join",
            Kind::Wake => "wake",
            Kind::Park => "loop.park",
            Kind::Unpark => "loop.unpark",
            Kind::Stall => "loop.stall",
            Kind::Register => "source.register",
            Kind::Arm => "source.arm",
            Kind::SourceReady => "source.ready",
            Kind::Deregister => "source.deregister",
            Kind::Try => "io.try",
            Kind::TimerArm => "timer.arm",
            Kind::TimerFire => "timer.fire",
            Kind::TimerCancel => "timer.cancel",
            Kind::Http => "http",
            Kind::Tls => "tls",
            Kind::Pool => "pool",
            Kind::Say => "say",
        }
    }

    /// How much detail it is: 1 for who runs, 2 for who wakes whom, 3 for everything.
    pub fn level(self) -> u8 {
        match self {
            Kind::Spawn | Kind::Poll | Kind::Pending | Kind::Ready => 1,
            Kind::Park | Kind::Stall | Kind::Slow | Kind::Say => 1,
            Kind::Wake | Kind::Unpark | Kind::Drop | Kind::Join => 2,
            Kind::SourceReady | Kind::TimerFire | Kind::TimerArm | Kind::Arm => 2,
            Kind::Http | Kind::Tls | Kind::Pool => 2,
            Kind::Register | Kind::Deregister | Kind::Try | Kind::TimerCancel => 3,
        }
    }
}

impl Event {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Event::Spawn { .. } => Kind::Spawn,
            Event::Poll { .. } => Kind::Poll,
            Event::Pending { .. } => Kind::Pending,
            Event::Ready { .. } => Kind::Ready,
            Event::Slow { .. } => Kind::Slow,
            Event::Drop { .. } => Kind::Drop,
            Event::Join { .. } => Kind::Join,
            Event::Wake { .. } => Kind::Wake,
            Event::Park { .. } => Kind::Park,
            Event::Unpark { .. } => Kind::Unpark,
            Event::Stall => Kind::Stall,
            Event::Register { .. } => Kind::Register,
            Event::Arm { .. } => Kind::Arm,
            Event::SourceReady { .. } => Kind::SourceReady,
            Event::Deregister { .. } => Kind::Deregister,
            Event::Try { .. } => Kind::Try,
            Event::TimerArm { .. } => Kind::TimerArm,
            Event::TimerFire { .. } => Kind::TimerFire,
            Event::TimerCancel { .. } => Kind::TimerCancel,
            Event::Note { subject, .. } => match &**subject {
                "http" => Kind::Http,
                "tls" => Kind::Tls,
                "pool" => Kind::Pool,
                _ => Kind::Say,
            },
        }
    }

    /// The task it is about, if it names one.
    pub fn task(&self) -> Option<TaskId> {
        match self {
            Event::Spawn { task, .. }
            | Event::Poll { task }
            | Event::Pending { task, .. }
            | Event::Ready { task, .. }
            | Event::Slow { task, .. }
            | Event::Drop { task, .. }
            | Event::Join { task, .. } => Some(*task),
            Event::Wake { task, .. } => *task,
            _ => None,
        }
    }
}

impl Step {
    /// # Errors
    /// What is wrong with the line.
    pub(super) fn parse(text: &str) -> Result<Step, String> {
        let line = Line::parse(text)?;
        let place = |name: &str| line.get(name).map(Place::parse).transpose();
        Ok(Step {
            time: line.time,
            user: place("user")?,
            runtime: place("runtime")?,
            event: parse_event(&line)?,
        })
    }
}

fn parse_event(line: &Line<'_>) -> Result<Event, String> {
    let task = || task(line.text("task")?);
    let source = || line.number("source").map(SourceId);
    let timer = || line.number("timer").map(TimerId);
    let direction = || match line.text("direction")? {
        "read" => Ok(Direction::Read),
        "write" => Ok(Direction::Write),
        other => Err(format!("{other:?} is no direction")),
    };
    let outcome = || match line.text("outcome")? {
        "completed" => Ok(Outcome::Completed),
        "panicked" => Ok(Outcome::Panicked),
        "cancelled" => Ok(Outcome::Cancelled),
        other => Err(format!("{other:?} is no outcome")),
    };
    let by = || actor(line.text("by")?);
    Ok(match line.kind {
        "task.spawn" => {
            Event::Spawn { task: task()?, name: line.get("name").map(Into::into), by: by()? }
        }
        "task.poll" => Event::Poll { task: task()? },
        "task.pending" => {
            let wait = line.get("wait").map(Into::into);
            let more = if wait.is_some() { line.number("more")? } else { 0 };
            // A trace that does not say is believed to be in order.
            let kept = line.get("kept").is_none() || line.number("kept")?;
            Event::Pending { task: task()?, wait, more, kept }
        }
        "task.ready" => Event::Ready { task: task()?, outcome: outcome()? },
        "task.slow" => Event::Slow { task: task()?, took: line.seconds("took")? },
        "task.drop" => Event::Drop { task: task()?, outcome: outcome()? },
        "task.join" => Event::Join { task: task()?, by: by()? },
        "wake" => {
            let effect = match line.text("effect")? {
                "queued" => WakeEffect::Queued,
                "self" => WakeEffect::QueuedWhileRunning,
                "already" => WakeEffect::AlreadyQueued,
                "dead" => WakeEffect::Stale,
                other => return Err(format!("{other:?} is no effect of a wake")),
            };
            let task = line.get("task").map(self::task).transpose()?;
            let thread = line.get("thread").map(Into::into);
            Event::Wake { task, by: by()?, thread, effect }
        }
        "loop.park" => {
            let timeout = line.get("timeout").map(|_| line.seconds("timeout")).transpose()?;
            Event::Park { timeout }
        }
        "loop.unpark" => Event::Unpark { events: line.number("events")? },
        "loop.stall" => Event::Stall,
        "source.register" => Event::Register { source: source()?, what: line.text("what")?.into() },
        "source.arm" => Event::Arm { source: source()?, direction: direction()? },
        "source.ready" => Event::SourceReady {
            source: source()?,
            direction: direction()?,
            closed: line.number("closed")?,
        },
        "source.deregister" => Event::Deregister { source: source()? },
        "io.try" => {
            let tried = match (line.get("done"), line.get("failed")) {
                (Some(_), _) => Tried::Done(line.number("done")?),
                (_, Some(failed)) => Tried::Failed(failed.into()),
                _ => Tried::WouldBlock,
            };
            let says = line.get("drained").is_some();
            let drained = if says { line.number("drained")? } else { tried == Tried::WouldBlock };
            Event::Try { source: source()?, direction: direction()?, tried, drained }
        }
        "timer.arm" => Event::TimerArm { timer: timer()?, deadline: line.seconds("deadline")? },
        "timer.fire" => Event::TimerFire { timer: timer()? },
        "timer.cancel" => Event::TimerCancel { timer: timer()? },
        "note" => {
            Event::Note { subject: line.text("subject")?.into(), text: line.text("text")?.into() }
        }
        other => return Err(format!("{other:?} is no kind of event that this version knows")),
    })
}

fn task(text: &str) -> Result<TaskId, String> {
    match text {
        "root" => Ok(TaskId::ROOT),
        number => number.parse().map(TaskId).map_err(|_| format!("{number:?} is no task")),
    }
}

fn actor(text: &str) -> Result<Actor, String> {
    Ok(match text {
        "reactor" => Actor::Reactor,
        "timers" => Actor::Timers,
        "mailbox" => Actor::Mailbox,
        "outside" => Actor::Outside,
        other => Actor::Task(task(other)?),
    })
}

impl Place {
    fn parse(text: &str) -> Result<Place, String> {
        let parse = || {
            let (rest, column) = text.rsplit_once(':')?;
            let (file, line) = rest.rsplit_once(':')?;
            Some(Place {
                file: file.into(),
                line: line.parse().ok()?,
                column: column.parse().ok()?,
            })
        };
        parse().ok_or_else(|| format!("{text:?} is no place: FILE:LINE:COLUMN"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
