//! Where does a text occur? In the lines of the trace and in the sentences, among the steps that are shown.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::{App, Mode};
use crate::trace::state::State;
use crate::trace::title::title;
use crate::trace::why::why;

/// What was searched for.
#[derive(Debug, Default)]
pub(super) struct Search {
    text: String,
    /// The numbers of the steps where it is; `None` if they are to be looked for again.
    matches: Option<Vec<usize>>,
}

impl Search {
    /// Other steps are shown, or in another language.
    pub(super) fn forget_matches(&mut self) {
        self.matches = None;
    }
}

impl App {
    pub(super) fn type_search(&mut self, mut text: String, key: KeyEvent) {
        match key.code {
            KeyCode::Esc => return,
            KeyCode::Enter if text.is_empty() => return,
            KeyCode::Enter => {
                self.search = Search { text, matches: None };
                return self.go_to_match(true);
            }
            KeyCode::Backspace if text.is_empty() => return,
            KeyCode::Backspace => {
                text.pop();
            }
            KeyCode::Char(letter) if !key.modifiers.contains(KeyModifiers::CONTROL) => {
                text.push(letter);
            }
            _ => {}
        }
        self.mode = Mode::Searching(text);
    }

    /// To the next place that has the text, round the end if need be.
    pub(super) fn go_to_match(&mut self, forwards: bool) {
        let text = self.search.text.clone();
        if text.is_empty() {
            return self.tell(
                "Nothing has been searched for yet: / asks for a text.".into(),
                "还没有搜索过：按 / 输入文字。".into(),
            );
        }
        let matches = match self.search.matches.take() {
            Some(matches) => matches,
            None => self.matches(&text),
        };
        let here = self.position();
        let (before, after) = (
            matches.partition_point(|number| *number < here),
            matches.partition_point(|number| *number <= here),
        );
        let count = matches.len();
        let place = match (count, forwards) {
            (0, _) => None,
            (_, true) => Some(after % count),
            (_, false) => Some((before + count - 1) % count),
        };
        match place {
            Some(place) => {
                self.go(matches[place]);
                let number = place + 1;
                self.tell(
                    format!("\"{text}\": {number} of {count}; n is the next, N the one before."),
                    format!("“{text}”：{count} 处中的第 {number} 处；n 下一处，N 上一处。"),
                );
            }
            None => self.tell(
                format!("\"{text}\" is nowhere in the steps shown; 3 shows all."),
                format!("显示的步骤里没有“{text}”；按 3 显示全部。"),
            ),
        }
        self.search.matches = Some(matches);
    }

    fn matches(&self, text: &str) -> Vec<usize> {
        let text = text.to_lowercase();
        let has = |line: &str| line.to_lowercase().contains(&text);
        let trace = self.trace();
        let mut state = State::default();
        let mut found = Vec::new();
        for number in &self.shown {
            trace.steps[state.step..number - 1].iter().for_each(|step| state.apply(step));
            let step = &trace.steps[number - 1];
            let sentence = why(step, &state, self.lang);
            state.apply(step);
            if has(&sentence) || has(&title(step, &state)) || trace.line(*number).is_some_and(has) {
                found.push(*number);
            }
        }
        found
    }
}
