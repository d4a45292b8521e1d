//! What does a finding mean? A sentence for each rule, in English and in Chinese: which task, at which line, and why it matters.

use super::{Details, Finding, Rule};
use crate::trace::event::{Direction, TaskId};
use crate::trace::why::length;

pub(super) fn en(finding: &Finding) -> String {
    let Details { wait, spawned_at, took, source, times, .. } = &finding.details;
    let name = finding.details.name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
    let who = match finding.task {
        TaskId::ROOT => "the root future".into(),
        TaskId(number) => format!("task {number}{name}"),
    };
    let spawned = spawned_at.as_ref().map_or(String::new(), |at| format!(", spawned at {at},"));
    let waits = match wait {
        Some((what, Some(at))) => format!("{who} waits for {what} at {at}"),
        Some((what, None)) => format!("{who}{spawned} waits for {what}"),
        None => format!("{who}{spawned} waits and does not say what for"),
    };
    let often = if *times > 1 { format!(" ({times} times)") } else { String::new() };
    match finding.rule {
        Rule::NoWaker => format!(
            "{waits}, and nobody has kept its waker: nobody can ever wake it. A future that returns Pending must leave \
             its waker with whoever will know that it can go on."
        ),
        Rule::SelfWaking => format!(
            "{who}{spawned} was polled {times} times only to wake itself again: it polls in a loop, by way of the ready \
             queue, and the thread never sleeps. It should leave its waker with what it waits for."
        ),
        Rule::LongPoll => format!(
            "one poll of {who}{spawned} took {}{often}, and nobody else could run meanwhile: blocking work belongs into \
             spawn_blocking, a long computation into pieces with yield_now between them.",
            length(*took)
        ),
        Rule::NotDrained => {
            let (source, way) = source.map_or((0, "read"), |(source, direction)| {
                (source.0, if direction == Direction::Read { "read" } else { "written" })
            });
            format!(
                "{who}{spawned} waits for source {source}, which can still be {way}{often}: the system reports a socket \
                 when it becomes ready, so this wait may last for ever. Go on until it says \"would block\"."
            )
        }
        Rule::NoWake => format!(
            "{who}{spawned} was polled although nobody had woken it{often}: an executor without wakers asks everybody all \
             the time."
        ),
        Rule::QueuedTwice => format!(
            "{who}{spawned} was put into the ready queue while it stood there already{often}: it will be polled once for \
             nothing."
        ),
        Rule::Stall => format!(
            "{waits} and nothing on this thread can wake it: no task is ready, no timer is armed, no socket is waited \
             for, no helper works."
        ),
    }
}

pub(super) fn zh(finding: &Finding) -> String {
    let Details { wait, spawned_at, took, source, times, .. } = &finding.details;
    // 括号自带空隙，后面不再加空格。
    let who = match (finding.task, &finding.details.name) {
        (TaskId::ROOT, _) => "根 future ".into(),
        (TaskId(number), Some(name)) => format!("任务 {number}（{name}）"),
        (TaskId(number), None) => format!("任务 {number} "),
    };
    let spawned = spawned_at.as_ref().map_or(String::new(), |at| format!("在 {at} 创建，"));
    let waits = match wait {
        Some((what, Some(at))) => format!("{who}在 {at} 等待 {what}"),
        Some((what, None)) => format!("{who}{spawned}在等待 {what}"),
        None => format!("{who}{spawned}在等待，却没有说在等什么"),
    };
    let often = if *times > 1 { format!("（{times} 次）") } else { String::new() };
    match finding.rule {
        Rule::NoWaker => format!(
            "{waits}，而没有谁保存它的 waker，所以再也没有谁能唤醒它。返回 Pending 的 future 必须把 waker 交给知道它何时能继续的一方。"
        ),
        Rule::SelfWaking => format!(
            "{who}{spawned}有 {times} 次 poll 只是又唤醒了自己：这是借就绪队列做的轮询，线程永远睡不成。它应当把 waker 留给它在等的东西。"
        ),
        Rule::LongPoll => format!(
            "{who}{spawned}有一次 poll 用了 {}{often}，这段时间里谁也不能运行。阻塞的工作交给 spawn_blocking，长的计算分成几段，中间 yield_now。",
            length(*took)
        ),
        Rule::NotDrained => {
            let (source, way) = source.map_or((0, "读"), |(source, direction)| {
                (source.0, if direction == Direction::Read { "读" } else { "写" })
            });
            format!(
                "{who}{spawned}在等源 {source}，而它明明还可以{way}{often}。系统只在套接字变为就绪时报告一次，所以这次等待可能没有尽头。应当一直做到系统说“会阻塞”为止。"
            )
        }
        Rule::NoWake => format!(
            "{who}{spawned}没有被谁唤醒就被 poll 了{often}。没有 waker 的执行器只好不停地问每一个任务。"
        ),
        Rule::QueuedTwice => {
            format!("{who}{spawned}已经在就绪队列里，却又排了一次{often}：它会白白被 poll 一次。")
        }
        Rule::Stall => format!(
            "{waits}，而这个线程上没有什么能唤醒它：没有就绪的任务，没有定时器，没有被等待的套接字，也没有辅助线程在工作。"
        ),
    }
}
