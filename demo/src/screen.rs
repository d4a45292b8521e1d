//! How wide is the screen, how wide is a text on it, and which colours mean what?

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns to draw for: the terminal's, at least 40, and 80 where there is no terminal.
pub fn width() -> usize {
    terminal_size::terminal_size_of(std::io::stdout())
        .map_or(80, |(width, _)| usize::from(width.0).clamp(40, 200))
}

/// What goes well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What went wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What is less important.
pub const FAINT: Style = Style::new().dimmed();
/// What is most important.
pub const STRONG: Style = Style::new().bold();

/// `text` in a style, which standard output drops again where there are no colours.
pub fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// How many columns a text takes: a Chinese character takes two.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// At most `width` columns of `text`, the last one an ellipsis if something is missing.
pub fn clip(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_string();
    }
    let kept = &text[..fitting(text, width.saturating_sub(1))];
    format!("{kept}{}", if width > 0 { "…" } else { "" })
}

/// `text` in lines of at most `width` columns, broken where its language breaks lines.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut begin = 0;
    for (end, opportunity) in linebreaks(text) {
        let mut piece = &text[begin..end];
        begin = end;
        if columns(&line) + columns(piece.trim_end()) > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        // What is longer than a line is broken anywhere.
        while columns(piece.trim_end()) > width {
            let fits = fitting(piece, width);
            lines.push(piece[..fits].to_string());
            piece = &piece[fits..];
        }
        line.push_str(piece);
        if opportunity == BreakOpportunity::Mandatory {
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

/// How many bytes of `text` take at most `width` columns.
fn fitting(text: &str, width: usize) -> usize {
    let mut room = width;
    let too_many = text.char_indices().find(|(_, letter)| {
        match room.checked_sub(letter.width().unwrap_or(0)) {
            Some(rest) => {
                room = rest;
                false
            }
            None => true,
        }
    });
    too_many.map_or(text.len(), |(at, _)| at)
}

/// A text from a file without what a terminal would obey: tabs become spaces, and other controls are written out.
pub fn tame(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' => tamed.push_str("    "),
            letter if letter.is_control() => tamed.extend(letter.escape_default()),
            letter => tamed.push(letter),
        }
    }
    tamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_clipped_at_characters_and_says_so() {
        assert_eq!(clip("käse", 4), "käse");
        assert_eq!(clip("käsekuchen", 4), "käs…");
        assert_eq!((clip("唤醒任务", 8), clip("唤醒任务", 6)), ("唤醒任务".into(), "唤醒…".into()));
        assert_eq!((clip("唤醒", 1), clip("唤醒", 0)), ("…".into(), String::new()));
    }

    #[test]
    fn lines_break_between_words_and_between_chinese_characters() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        let lines = wrap("唤醒只是把它排到就绪队列的末尾，前面没有别的任务。", 16);
        assert!(lines.len() > 3 && lines.iter().all(|line| columns(line) <= 16), "{lines:?}");
        assert!(lines.iter().all(|line| !line.starts_with(['，', '。'])), "{lines:?}");
        assert_eq!(wrap("abcdefg hi\n\nj", 3), ["abc", "def", "g", "hi", "", "j"]);
        assert_eq!(wrap("", 7), [""; 0]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(tame("a\tb\x1b[2J\n唤"), "a    b\\u{1b}[2J\\n唤");
    }
}
