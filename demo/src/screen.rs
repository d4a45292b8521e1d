//! How wide is the screen, and which colours mean what?

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

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

/// At most `width` characters of `text`, the last one an ellipsis if something is missing.
pub fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_clipped_at_characters_and_says_so() {
        assert_eq!(clip("käse", 4), "käse");
        assert_eq!(clip("käsekuchen", 4), "käs…");
    }
}
