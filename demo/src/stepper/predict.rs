//! Who runs next? The learner says it first, and then sees it: what one has predicted oneself stays in the memory.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::app::{App, Mode};
use crate::trace::event::{Event, TaskId};
use crate::trace::state::Phase;

/// As many tasks as there are keys for.
const MOST: usize = 9;

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// Who may be it, for the keys 1 to 9. The key 0 is nobody.
    pub choices: Vec<TaskId>,
    /// The number of the poll that is the answer, and whose it is; none if nobody runs any more.
    answer: Option<(usize, TaskId)>,
}

impl App {
    /// Asks who is polled next.
    pub(super) fn predict(&mut self) {
        let here = self.position();
        let later = self.trace().steps[here..].iter().enumerate();
        let answer = later.clone().find_map(|(number, step)| match step.event {
            Event::Poll { task } => Some((here + number + 1, task)),
            _ => None,
        });
        let state = self.state();
        let is_alive = |task: &TaskId| !matches!(state.tasks[task].phase, Phase::Done(_));
        let alive = state.tasks.keys().copied().filter(is_alive);
        let mut choices: Vec<TaskId> =
            answer.map(|(_, task)| task).into_iter().chain(alive).collect();
        // The first is the answer, which must be among them, and nobody shall see it by its place.
        let right = choices.first().copied();
        choices.sort();
        choices.dedup();
        if let Some(right) = right {
            let at = choices.iter().position(|task| *task == right).unwrap_or(0);
            let first = at.saturating_sub(MOST / 2).min(choices.len().saturating_sub(MOST));
            choices.drain(..first);
        }
        choices.truncate(MOST);
        self.mode = Mode::Predicting(Prediction { choices, answer });
    }

    /// Takes the answer, goes to where it is seen, and says whether it was right.
    pub(super) fn answer(&mut self, prediction: &Prediction, key: KeyEvent) {
        let guess = match key.code {
            KeyCode::Esc | KeyCode::Char('q') => return,
            KeyCode::Char('v') => None,
            KeyCode::Char('0') => Some(None),
            KeyCode::Char(digit @ '1'..='9') => {
                let place = digit as usize - '1' as usize;
                match prediction.choices.get(place) {
                    Some(task) => Some(Some(*task)),
                    None => return self.mode = Mode::Predicting(prediction.clone()),
                }
            }
            _ => {
                self.mode = Mode::Predicting(prediction.clone());
                return self.tell(
                    "Answer with a number; v shows the answer, Esc forgets the question.".into(),
                    "请按数字回答；v 显示答案，Esc 放弃。".into(),
                );
            }
        };
        let right = prediction.answer.map(|(_, task)| task);
        if let Some((number, _)) = prediction.answer {
            self.go(number);
        } else {
            self.go(self.len());
        }
        let name = |task: Option<TaskId>, nobody: &str| {
            task.map_or(nobody.to_string(), |task| self.names.name(task))
        };
        let (en, zh) = (name(right, "nobody, for it is over"), name(right, "没有谁，已经结束了"));
        let (en, zh) = match guess {
            None => (format!("It is {en}."), format!("是 {zh}。")),
            Some(guess) if guess == right => {
                (format!("Right: it is {en}."), format!("对了：是 {zh}。"))
            }
            Some(guess) => (
                format!("Not so: you said {}, and it is {en}.", name(guess, "nobody")),
                format!("不对：你说 {}，其实是 {zh}。", name(guess, "没有谁")),
            ),
        };
        self.tell(en, zh);
    }
}
