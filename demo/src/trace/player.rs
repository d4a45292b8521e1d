//! How does one step backwards? By folding anew from a state that was kept on the way.

use super::Trace;
use super::event::Step;
use super::state::State;

/// At least so many events are between two states that are kept: going to any step folds less than that many.
const EVERY: usize = 256;
/// At most so many states are kept, for each has a row for each task; of long traces more is folded.
const MOST: usize = 32;

/// A trace, and a place in it.
#[derive(Clone, Debug)]
pub struct Player {
    trace: Trace,
    /// The states after 0, `every`, 2 × `every`, … events.
    kept: Vec<State>,
    every: usize,
    state: State,
}

impl Player {
    /// Before the first event.
    pub fn new(trace: Trace) -> Player {
        let mut state = State::default();
        let every = trace.steps.len().div_ceil(MOST).max(EVERY);
        let mut kept = Vec::new();
        for (number, step) in trace.steps.iter().enumerate() {
            if number % every == 0 {
                kept.push(state.clone());
            }
            state.apply(step);
        }
        Player { trace, kept, every, state: State::default() }
    }

    /// The trace.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The state after the events so far.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many events have happened.
    pub fn position(&self) -> usize {
        self.state.step
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.trace.steps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The event that happened last; none before the first.
    pub fn last(&self) -> Option<&Step> {
        self.trace.steps.get(self.position().checked_sub(1)?)
    }

    /// The state before the event that happened last.
    pub fn before(&self) -> State {
        self.at(self.position().saturating_sub(1))
    }

    /// Goes to where `position` events have happened, or as near as there is.
    pub fn go(&mut self, position: usize) {
        let position = position.min(self.len());
        if position == self.position() + 1 {
            self.state.apply(&self.trace.steps[position - 1]);
        } else if position != self.position() {
            self.state = self.at(position);
        }
    }

    fn at(&self, position: usize) -> State {
        // After the last whole block there may be no state kept, if the trace ends there.
        let block = (position / self.every).min(self.kept.len().saturating_sub(1));
        let mut state = self.kept.get(block).cloned().unwrap_or_default();
        self.trace.steps[block * self.every..position].iter().for_each(|step| state.apply(step));
        state
    }

    /// The next place, in either direction, after an event that is `wanted`.
    pub fn find(&self, forwards: bool, wanted: impl Fn(&Step) -> bool) -> Option<usize> {
        let steps = &self.trace.steps;
        let position = self.position();
        if forwards {
            let next = steps[position..].iter().position(wanted)?;
            Some(position + next + 1)
        } else {
            let before = steps[..position.saturating_sub(1)].iter().rposition(wanted)?;
            Some(before + 1)
        }
    }
}
