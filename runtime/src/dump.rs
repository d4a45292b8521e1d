//! What is everybody waiting for? A table of all tasks, for the moment when a program hangs.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use crate::context;
use crate::executor::Core;
use crate::head::{Flag, Head};
use crate::lines::Said;
use crate::observe::{TaskId, WaitPoint};

/// The table of this thread's runtime: every task, its state, and what it waits for at which line.
///
/// asyncio's name is `all_tasks`.
///
/// # Panics
/// Outside a runtime.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let _never = runtime::spawn_named("sleeper", runtime::time::sleep(std::time::Duration::MAX));
/// runtime::yield_now().await;
/// let table = runtime::dump().to_string();
/// assert!(table.contains("sleeper") && table.contains("waits for sleep"));
/// # });
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn dump() -> Dump {
    Dump::of(&context::expect("dump"))
}

/// The tasks of a runtime at one moment; printed, it is a table.
#[derive(Clone, Debug)]
pub struct Dump {
    /// One row for each task, in order of their numbers.
    pub tasks: Vec<Row>,
    /// How many timers are armed.
    pub timers: usize,
    /// How many sockets the reactor knows.
    pub sources: usize,
    /// How many tasks wait for a helper thread.
    pub helpers: usize,
}

/// One task.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub id: TaskId,
    /// Its name, if it was given one.
    pub name: Option<Rc<str>>,
    /// What it does.
    pub state: State,
    /// Where it was spawned; `None` for the future given to `block_on`.
    pub spawned_at: Option<&'static Location<'static>>,
    /// What it waited for when it was pending last, as far as a leaf future said.
    pub wait: Option<WaitPoint>,
    /// How many more things it waited for; 4,095 stands for that many or more.
    pub more: u32,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being polled right now.
    Running,
    /// It is in the ready queue.
    Ready,
    /// It waits for a wake.
    Waiting,
    /// It has ended, and nobody has asked for its result yet.
    Finished,
}

impl Dump {
    pub(crate) fn of(core: &Core) -> Dump {
        let mut tasks = Vec::new();
        let (names, roster) = (core.schedule.names.borrow(), core.schedule.roster.borrow());
        let mut add = |id, head, spawned_at| {
            let Said { first: wait, more } = roster.waits(head);
            let (name, state) = (names.get(&id).cloned(), State::of(head));
            tasks.push(Row { id, name, state, spawned_at, wait, more });
        };
        if !roster.root().has(Flag::FINISHED) {
            add(TaskId::ROOT, roster.root(), None);
        }
        for (ticket, head) in roster.iter() {
            add(core.schedule.id(ticket), head, roster.spawned_at(ticket));
        }
        tasks.sort_by_key(|row| row.id);
        Dump {
            tasks,
            timers: core.timers.borrow().len(),
            sources: core.reactor.len(),
            helpers: core.helpers.outstanding(),
        }
    }
}

impl Row {
    fn activity(&self) -> String {
        let more = if self.more > 0 { format!(" and {} more", self.more) } else { String::new() };
        match (self.state, &self.wait) {
            (State::Running, _) => "running".into(),
            (State::Ready, _) => "ready".into(),
            (State::Finished, _) => "finished, its result not taken".into(),
            (State::Waiting, Some(wait)) => format!("waits for {}{more} at {}", wait.what, wait.at),
            (State::Waiting, None) => "waits for something that did not say what".into(),
        }
    }
}

impl State {
    fn of(head: Head) -> State {
        match () {
            () if head.has(Flag::FINISHED) => State::Finished,
            () if head.has(Flag::RUNNING) => State::Running,
            () if head.has(Flag::QUEUED) => State::Ready,
            () => State::Waiting,
        }
    }
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |row: &Row| row.name.as_deref().unwrap_or("-").to_string();
        let spawned = |row: &Row| {
            row.spawned_at.map_or("block_on".into(), |at| format!("{}:{}", at.file(), at.line()))
        };
        let width = |text: &dyn Fn(&Row) -> String, least: usize| {
            self.tasks.iter().map(|row| text(row).chars().count()).max().unwrap_or(0).max(least)
        };
        let (names, places) = (width(&name, 4), width(&spawned, 10));
        writeln!(f, "{:>4}  {:names$}  {:places$}  state", "task", "name", "spawned at")?;
        for row in &self.tasks {
            let (name, spawned) = (name(row), spawned(row));
            writeln!(f, "{:>4}  {name:names$}  {spawned:places$}  {}", row.id, row.activity())?;
        }
        let Dump { tasks, timers, sources, helpers } = self;
        writeln!(
            f,
            "{} tasks, {timers} timers, {sources} sockets, {helpers} waiting for a helper thread",
            tasks.len()
        )
    }
}

#[cfg(test)]
mod tests;
