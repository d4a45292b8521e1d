//! The sentences in English.

use super::{Scene, length};
use crate::trace::event::{Actor, Direction, Event, Outcome, Step, TaskId, Tried, WakeEffect};
use crate::trace::state::Thread;

pub(super) fn why(step: &Step, scene: &Scene<'_>) -> String {
    match &step.event {
        Event::Spawn { task, by, .. } => {
            let name = name_or(task, scene, step);
            format!(
                "{} spawned {name}. A spawned task does not run at once: it goes to the back of the ready queue, behind {}.",
                who(*by, scene),
                others(scene.queued())
            )
        }
        Event::Poll { task } => poll(*task, scene),
        Event::Pending { task, wait, more, kept } => {
            let wait = wait.as_deref().map(|what| (what, *more));
            pending(*task, wait, *kept, scene)
        },
        Event::Ready { task, outcome } => {
            let name = scene.name(*task);
            match outcome {
                Outcome::Panicked => format!(
                    "{name} panicked. The panic stays inside the task: the others go on, and whoever joins it gets an error."
                ),
                _ if *task == TaskId::ROOT => {
                    "The root future returned Ready: block_on is over and gives its output.".into()
                }
                _ => format!("{name} returned Ready: it is done, and its output waits for whoever joins it."),
            }
        }
        Event::Slow { task, took } => format!(
            "One poll of {} took {}. Nobody interrupts a task, so everybody else stood still for that long.",
            scene.name(*task),
            length(*took)
        ),
        Event::Drop { task, outcome } => {
            let name = scene.name(*task);
            match outcome {
                Outcome::Cancelled => format!(
                    "{name} was cancelled, which is nothing but this: its future is dropped, and with it all it was waiting for."
                ),
                _ => format!("The future of {name} is gone, and its memory holds the output now."),
            }
        }
        Event::Join { task, by } => {
            format!("{} awaited {} and has its result.", who(*by, scene), scene.name(*task))
        }
        Event::Wake { task, by, thread, effect } => {
            wake(*task, &who_from(*by, thread.as_deref(), scene), *effect, scene)
        }
        Event::Park { timeout: Some(timeout) } => format!(
            "No task is ready, so the thread sleeps in one system call, until a socket is ready or the next timer is due in {}. It uses no CPU.",
            length(*timeout)
        ),
        Event::Park { timeout: None } => {
            "No task is ready and no timer is armed, so the thread sleeps in one system call until a socket is ready or another thread rings. It uses no CPU.".into()
        }
        Event::Unpark { events: 0 } => match scene.before.thread {
            Thread::Parked(Some(_)) => "The loop is awake again: no socket was ready, so it is a timer's time, or another thread rang.".into(),
            _ => "The loop is awake again: another thread rang the bell.".into(),
        },
        Event::Unpark { events } => format!(
            "The loop is awake again: the system reported {}. Each wakes whoever waits for it.",
            count(*events, "ready direction of a socket", "ready directions of sockets")
        ),
        Event::Stall => "Nothing on this thread can wake any task: no timer is armed, no socket is waited for, no helper works. If no other thread wakes one, this lasts for ever.".into(),
        Event::Register { source, what } => format!(
            "A {what} was made known to the reactor as source {}, once for its whole life, in both directions.",
            source.0
        ),
        Event::Arm { source, direction } => format!(
            "Source {} is not {} now, so the reactor keeps the task's waker until it is. There is one slot for each direction.",
            source.0,
            able(*direction)
        ),
        Event::SourceReady { source, direction, closed } => source_ready(source.0, *direction, *closed, step, scene),
        Event::Deregister { source } => format!(
            "Source {} was dropped: the reactor forgets it, and its place in the table gets a new generation, so a late event for it touches nobody.",
            source.0
        ),
        Event::Try { source, direction, tried, drained } => {
            tried_sentence(source.0, *direction, tried, *drained, scene.is_listener(*source))
        },
        Event::TimerArm { timer, deadline } => format!(
            "Timer {} was armed for {} after the beginning. All timers share one timeout: the loop sleeps until the earliest.",
            timer.0,
            length(*deadline)
        ),
        Event::TimerFire { timer } => format!(
            "Timer {} is due. The timers wake its task; they do not run it.",
            timer.0
        ),
        Event::TimerCancel { timer } => format!(
            "Timer {} was dropped before it was due, and nothing is left of it.",
            timer.0
        ),
        Event::Note { subject, text } => match &**subject {
            "say" => text.to_string(),
            subject => format!("{subject}: {text}."),
        },
    }
}

/// A new task is not in the state before it was spawned.
fn name_or(task: &TaskId, scene: &Scene<'_>, step: &Step) -> String {
    match &step.event {
        Event::Spawn { name: Some(name), .. } => name.to_string(),
        _ => scene.name(*task),
    }
}

fn poll(task: TaskId, scene: &Scene<'_>) -> String {
    let name = scene.name(task);
    if scene.is_first_poll(task) {
        return format!(
            "{name} is polled for the first time: only now does its code begin to run, as far as its first wait."
        );
    }
    match scene.woken_by(task) {
        Some(Actor::Timers) => format!(
            "{name} is polled again, because its timer woke it. It goes on where it waited."
        ),
        Some(Actor::Reactor) => format!(
            "{name} is polled again, because the reactor woke it: a socket is ready. It goes on where it waited."
        ),
        Some(Actor::Mailbox) => format!(
            "{name} is polled again, because another thread woke it through the mailbox. It goes on where it waited."
        ),
        Some(Actor::Task(by)) if by == task => format!(
            "{name} is polled again, because it woke itself. Everybody before it in the queue had a turn."
        ),
        Some(Actor::Task(by)) => format!(
            "{name} is polled again, because {} woke it. It goes on where it waited.",
            scene.name(by)
        ),
        Some(Actor::Outside) => format!(
            "{name} is polled again, because it was woken from outside. It goes on where it waited."
        ),
        None => format!(
            "{name} is polled although nobody woke it since its last poll. An executor without wakers does that all the time."
        ),
    }
}

fn pending(task: TaskId, wait: Option<(&str, u32)>, kept: bool, scene: &Scene<'_>) -> String {
    let name = scene.name(task);
    if scene.before.ready.contains(&task) {
        return format!(
            "{name} returned Pending, but it was woken while it ran: it stands in the queue already."
        );
    }
    let more = |more| if more > 0 { format!(" and {more} more") } else { String::new() };
    match (wait, kept) {
        (Some((what, others)), true) => format!(
            "{name} returned Pending: it waits for {what}{}, has left its waker there, and gives the thread back.",
            more(others)
        ),
        (None, true) => format!(
            "{name} returned Pending: it has left its waker with somebody, does not say what it waits for, and gives the thread back."
        ),
        (Some((what, others)), false) => format!(
            "{name} returned Pending: it waits for {what}{}, but nobody has kept its waker. Nobody can ever wake it.",
            more(others)
        ),
        (None, false) => {
            format!(
                "{name} returned Pending, and nobody has kept its waker. Nobody can ever wake it."
            )
        }
    }
}

fn wake(task: Option<TaskId>, who: &str, effect: WakeEffect, scene: &Scene<'_>) -> String {
    let Some(task) = task else {
        return format!(
            "{who} woke a task whose number is forgotten: the ticket is stale, and nothing happens."
        );
    };
    let name = scene.name(task);
    match effect {
        WakeEffect::Queued => format!(
            "{who} woke {name}. It does not run now: waking only puts it at the back of the ready queue, behind {}.",
            others(scene.queued())
        ),
        WakeEffect::QueuedWhileRunning => format!(
            "{who} woke {name} while it was running, so it will be polled once more: nothing that it may have missed is lost."
        ),
        WakeEffect::AlreadyQueued => format!(
            "{who} woke {name}, which stands in the ready queue already: two wakes before a poll are one poll."
        ),
        WakeEffect::Stale => format!(
            "{who} woke {name}, which is done: the ticket finds another generation in its place, and nothing happens."
        ),
    }
}

fn source_ready(
    source: u32,
    direction: Direction,
    closed: bool,
    step: &Step,
    scene: &Scene<'_>,
) -> String {
    let ends = if closed { ", and stays so: the other side is done or gone" } else { "" };
    let able = able(direction);
    match scene.waiting_for(&step.event) {
        Some(task) => format!(
            "The system says that source {source} became {able}{ends}. The reactor will wake {}, whose waker stands in that slot.",
            scene.name(task)
        ),
        None => format!(
            "The system says that source {source} became {able}{ends}. Nobody waits for that now, so the reactor only remembers it."
        ),
    }
}

fn tried_sentence(
    source: u32,
    direction: Direction,
    tried: &Tried,
    drained: bool,
    accepts: bool,
) -> String {
    match (tried, direction) {
        (Tried::Done(_), Direction::Read) if accepts => {
            format!("The task accepted a connection from source {source}, without waiting.")
        }
        (Tried::Done(0), Direction::Read) => {
            format!(
                "The task read from source {source} and got nothing: that is the end of the stream."
            )
        }
        (Tried::Done(amount), Direction::Read) => {
            let rest = if drained {
                "It had room for more, so the socket is empty now."
            } else {
                "There may be more, and the system will not say so again."
            };
            format!(
                "The task read {} from source {source}, without waiting. {rest}",
                bytes(*amount)
            )
        }
        // A connection that is established counts as 1.
        (Tried::Done(1), Direction::Write) => {
            format!("Source {source} is connected, or one byte was written to it, without waiting.")
        }
        (Tried::Done(amount), Direction::Write) => {
            format!("The task wrote {} to source {source}, without waiting.", bytes(*amount))
        }
        (Tried::WouldBlock, _) => format!(
            "The task tried source {source}, and the system said \"would block\": it has to wait for the reactor."
        ),
        (Tried::Failed(kind), _) => {
            format!("The task tried source {source}, and it failed: {kind}.")
        }
    }
}

fn bytes(amount: u64) -> String {
    count(usize::try_from(amount).unwrap_or(usize::MAX), "byte", "bytes")
}

/// The same where the name of the thread is known.
fn who_from(actor: Actor, thread: Option<&str>, scene: &Scene<'_>) -> String {
    match thread {
        Some(thread) => format!("Another thread, {thread:?},"),
        None => who(actor, scene),
    }
}

fn who(actor: Actor, scene: &Scene<'_>) -> String {
    match actor {
        Actor::Task(task) => {
            let name = scene.name(task);
            let mut letters = name.chars();
            // At the beginning of a sentence.
            letters
                .next()
                .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
        }
        Actor::Reactor => "The reactor".into(),
        Actor::Timers => "A timer".into(),
        Actor::Mailbox => "Another thread".into(),
        Actor::Outside => "Code outside the tasks".into(),
    }
}

fn able(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "readable",
        Direction::Write => "writable",
    }
}

fn others(number: usize) -> String {
    match number {
        0 => "nobody".into(),
        1 => "one other".into(),
        number => format!("{number} others"),
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
