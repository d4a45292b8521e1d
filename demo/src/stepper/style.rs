//! How does the stepper look? The sixteen colours of the terminal, which fit light and dark ones, and a sign beside each.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::app::App;
use crate::screen::{clip, columns, tame};

/// The signs that stand beside words; none of them is wide anywhere.
pub(super) struct Signs {
    pub(super) running: &'static str,
    pub(super) ready: &'static str,
    pub(super) waiting: &'static str,
    pub(super) done: &'static str,
    pub(super) failed: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) here: &'static str,
    pub(super) cursor: &'static str,
    pub(super) rule: &'static str,
    pub(super) between: &'static str,
}

const SIGNS: Signs = Signs {
    running: "▸",
    ready: "▪",
    waiting: "◦",
    done: "✓",
    failed: "✗",
    cancelled: "⊘",
    here: "▸",
    cursor: "▴",
    rule: "─",
    between: "·",
};

const ASCII: Signs = Signs {
    running: ">",
    ready: "=",
    waiting: ".",
    done: "+",
    failed: "!",
    cancelled: "x",
    here: ">",
    cursor: "^",
    rule: "-",
    between: "|",
};

/// What a text is.
#[derive(Clone, Copy)]
pub(super) enum Tone {
    Plain,
    Faint,
    Strong,
    Running,
    Ready,
    Bad,
    Accent,
}

impl App {
    pub(super) fn signs(&self) -> &'static Signs {
        if self.ascii { &ASCII } else { &SIGNS }
    }

    pub(super) fn style(&self, tone: Tone) -> Style {
        let (colour, modifier) = match tone {
            Tone::Plain => (None, Modifier::empty()),
            Tone::Faint => (None, Modifier::DIM),
            Tone::Strong => (None, Modifier::BOLD),
            Tone::Running => (Some(Color::Green), Modifier::BOLD),
            Tone::Ready => (Some(Color::Magenta), Modifier::empty()),
            Tone::Bad => (Some(Color::Red), Modifier::BOLD),
            Tone::Accent => (Some(Color::Blue), Modifier::BOLD),
        };
        let style = Style::new().add_modifier(modifier);
        match colour {
            Some(colour) if self.colours => style.fg(colour),
            _ => style,
        }
    }

    pub(super) fn span(&self, text: impl AsRef<str>, tone: Tone) -> Span<'static> {
        Span::styled(tame(text.as_ref()), self.style(tone))
    }

    pub(super) fn line(&self, text: impl AsRef<str>, tone: Tone) -> Line<'static> {
        Line::from(self.span(text, tone))
    }
}

/// `text` in exactly so many columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let text = clip(&tame(text), width);
    let gap = width.saturating_sub(columns(&text));
    format!("{text}{:gap$}", "")
}
