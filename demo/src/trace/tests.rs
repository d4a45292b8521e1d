use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use runtime::observe::{Fact, Observer};
use runtime::record::Recorder;
use runtime::sync::mpsc;
use runtime::{JoinSet, Runtime, spawn, time, yield_now};

use super::event::{Event, TaskId};
use super::player::Player;
use super::state::{Phase, State};
use super::*;

#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Compares, at every poll, the fold of the trace so far with what the runtime says of itself.
struct Oracle {
    memory: Memory,
    recorder: Rc<Recorder<Memory>>,
    compared: std::cell::Cell<usize>,
}

impl Oracle {
    fn new() -> Rc<Oracle> {
        let memory = Memory::default();
        let recorder = Recorder::new(memory.clone());
        Rc::new(Oracle { memory, recorder, compared: 0.into() })
    }

    fn state(&self) -> State {
        self.recorder.flush();
        let text = String::from_utf8(self.memory.0.borrow().clone()).unwrap();
        State::after(&Trace::parse(&text).unwrap().steps)
    }
}

impl Observer for Oracle {
    fn observe(&self, fact: &Fact) {
        self.recorder.observe(fact);
        if !matches!(fact.event, runtime::observe::Event::PollStarted { .. }) {
            return;
        }
        let (state, dump) = (self.state(), runtime::dump());
        for row in &dump.tasks {
            let phase = state.tasks[&row.id].phase;
            let agrees = match row.state {
                runtime::State::Running => phase == Phase::Running,
                runtime::State::Ready => phase == Phase::Queued,
                runtime::State::Waiting => phase == Phase::Waiting,
                runtime::State::Finished => matches!(phase, Phase::Done(_)),
            };
            // The poll that is just beginning is told of before the task counts as running.
            let begins = state.running == Some(row.id);
            assert!(agrees || begins, "{}: {phase:?} is not {:?}\n{dump}", row.id, row.state);
        }
        assert_eq!(state.timers.len(), dump.timers, "timers\n{dump}");
        assert_eq!(state.sources.len(), dump.sources, "sources\n{dump}");
        self.compared.set(self.compared.get() + 1);
    }
}

/// Some of everything, on the paused clock.
async fn busy_program() {
    let (sender, mut receiver) = mpsc::channel(2);
    let mut set = JoinSet::new();
    for number in 0..5_u64 {
        let sender = sender.clone();
        set.spawn(async move {
            time::sleep(Duration::from_millis(number % 3)).await;
            sender.send(number).await.unwrap();
            yield_now().await;
            let _ = time::timeout(Duration::from_secs(9), yield_now()).await;
        });
    }
    drop(sender);
    let sum = spawn(async move {
        let mut sum = 0;
        while let Some(number) = receiver.recv().await {
            sum += number;
        }
        sum
    });
    let never = spawn(std::future::pending::<()>());
    while let Some(done) = set.join_next().await {
        done.unwrap();
    }
    assert_eq!(sum.await.unwrap(), 10);
    never.abort();
    assert!(never.await.is_err());
}

#[test]
fn the_fold_agrees_with_what_the_runtime_says_of_itself_at_every_poll() {
    let oracle = Oracle::new();
    let rt = Runtime::builder().paused_clock().observer(oracle.clone()).build().unwrap();
    rt.block_on(busy_program());
    assert!(oracle.compared.get() > 20, "{}", oracle.compared.get());
}

#[test]
fn who_is_polled_stood_at_the_front_of_the_queue() {
    let oracle = Oracle::new();
    let rt = Runtime::builder().paused_clock().observer(oracle.recorder.clone()).build().unwrap();
    rt.block_on(busy_program());
    oracle.recorder.flush();
    let trace = Trace::parse(std::str::from_utf8(&oracle.memory.0.borrow()).unwrap()).unwrap();
    let mut state = State::default();
    for step in &trace.steps {
        if let Event::Poll { task } = step.event {
            assert_eq!(state.ready.front(), Some(&task), "step {}", state.step);
        }
        state.apply(step);
    }
    assert!(trace.to_string().lines().count() == trace.steps.len() + 1);
    assert_eq!(Trace::parse(&trace.to_string()).unwrap(), trace);
}

/// A line that could be anywhere in a trace, right or wrong.
fn any_line() -> impl Strategy<Value = String> {
    const KINDS: [&str; 24] = [
        "task.spawn task=T by=root",
        "task.poll task=T",
        "task.pending task=T",
        "task.pending task=T wait=\"sleep\" more=1",
        "task.ready task=T outcome=completed",
        "task.drop task=T outcome=cancelled",
        "task.join task=T by=T",
        "wake task=T by=reactor effect=queued",
        "wake task=T by=T effect=self",
        "wake task=T by=timers effect=already",
        "wake by=mailbox effect=dead",
        "loop.park timeout=1.5",
        "loop.park",
        "loop.unpark events=2",
        "loop.stall",
        "source.register source=T what=\"tcp stream\"",
        "source.arm source=T direction=read",
        "source.ready source=T direction=write closed=true",
        "io.try source=T direction=read blocked=true",
        "source.deregister source=T",
        "timer.arm timer=T deadline=3.25",
        "timer.fire timer=T",
        "timer.cancel timer=T",
        "note subject=\"say\" text=\"x\"",
    ];
    let line = (prop::sample::select(&KINDS[..]), 0..4_u32);
    line.prop_map(|(kind, number)| {
        format!("0.5 {} runtime=\"r.rs:1:2\"", kind.replace('T', &number.to_string()))
    })
}

/// Any lines in any order: more than a runtime would ever write.
pub(crate) fn any_trace() -> impl Strategy<Value = Trace> {
    let line = any_line().prop_map(|line| line + "\n");
    prop::collection::vec(line, 0..700)
        .prop_map(|lines| Trace::parse(&format!("{HEADER}\n{}", lines.concat())).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn wherever_one_goes_the_state_is_the_fold(trace in any_trace(), goals in prop::collection::vec(0..800_usize, 0..20)) {
        let steps = trace.steps.clone();
        let mut player = Player::new(trace);
        for goal in goals {
            player.go(goal);
            let goal = goal.min(steps.len());
            prop_assert_eq!(player.position(), goal);
            prop_assert_eq!(player.state(), &State::after(&steps[..goal]));
        }
    }

    #[test]
    fn forward_and_back_is_where_one_was(trace in any_trace(), from in 0..700_usize) {
        let mut player = Player::new(trace);
        player.go(from);
        let before = player.state().clone();
        if player.position() < player.len() {
            player.go(before.step + 1);
            player.go(before.step);
        }
        prop_assert_eq!(player.state(), &before);
    }

    #[test]
    fn a_trace_survives_its_text(trace in any_trace()) {
        prop_assert_eq!(Trace::parse(&trace.to_string()), Ok(trace));
    }
}

#[test]
fn what_is_no_trace_is_refused_with_the_line_that_is_wrong() {
    let why = |text: &str| Trace::parse(text).unwrap_err().to_string();
    assert!(why("").starts_with("line 1: a trace begins with"));
    assert!(why("onethread-trace 2\n").contains("this version reads"));
    assert!(why("onethread-trace 1\n0 task.poll\n").starts_with("line 2: task.poll without task"));
    assert!(why("onethread-trace 1\n0 task.jump task=1\n").contains("no kind of event"));
}

#[test]
fn a_trace_that_was_cut_off_is_read_up_to_there() {
    let text = "onethread-trace 1\n0 task.poll task=1\n0 task.pending tas";
    assert_eq!(Trace::parse(text).unwrap().steps.len(), 1);
}

#[test]
fn sources_come_along_as_they_are() {
    let mut trace = Trace::parse("onethread-trace 1\n0 task.poll task=1\n").unwrap();
    trace.sources.insert("a b.rs".into(), "fn main() {\n\n    | x\n}\n".into());
    trace.sources.insert("c.rs".into(), "//\n".into());
    assert_eq!(Trace::parse(&trace.to_string()).unwrap(), trace);
}

#[test]
fn going_to_a_kind_of_event_goes_to_right_after_it() {
    let trace =
        Trace::parse("onethread-trace 1\n0 task.poll task=1\n0 loop.stall\n0 task.poll task=2\n")
            .unwrap();
    let mut player = Player::new(trace);
    let poll = |step: &event::Step| matches!(step.event, Event::Poll { .. });
    player.go(1);
    assert_eq!((player.find(true, poll), player.find(false, poll)), (Some(3), None));
    player.go(3);
    assert_eq!((player.find(true, poll), player.find(false, poll)), (None, Some(1)));
    assert_eq!(player.state().running, Some(TaskId(2)));
}
