use super::*;
use crate::trace::HEADER;

/// The findings in a trace of these lines, as `STEP RULE TASK`.
fn found(lines: &[&str]) -> Vec<String> {
    let trace = Trace::parse(&format!("{HEADER}\n{}\n", lines.join("\n"))).unwrap();
    lint(&trace)
        .iter()
        .map(|finding| format!("{} {} {}", finding.step, finding.rule.name(), finding.task))
        .collect()
}

const SPAWN: &str = "0 task.spawn task=1 by=root name=\"waiter\" user=\"src/main.rs:7:5\"";
const POLL: &str = "0 task.poll task=1";
const PENDING: &str =
    "0 task.pending task=1 kept=true wait=\"oneshot\" more=0 user=\"src/main.rs:12:9\"";
const FORGETS: &str = "0 task.pending task=1 kept=false";
const WAKE: &str = "0 wake task=1 by=root effect=queued";
const WAKES_ITSELF: &str = "0 wake task=1 by=1 effect=self";
const READY: &str = "0 task.ready task=1 outcome=completed";

#[test]
fn a_task_that_waits_for_what_will_come_is_in_order() {
    assert_eq!(found(&[SPAWN, POLL, PENDING, WAKE, POLL, READY]), [""; 0]);
}

#[test]
fn pending_with_no_waker_kept() {
    assert_eq!(found(&[SPAWN, POLL, FORGETS]), ["3 no-waker 1"]);
    // It will be polled again: it stands in the queue, or another thread had used up the waker already.
    assert_eq!(found(&[SPAWN, POLL, WAKES_ITSELF, FORGETS]), [""; 0]);
    assert_eq!(found(&[SPAWN, POLL, FORGETS, WAKE, POLL, READY]), [""; 0]);
}

#[test]
fn mostly_waking_itself() {
    let spin = [POLL, WAKES_ITSELF, PENDING];
    let spins = |number: usize| [&[SPAWN][..], &spin.repeat(number)].concat();
    assert_eq!(found(&spins(10)), ["31 self-waking 1"]);
    assert_eq!(found(&spins(9)), [""; 0]);
    // It reads between the wakes, so it gets on: it only gives the others a turn.
    let reads =
        [POLL, "0 io.try source=0 direction=read done=9 drained=false", WAKES_ITSELF, PENDING];
    assert_eq!(found(&[&[SPAWN][..], &reads.repeat(12)].concat()), [""; 0]);
    // Most of its polls are of use.
    let works = [POLL, PENDING, WAKE];
    assert_eq!(found(&[spins(10), works.repeat(10)].concat()), [""; 0]);
}

#[test]
fn one_poll_too_long() {
    let ends = |time: &str| {
        [SPAWN, POLL, &format!("{time} task.pending task=1 kept=true")].map(String::from)
    };
    let found_at = |time: &str| found(&ends(time).each_ref().map(|line| &**line));
    assert_eq!(found_at("0.1"), [""; 0]);
    assert_eq!(found_at("0.101"), ["3 long-poll 1"]);
    let told = "0.2 task.slow task=1 took=0.2";
    assert_eq!(found(&[SPAWN, POLL, told, "0.2 task.pending task=1"]), ["3 long-poll 1"]);
}

#[test]
fn a_source_not_drained_before_it_is_waited_for() {
    let register = "0 source.register source=0 what=\"tcp stream\"";
    let ready = "0 source.ready source=0 direction=read closed=false";
    let arm = "0 source.arm source=0 direction=read";
    let read = |drained| format!("0 io.try source=0 direction=read done=5 drained={drained}");
    let blocks = "0 io.try source=0 direction=read blocked=true";
    let begin = [SPAWN, POLL, register, arm, PENDING, ready, WAKE, POLL];
    let then = |lines: &[&str]| found(&[&begin, lines, &[PENDING]].concat());
    assert_eq!(then(&[&read(false), arm]), ["10 not-drained 1"]);
    assert_eq!(then(&[&read(true), arm]), [""; 0]);
    assert_eq!(then(&[&read(false), blocks, arm]), [""; 0]);
    assert_eq!(then(&["0 source.arm source=0 direction=write"]), [""; 0]);
    let ends = "0 source.ready source=0 direction=read closed=true";
    assert_eq!(then(&[ends, blocks, arm]), [""; 0]);
}

#[test]
fn polled_without_a_wake() {
    assert_eq!(found(&[SPAWN, POLL, PENDING, POLL, PENDING, POLL, READY]), ["4 no-wake 1"]);
    // A second block_on polls a second root future.
    let root = ["0 task.poll task=root", "0 task.ready task=root outcome=completed"];
    assert_eq!(found(&[root, root].concat()), [""; 0]);
}

#[test]
fn queued_twice() {
    assert_eq!(found(&[SPAWN, WAKE, POLL, READY]), ["2 queued-twice 1"]);
    let already = "0 wake task=1 by=root effect=already";
    assert_eq!(found(&[SPAWN, already, POLL, READY]), [""; 0]);
}

#[test]
fn a_trace_that_ends_in_a_stall_names_who_waits_and_not_who_waits_for_them() {
    let root =
        ["0 task.poll task=root", SPAWN, "0 task.pending task=root kept=true wait=\"join\" more=0"];
    let stalls = [&root[..], &[POLL, PENDING, "0 loop.stall", "0 loop.park"]].concat();
    assert_eq!(found(&stalls), ["6 stall 1"]);
    // Another thread has come after all.
    let wake = "0 wake task=1 by=mailbox effect=queued thread=\"helper\"";
    assert_eq!(found(&[&stalls[..], &[wake, POLL, READY]].concat()), [""; 0]);
    // If all wait for one another, all are named.
    let joins = "0 task.pending task=1 kept=true wait=\"join\" more=0";
    let circle = [&root[..], &[POLL, joins, "0 loop.stall"]].concat();
    assert_eq!(found(&circle), ["6 stall root", "6 stall 1"]);
}

#[test]
fn a_finding_says_which_task_at_which_line_in_both_languages() {
    let text = [HEADER, SPAWN, POLL, PENDING, "0 loop.stall"].join("\n");
    let found = lint(&Trace::parse(&text).unwrap());
    let [stall] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        stall.sentence(Lang::En),
        "task 1 (waiter) waits for oneshot at src/main.rs:12 and nothing on this thread can wake it: no task is ready, no \
         timer is armed, no socket is waited for, no helper works."
    );
    assert!(stall.sentence(Lang::Zh).starts_with(
        "任务 1（waiter）在 src/main.rs:12 等待 oneshot，而这个线程上没有什么能唤醒它"
    ));
    let text = [HEADER, SPAWN, POLL, FORGETS].join("\n");
    let forgets = lint(&Trace::parse(&text).unwrap());
    let said = forgets[0].sentence(Lang::En);
    assert!(said.starts_with("task 1 (waiter), spawned at src/main.rs:7, waits and does not say"));
}
