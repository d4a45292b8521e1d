//! What does the runtime tell about itself? A stream of facts, one for each thing it does, to an observer.
//!
//! Every part of the runtime emits them; `Builder::observer` says who listens. A picture, a trace file, a stepper or a count
//! is a fold over these facts and needs nothing else.
//!
//! What it costs one `yield_now` (callgrind, x86-64, rustc 1.95, release): 6 instructions when nobody listens (two
//! comparisons), about 340 with an observer that does nothing, and about 13,000 with a `Recorder`, which writes three lines
//! of text. Counted when a yield took 343 in all; `.ci/instructions` has what it takes now.

use std::fmt;
use std::io;
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Somebody who is told what the runtime does.
///
/// It is called on the runtime's thread, in the middle of the work, with nothing borrowed: it may look at the runtime
/// (`runtime::dump`), but what it does itself, a wake for instance, is told to it again.
///
/// ```
/// use std::{cell::Cell, rc::Rc};
/// use runtime::observe::{Event, Fact, Observer};
///
/// #[derive(Default)]
/// struct Polls(Cell<u32>);
/// impl Observer for Polls {
///     fn observe(&self, fact: &Fact) {
///         if let Event::PollStarted { .. } = fact.event {
///             self.0.set(self.0.get() + 1);
///         }
///     }
/// }
///
/// let polls = Rc::new(Polls::default());
/// let rt = runtime::Runtime::builder().observer(polls.clone()).build()?;
/// rt.block_on(runtime::yield_now());
/// assert_eq!(polls.0.get(), 2);
/// # std::io::Result::Ok(())
/// ```
pub trait Observer {
    /// Takes note of one fact.
    fn observe(&self, fact: &Fact);

    /// Whether it wants to know of each pending task if anybody keeps its waker, and of each wake from another thread which
    /// one that was. Wakers are counted for that, which costs an atomic operation for each clone and drop; so it is `false`
    /// unless an observer says otherwise.
    fn counts_wakers(&self) -> bool {
        false
    }
}

/// One event, when it happened and where in the source.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The runtime's clock, which may be a virtual one.
    pub time: Instant,
    /// The line of the runtime that acts.
    pub runtime_line: &'static Location<'static>,
    /// The line of user code this is about: where a task was spawned, or where it waits.
    pub user_line: Option<&'static Location<'static>>,
    /// What happened.
    pub event: Event,
}

/// Something a task waits for, and the line of user code that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitPoint {
    /// The operation, for instance `sleep` or `tcp read`.
    pub what: &'static str,
    /// Where user code asked for it.
    pub at: &'static Location<'static>,
}

/// A task's number: 1 for the first that a runtime spawned, and 0 for the future given to `block_on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub u32);

impl TaskId {
    /// The future given to `block_on`.
    pub const ROOT: TaskId = TaskId(0);
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == TaskId::ROOT { f.pad("root") } else { fmt::Display::fmt(&self.0, f) }
    }
}

/// A socket's number: its place in the reactor's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A timer's number, in the order in which timers were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId(pub u64);

/// Who is acting on the runtime's thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A task that is being polled, or dropped.
    Task(TaskId),
    /// The reactor, handing out what the system reported.
    Reactor,
    /// The timers, firing those that are due.
    Timers,
    /// The mailbox: another thread, or this one outside `block_on`.
    Mailbox,
    /// Nobody in particular: the runtime itself, or code around `block_on`.
    Outside,
}

/// What a wake did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WakeEffect {
    /// The task went to the back of the ready queue.
    Queued,
    /// The task is being polled right now, so it will be polled once more.
    QueuedWhileRunning,
    /// The task was in the ready queue already: the two wakes are one poll.
    AlreadyQueued,
    /// The task is finished; the ticket is stale.
    Stale,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its future was ready.
    Completed,
    /// Its future, or the future's drop, panicked.
    Panicked,
    /// It was aborted, or the runtime was dropped.
    Cancelled,
}

/// One of the two directions of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Reading, receiving, accepting.
    Read,
    /// Writing, sending, connecting.
    Write,
}

/// What a system call on a socket gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// So many bytes; 0 is the end of the file when reading. For accept and connect: 1, a connection.
    Done(usize),
    /// Nothing there now; the task waits for the reactor.
    WouldBlock,
    /// It failed.
    Failed(io::ErrorKind),
}

/// What the runtime does.
#[derive(Clone, Debug)]
pub enum Event {
    /// A task was made and queued.
    TaskSpawned {
        /// The new task.
        task: TaskId,
        /// Its name, if it was given one.
        name: Option<Rc<str>>,
        /// Who spawned it.
        by: Actor,
    },
    /// A task is about to be polled.
    PollStarted {
        /// The task.
        task: TaskId,
    },
    /// The poll returned `Pending`.
    PollPending {
        /// The task.
        task: TaskId,
        /// What it waits for, as far as a leaf future said; the first if there are several.
        wait: Option<WaitPoint>,
        /// How many more it waits for.
        more: u32,
        /// Whether anybody has a clone of the task's waker. If not, and if it is not queued already, nobody can wake it.
        /// `true` if nobody counts: see [`Observer::counts_wakers`].
        kept: bool,
    },
    /// The poll returned `Ready`, or panicked.
    PollReady {
        /// The task.
        task: TaskId,
        /// How it ended.
        outcome: Outcome,
    },
    /// One poll took longer than `Builder::slow_poll` allows.
    SlowPoll {
        /// The task.
        task: TaskId,
        /// How long nobody else could run.
        took: Duration,
    },
    /// The task's future is gone.
    TaskDropped {
        /// The task.
        task: TaskId,
        /// How it ended.
        outcome: Outcome,
    },
    /// Somebody awaited the task's handle and has its result.
    TaskJoined {
        /// The task.
        task: TaskId,
        /// Who.
        by: Actor,
    },
    /// Somebody woke a task.
    Woken {
        /// The task; `None` if the ticket is so stale that its number is forgotten.
        task: Option<TaskId>,
        /// Who.
        by: Actor,
        /// Which thread, if it was another one.
        thread: Option<Rc<str>>,
        /// What it did.
        effect: WakeEffect,
    },
    /// No task is ready: the loop goes to sleep in the system call; on the paused clock it jumps to the next deadline instead.
    Parked {
        /// Until the next timer; `None` means for as long as it takes.
        timeout: Option<Duration>,
    },
    /// The loop is awake again.
    Unparked {
        /// How much the system reported: each direction of each socket that has become ready.
        events: usize,
    },
    /// Nothing on this thread can wake any task: no timer, no socket, no helper. Only another thread can.
    Stalled,
    /// A socket was made known to the reactor.
    SourceRegistered {
        /// The socket.
        source: SourceId,
        /// What kind of socket.
        what: &'static str,
    },
    /// A task waits for a socket.
    SourceArmed {
        /// The socket.
        source: SourceId,
        /// For which direction.
        direction: Direction,
    },
    /// The system reported a socket as ready.
    SourceReady {
        /// The socket.
        source: SourceId,
        /// In which direction.
        direction: Direction,
        /// The other side is done, or the connection is broken: it stays ready for ever.
        closed: bool,
    },
    /// A socket is gone from the reactor.
    SourceDeregistered {
        /// The socket.
        source: SourceId,
    },
    /// A system call on a socket.
    IoTried {
        /// The socket.
        source: SourceId,
        /// In which direction.
        direction: Direction,
        /// What it gave.
        tried: Tried,
        /// Whether it has shown that the next call would block: the system reports the socket when that changes.
        drained: bool,
    },
    /// A task waits for a point in time.
    TimerArmed {
        /// The timer.
        timer: TimerId,
        /// When it is due.
        deadline: Instant,
    },
    /// A timer was due, and its task was woken.
    TimerFired {
        /// The timer.
        timer: TimerId,
    },
    /// A timer was dropped before it was due.
    TimerCancelled {
        /// The timer.
        timer: TimerId,
    },
    /// A library or the program itself says something: `subject` is `http`, `tls`, `pool`, `say`, …
    Note {
        /// What it is about.
        subject: &'static str,
        /// What it says.
        text: Rc<str>,
    },
}
