use std::collections::BTreeSet;

use super::*;
use crate::trace::event::Kind;
use crate::trace::state::State;

/// A line of each kind, in each of its variants.
const LINES: &[&str] = &[
    "task.spawn task=1 name=\"fetch\" by=root",
    "task.spawn task=2 by=1",
    "task.poll task=root",
    "task.poll task=1",
    "task.pending task=1 wait=\"sleep\" more=0",
    "task.pending task=1 wait=\"sleep\" more=2",
    "task.pending task=1",
    "task.pending task=1 kept=false",
    "task.pending task=1 kept=false wait=\"sleep\" more=1",
    "task.ready task=1 outcome=completed",
    "task.ready task=root outcome=completed",
    "task.ready task=1 outcome=panicked",
    "task.slow task=1 took=0.3",
    "task.drop task=1 outcome=completed",
    "task.drop task=1 outcome=cancelled",
    "task.join task=1 by=root",
    "wake task=1 by=timers effect=queued",
    "wake task=1 by=1 effect=self",
    "wake task=1 by=reactor effect=already",
    "wake task=1 by=mailbox effect=dead",
    "wake task=1 by=mailbox effect=queued thread=\"helper 1\"",
    "wake by=outside effect=dead",
    "loop.park timeout=1.0",
    "loop.park",
    "loop.unpark events=0",
    "loop.unpark events=1",
    "loop.unpark events=2",
    "loop.stall",
    "source.register source=0 what=\"tcp stream\"",
    "source.arm source=0 direction=read",
    "source.ready source=0 direction=read closed=false",
    "source.ready source=0 direction=write closed=true",
    "source.deregister source=0",
    "io.try source=0 direction=read done=0",
    "io.try source=0 direction=read done=5 drained=true",
    "io.try source=0 direction=read done=1 drained=false",
    "io.try source=0 direction=write done=1",
    "io.try source=0 direction=write done=5",
    "io.try source=0 direction=read blocked=true",
    "io.try source=0 direction=read failed=\"ConnectionReset\"",
    "timer.arm timer=1 deadline=1.0",
    "timer.fire timer=1",
    "timer.cancel timer=1",
    "note subject=\"http\" text=\"a request\"",
    "note subject=\"tls\" text=\"a session\"",
    "note subject=\"pool\" text=\"a connection\"",
    "note subject=\"say\" text=\"hello\"",
];

fn steps() -> Vec<Step> {
    LINES.iter().map(|line| Step::parse(&format!("0 {line}")).unwrap()).collect()
}

#[test]
fn every_kind_of_event_has_a_sentence_in_each_language() {
    let mut explained = BTreeSet::new();
    let state = State::default();
    for step in steps() {
        explained.insert(step.event.kind());
        let (en, zh) = (why(&step, &state, Lang::En), why(&step, &state, Lang::Zh));
        let is_quoted = step.event.kind() == Kind::Say;
        assert!(is_quoted || en.ends_with('.') && en.len() > 5, "{step:?}: {en}");
        assert!(
            is_quoted || zh.ends_with('。') && zh.chars().any(|letter| letter > '\u{4e00}'),
            "{zh}"
        );
    }
    assert_eq!(explained.len(), Kind::ALL.len());
}

#[test]
fn a_wake_says_that_it_does_not_run_the_task() {
    let step = Step::parse("0 wake task=2 by=reactor effect=queued").unwrap();
    let state = State::default();
    assert_eq!(
        why(&step, &state, Lang::En),
        "The reactor woke task 2. It does not run now: waking only puts it at the back of the ready queue, behind one \
         other."
    );
}

#[test]
fn times_are_written_in_the_unit_that_fits() {
    for (nanos, text) in
        [(0, "0 ns"), (1_500, "1.5 µs"), (250_000_000, "250 ms"), (90_000_000_000, "90 s")]
    {
        assert_eq!(length(Duration::from_nanos(nanos)), text);
    }
}
