//! 中文的解释。 The sentences in Chinese.

use super::{Scene, length};
use crate::trace::event::{Actor, Direction, Event, Outcome, Step, TaskId, Tried, WakeEffect};
use crate::trace::state::Thread;

pub(super) fn why(step: &Step, scene: &Scene<'_>) -> String {
    match &step.event {
        Event::Spawn { task, name, by } => {
            let name = name.as_deref().map_or_else(|| scene.name(*task), str::to_string);
            format!(
                "{}创建了任务 {name}。新任务不会立刻运行，只是排到就绪队列的末尾，前面{}。",
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
                Outcome::Panicked => {
                    format!("{name} 发生了 panic。panic 只留在这个任务里：其他任务照常运行，等待它的一方会得到一个错误。")
                }
                _ if *task == TaskId::ROOT => "根 future 返回 Ready：block_on 结束，并交出它的结果。".into(),
                _ => format!("{name} 返回 Ready：它完成了，结果留给等待它的一方。"),
            }
        }
        Event::Slow { task, took } => format!(
            "对 {} 的一次 poll 用了 {}。没有谁能打断一个任务，所以这段时间里其他任务全都停着。",
            scene.name(*task),
            length(*took)
        ),
        Event::Drop { task, outcome } => {
            let name = scene.name(*task);
            match outcome {
                Outcome::Cancelled => {
                    format!("{name} 被取消了。取消不过如此：丢弃它的 future，连同它正在等待的一切。")
                }
                _ => format!("{name} 的 future 已经不在了，那块内存现在存放它的结果。"),
            }
        }
        Event::Join { task, by } => format!("{}等到了 {} 的结果。", who(*by, scene), scene.name(*task)),
        Event::Wake { task, by, thread, effect } => {
            wake(*task, &who_from(*by, thread.as_deref(), scene), *effect, scene)
        }
        Event::Park { timeout: Some(timeout) } => format!(
            "没有就绪的任务，线程在一次系统调用里睡眠，直到某个套接字就绪，或 {} 后下一个定时器到期。睡眠不占用 CPU。",
            length(*timeout)
        ),
        Event::Park { timeout: None } => {
            "没有就绪的任务，也没有定时器，线程在一次系统调用里睡眠，直到某个套接字就绪，或别的线程按铃。睡眠不占用 CPU。".into()
        }
        Event::Unpark { events: 0 } => match scene.before.thread {
            Thread::Parked(Some(_)) => "循环醒来：没有套接字就绪，是定时器到期了，或者别的线程按了铃。".into(),
            _ => "循环醒来：别的线程按了铃。".into(),
        },
        Event::Unpark { events } => {
            format!("循环醒来：系统报告了 {events} 个就绪的方向，每一个都会唤醒在等它的任务。")
        }
        Event::Stall => "这个线程上没有什么能唤醒任何任务：没有定时器，没有被等待的套接字，也没有辅助线程在工作。如果别的线程也不来唤醒，就会永远停在这里。".into(),
        Event::Register { source, what } => {
            format!("一个 {what} 在反应器中登记为源 {}。一生只登记一次，读写两个方向都包括。", source.0)
        }
        Event::Arm { source, direction } => format!(
            "源 {} 现在还不能{}，所以反应器保存任务的 waker，直到可以为止。每个方向各有一个位置。",
            source.0,
            able(*direction)
        ),
        Event::SourceReady { source, direction, closed } => {
            source_ready(source.0, *direction, *closed, step, scene)
        }
        Event::Deregister { source } => format!(
            "源 {} 被丢弃：反应器忘掉它，它在表中的位置换了新的代号，迟到的事件碰不到任何人。",
            source.0
        ),
        Event::Try { source, direction, tried, drained } => {
            tried_sentence(source.0, *direction, tried, *drained, scene.is_listener(*source))
        },
        Event::TimerArm { timer, deadline } => format!(
            "定时器 {} 定在开始后 {}。所有定时器共用一个超时：循环睡到最早的那个为止。",
            timer.0,
            length(*deadline)
        ),
        Event::TimerFire { timer } => {
            format!("定时器 {} 到期。定时器只唤醒任务，并不运行它。", timer.0)
        }
        Event::TimerCancel { timer } => format!("定时器 {} 在到期之前被丢弃，什么也没留下。", timer.0),
        Event::Note { subject, text } => match &**subject {
            "say" => text.to_string(),
            subject => format!("{subject}：{text}。"),
        },
    }
}

fn poll(task: TaskId, scene: &Scene<'_>) -> String {
    let name = scene.name(task);
    if scene.is_first_poll(task) {
        return format!(
            "{name} 第一次被 poll：它的代码到现在才开始运行，一直运行到第一个要等待的地方。"
        );
    }
    match scene.woken_by(task) {
        Some(Actor::Timers) => {
            format!("{name} 再次被 poll，因为它的定时器唤醒了它。它从等待的地方继续。")
        }
        Some(Actor::Reactor) => {
            format!("{name} 再次被 poll，因为反应器唤醒了它：有套接字就绪。它从等待的地方继续。")
        }
        Some(Actor::Mailbox) => {
            format!("{name} 再次被 poll，因为别的线程通过信箱唤醒了它。它从等待的地方继续。")
        }
        Some(Actor::Task(by)) if by == task => {
            format!("{name} 再次被 poll，因为它唤醒了自己。队列里排在它前面的都已经轮到过了。")
        }
        Some(Actor::Task(by)) => {
            format!("{name} 再次被 poll，因为 {} 唤醒了它。它从等待的地方继续。", scene.name(by))
        }
        Some(Actor::Outside) => {
            format!("{name} 再次被 poll，因为它被外面的代码唤醒。它从等待的地方继续。")
        }
        None => {
            format!("{name} 被 poll，但上次之后没有谁唤醒过它。没有 waker 的执行器一直都这样做。")
        }
    }
}

fn pending(task: TaskId, wait: Option<(&str, u32)>, kept: bool, scene: &Scene<'_>) -> String {
    let name = scene.name(task);
    if scene.before.ready.contains(&task) {
        return format!("{name} 返回 Pending，但它在运行时已被唤醒：它已经排在队列里了。");
    }
    let more =
        |more| if more > 0 { format!("，以及另外 {more} 件事") } else { String::new() };
    match (wait, kept) {
        (Some((what, others)), true) => format!(
            "{name} 返回 Pending：它在等 {what}{}，已把 waker 留在那里，并让出线程。",
            more(others)
        ),
        (None, true) => {
            format!("{name} 返回 Pending：它把 waker 留给了谁，没有说在等什么，并让出线程。")
        }
        (Some((what, others)), false) => format!(
            "{name} 返回 Pending：它在等 {what}{}，却没有谁保存它的 waker。没有谁能唤醒它。",
            more(others)
        ),
        (None, false) => {
            format!("{name} 返回 Pending，而没有谁保存它的 waker。没有谁能唤醒它。")
        }
    }
}

fn wake(task: Option<TaskId>, who: &str, effect: WakeEffect, scene: &Scene<'_>) -> String {
    let Some(task) = task else {
        return format!("{who}唤醒了一个编号已被忘掉的任务：票据过期，什么也不会发生。");
    };
    let name = scene.name(task);
    match effect {
        WakeEffect::Queued => format!(
            "{who}唤醒了 {name}。它现在并不运行：唤醒只是把它排到就绪队列的末尾，前面{}。",
            others(scene.queued())
        ),
        WakeEffect::QueuedWhileRunning => {
            format!(
                "{who}在 {name} 运行时唤醒了它，所以它还会被 poll 一次：它可能错过的东西不会丢。"
            )
        }
        WakeEffect::AlreadyQueued => {
            format!("{who}唤醒了 {name}，而它已经在就绪队列里：poll 之前的两次唤醒只算一次 poll。")
        }
        WakeEffect::Stale => {
            format!(
                "{who}唤醒了 {name}，但它已经结束：票据在那个位置上看到的是另一个代号，什么也不会发生。"
            )
        }
    }
}

fn source_ready(
    source: u32,
    direction: Direction,
    closed: bool,
    step: &Step,
    scene: &Scene<'_>,
) -> String {
    let ends = if closed { "，并且会一直如此：对方已经结束或离开" } else { "" };
    let able = able(direction);
    match scene.waiting_for(&step.event) {
        Some(task) => format!(
            "系统说源 {source} 变得可以{able}{ends}。反应器会唤醒 {}，那个位置上放着它的 waker。",
            scene.name(task)
        ),
        None => format!(
            "系统说源 {source} 变得可以{able}{ends}。现在没有谁在等，反应器只是记住这一点。"
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
            format!("任务从源 {source} 接受了一个连接，没有等待。")
        }
        (Tried::Done(0), Direction::Read) => {
            format!("任务读源 {source}，什么也没读到：流到头了。")
        }
        (Tried::Done(amount), Direction::Read) => {
            let rest = if drained {
                "缓冲区没有装满，说明套接字已经读空了。"
            } else {
                "后面可能还有，而系统不会再说一遍。"
            };
            format!("任务从源 {source} 读到 {amount} 个字节，没有等待。{rest}")
        }
        // 连接建立也记作 1。
        (Tried::Done(1), Direction::Write) => {
            format!("源 {source} 连接好了，或者写出了一个字节，没有等待。")
        }
        (Tried::Done(amount), Direction::Write) => {
            format!("任务向源 {source} 写出 {amount} 个字节，没有等待。")
        }
        (Tried::WouldBlock, _) => {
            let call = able(direction);
            format!("任务试着{call}源 {source}，系统说“会阻塞”：它得等反应器。")
        }
        (Tried::Failed(kind), _) => {
            let call = able(direction);
            format!("任务试着{call}源 {source}，失败了：{kind}。")
        }
    }
}

/// 知道线程名字时的说法。
fn who_from(actor: Actor, thread: Option<&str>, scene: &Scene<'_>) -> String {
    match thread {
        Some(thread) => format!("另一个线程（{thread}）"),
        None => who(actor, scene),
    }
}

fn who(actor: Actor, scene: &Scene<'_>) -> String {
    match actor {
        Actor::Task(task) => format!("{} ", scene.name(task)),
        Actor::Reactor => "反应器".into(),
        Actor::Timers => "定时器".into(),
        Actor::Mailbox => "别的线程".into(),
        Actor::Outside => "任务之外的代码".into(),
    }
}

fn able(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "读",
        Direction::Write => "写",
    }
}

fn others(number: usize) -> String {
    if number == 0 { "没有别的任务".into() } else { format!("还有 {number} 个任务") }
}
