//! At which line of the program are we? The line that an event tells, or the one where the polled task goes on.

use super::event::{Event, Place, Step};
use super::state::State;

/// The line of the program that a step is about, if there is one. `before` is the state that the event happened in.
pub fn spot<'a>(step: &'a Step, before: &'a State) -> Option<&'a Place> {
    step.user.as_ref().or_else(|| match &step.event {
        Event::Poll { task } => {
            let task = before.tasks.get(task)?;
            let waited = task.wait.as_ref().and_then(|wait| wait.at.as_ref());
            waited.or(task.spawned_at.as_ref().filter(|_| task.polls == 0))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polled_task_is_where_it_was_spawned_and_then_where_it_waited() {
        let lines = [
            ("task.spawn task=1 by=root user=\"a.rs:1:1\"", Some(1)),
            ("task.poll task=1", Some(1)),
            ("task.pending task=1 wait=\"sleep\" more=0 user=\"a.rs:5:1\"", Some(5)),
            ("wake task=1 by=timers effect=queued", None),
            ("task.poll task=1", Some(5)),
            ("task.ready task=1 outcome=completed", None),
        ];
        let mut state = State::default();
        for (line, expected) in lines {
            let step = Step::parse(&format!("0 {line}")).unwrap();
            assert_eq!(spot(&step, &state).map(|place| place.line), expected, "{line}");
            state.apply(&step);
        }
    }
}
