//! What does a key mean? One table, from which the keys are read, the line at the bottom is made, and the help.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::scenes::Text;
use crate::trace::event::Kind;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Action {
    Forward,
    Back,
    ManyForward,
    ManyBack,
    Next(Kind),
    Previous(Kind),
    Follow,
    FollowNobody,
    Search,
    NextMatch,
    PreviousMatch,
    Level(u8),
    Start,
    End,
    Mark,
    ToMark,
    Predict,
    Explain,
    Language,
    Export,
    Help,
    Quit,
}

/// Keys that belong together.
pub struct Binding {
    /// How they are written.
    pub label: &'static str,
    /// Each with what it does.
    pub keys: &'static [(KeyCode, Action)],
    /// In a word, for the line at the bottom.
    pub brief: Text,
    /// In a sentence, for the help.
    pub full: Text,
}

impl Binding {
    /// The key for the line at the bottom, where that of the other direction can be guessed.
    pub fn key(&self) -> &'static str {
        match self.label.split_once('/') {
            Some((forwards, back)) if !back.is_empty() && forwards.to_uppercase() == back => {
                forwards
            }
            _ => self.label,
        }
    }
}

const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

use Action::*;
use KeyCode::Char;

/// All keys, the most useful first.
pub const BINDINGS: &[Binding] = &[
    Binding {
        label: "←/→",
        keys: &[(KeyCode::Left, Back), (KeyCode::Right, Forward), (Char(' '), Forward)],
        brief: text("step", "单步"),
        full: text(
            "one step back, one step forward (the space bar, too)",
            "后退一步，前进一步（空格键也前进）",
        ),
    },
    Binding {
        label: "p/P",
        keys: &[(Char('p'), Next(Kind::Poll)), (Char('P'), Previous(Kind::Poll))],
        brief: text("poll", "轮询"),
        full: text("to the next poll, to the one before", "到下一次 poll，到上一次 poll"),
    },
    Binding {
        label: "w/W",
        keys: &[(Char('w'), Next(Kind::Wake)), (Char('W'), Previous(Kind::Wake))],
        brief: text("wake", "唤醒"),
        full: text("to the next wake, to the one before", "到下一次唤醒，到上一次唤醒"),
    },
    Binding {
        label: "z/Z",
        keys: &[(Char('z'), Next(Kind::Park)), (Char('Z'), Previous(Kind::Park))],
        brief: text("park", "睡眠"),
        full: text(
            "to where the thread falls asleep next, to the time before",
            "到线程下一次睡眠，到上一次睡眠",
        ),
    },
    Binding {
        label: "t",
        keys: &[(Char('t'), Follow)],
        brief: text("task", "任务"),
        full: text(
            "steps of this task alone; again: of the next task",
            "只看这个任务的步骤；再按：下一个任务",
        ),
    },
    Binding {
        label: "v",
        keys: &[(Char('v'), Predict)],
        brief: text("predict", "预测"),
        full: text(
            "predict who runs next, and see whether you were right",
            "预测接下来谁运行，再看猜得对不对",
        ),
    },
    Binding {
        label: "e",
        keys: &[(Char('e'), Explain)],
        brief: text("explain", "解释"),
        full: text(
            "explain this step at length, with the rule behind it",
            "详细解释这一步，以及背后的规则",
        ),
    },
    Binding {
        label: "1-3",
        keys: &[(Char('1'), Level(1)), (Char('2'), Level(2)), (Char('3'), Level(3))],
        brief: text("level", "细节"),
        full: text(
            "detail: 1 who runs, 2 who wakes whom, 3 everything",
            "细节：1 谁在运行，2 谁唤醒谁，3 一切",
        ),
    },
    Binding {
        label: "/",
        keys: &[(Char('/'), Search)],
        brief: text("search", "搜索"),
        full: text("search for a text in the events and the sentences", "在事件和句子中搜索"),
    },
    Binding {
        label: "L",
        keys: &[(Char('L'), Language)],
        brief: text("中文", "English"),
        full: text("change the language to Chinese (中文)", "换成英文 (English)"),
    },
    Binding {
        label: "g/G",
        keys: &[(Char('g'), Start), (Char('G'), End), (KeyCode::Home, Start), (KeyCode::End, End)],
        brief: text("start", "开头"),
        full: text("to the beginning, to the end", "到开头，到结尾"),
    },
    Binding {
        label: "m/'",
        keys: &[(Char('m'), Mark), (Char('\''), ToMark)],
        brief: text("mark", "标记"),
        full: text("mark this step, come back to it", "标记这一步，回到标记处"),
    },
    Binding {
        label: "x",
        keys: &[(Char('x'), Export)],
        brief: text("export", "导出"),
        full: text("write the trace into a file, with its sources", "把轨迹连同源代码写入文件"),
    },
    Binding {
        label: "n/N",
        keys: &[(Char('n'), NextMatch), (Char('N'), PreviousMatch)],
        brief: text("match", "匹配"),
        full: text(
            "to the next place that was searched for, to the one before",
            "到下一个匹配处，到上一个匹配处",
        ),
    },
    Binding {
        label: "T",
        keys: &[(Char('T'), FollowNobody)],
        brief: text("all tasks", "全部任务"),
        full: text("steps of all tasks again", "再看全部任务的步骤"),
    },
    Binding {
        label: "PgUp/PgDn",
        keys: &[(KeyCode::PageUp, ManyBack), (KeyCode::PageDown, ManyForward)],
        brief: text("ten steps", "十步"),
        full: text("ten steps back, ten forward", "后退十步，前进十步"),
    },
    Binding {
        label: "?",
        keys: &[(Char('?'), Help)],
        brief: text("help", "帮助"),
        full: text("this help", "本帮助"),
    },
    Binding {
        label: "q",
        keys: &[(Char('q'), Quit), (KeyCode::Esc, Quit)],
        brief: text("quit", "退出"),
        full: text("quit (Esc and Ctrl-C, too)", "退出（Esc 和 Ctrl-C 也可以）"),
    },
];

/// What a key does while one steps.
pub fn action(key: KeyEvent) -> Option<Action> {
    if is_interrupt(key) {
        return Some(Quit);
    }
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return None;
    }
    let all = BINDINGS.iter().flat_map(|binding| binding.keys);
    all.into_iter().find(|(code, _)| *code == key.code).map(|(_, action)| *action)
}

/// Whether it is Ctrl-C, which ends everything everywhere.
pub fn is_interrupt(key: KeyEvent) -> bool {
    key.code == Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

/// A key as people call it.
pub fn name(key: KeyEvent) -> String {
    let control = if key.modifiers.contains(KeyModifiers::CONTROL) { "Ctrl-" } else { "" };
    match key.code {
        Char(letter) => format!("{control}{letter}"),
        other => format!("{control}{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let codes: Vec<KeyCode> =
            BINDINGS.iter().flat_map(|binding| binding.keys).map(|(code, _)| *code).collect();
        for (number, code) in codes.iter().enumerate() {
            assert!(!codes[..number].contains(code), "{code}");
        }
    }

    #[test]
    fn control_and_alt_make_another_key() {
        let key = |code, modifiers| action(KeyEvent::new(code, modifiers));
        assert_eq!(key(Char('p'), KeyModifiers::NONE), Some(Next(Kind::Poll)));
        assert_eq!(key(Char('P'), KeyModifiers::SHIFT), Some(Previous(Kind::Poll)));
        assert_eq!(key(Char('p'), KeyModifiers::CONTROL), None);
        assert_eq!(key(Char('c'), KeyModifiers::CONTROL), Some(Quit));
    }
}
