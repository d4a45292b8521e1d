//! What does the page call things? States and actors, as a word and a glyph, in both languages.

use super::both;
use crate::trace::event::{Actor, Outcome};
use crate::trace::state::{Phase, State, Thread};
use crate::trace::why::length;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Both {
    pub(super) en: String,
    pub(super) zh: String,
}

impl Both {
    pub(super) fn new(en: impl Into<String>, zh: impl Into<String>) -> Both {
        Both { en: en.into(), zh: zh.into() }
    }

    /// A name, a number or a time, which is the same in both.
    pub(super) fn same(text: impl Into<String>) -> Both {
        let en = text.into();
        Both { zh: en.clone(), en }
    }
}

/// How a state of a task is shown. The class gives the colour, which never stands alone.
pub(super) struct Look {
    pub(super) class: &'static str,
    pub(super) glyph: char,
    en: &'static str,
    zh: &'static str,
}

impl Look {
    const fn new(class: &'static str, glyph: char, en: &'static str, zh: &'static str) -> Look {
        Look { class, glyph, en, zh }
    }

    pub(super) fn words(&self) -> Both {
        Both::new(format!("{} {}", self.glyph, self.en), format!("{} {}", self.glyph, self.zh))
    }

    /// The word alone, for HTML.
    pub(super) fn word(&self) -> String {
        both(self.en, self.zh)
    }
}

/// The states that a task can be in.
pub(super) const fn look(phase: Phase) -> Look {
    match phase {
        Phase::Running => Look::new("running", '▶', "running", "运行"),
        Phase::Queued => Look::new("queued", '●', "ready", "就绪"),
        Phase::Waiting => Look::new("waiting", '○', "waiting", "等待"),
        Phase::Done(Outcome::Completed) => Look::new("done", '✓', "done", "完成"),
        Phase::Done(Outcome::Panicked) => Look::new("failed", '✗', "panicked", "panic"),
        Phase::Done(Outcome::Cancelled) => Look::new("failed", '⊘', "cancelled", "取消"),
    }
}

/// Who woke somebody.
pub(super) fn actor(actor: Actor, state: &State) -> Both {
    match actor {
        Actor::Task(task) => Both::same(state.name(task)),
        Actor::Reactor => Both::new("the reactor", "反应器"),
        Actor::Timers => Both::new("a timer", "定时器"),
        Actor::Mailbox => Both::new("another thread", "别的线程"),
        Actor::Outside => Both::new("code outside", "外面的代码"),
    }
}

/// What the one thread does.
pub(super) fn thread(state: &State) -> Both {
    match (state.thread, state.running) {
        (Thread::Parked(Some(timeout)), _) => {
            let most = length(timeout);
            Both::new(format!("☾ sleeps, {most} at most"), format!("☾ 睡眠，至多 {most}"))
        }
        (Thread::Parked(None), _) => {
            Both::new("☾ sleeps until a socket or a thread calls", "☾ 睡眠，等套接字或别的线程")
        }
        (Thread::Running, Some(task)) => {
            let name = state.name(task);
            Both::new(format!("▶ polls {name}"), format!("▶ 正在 poll {name}"))
        }
        (Thread::Running, None) => Both::new("◇ the runtime itself", "◇ 运行时自己"),
    }
}

/// How much has happened.
pub(super) fn counts(state: &State) -> Both {
    let (polls, wakes, parks) = (state.polls, state.wakes, state.parks);
    Both::new(
        format!("polls {polls} · wakes {wakes} · parks {parks}"),
        format!("poll {polls} 次 · 唤醒 {wakes} 次 · 休眠 {parks} 次"),
    )
}

/// The last line of a list that is longer than what is shown of it.
pub(super) fn more(number: usize) -> Both {
    Both::new(format!("… and {number} more"), format!("……另外还有 {number} 个"))
}
