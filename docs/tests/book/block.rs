//! What is a block? What stands between two fences, with what the page says about it.

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    /// What stands behind the fence: `rust,ignore`, `console`.
    pub(crate) kind: String,
    /// The last line before it that is not empty.
    before: String,
    pub(crate) lines: Vec<String>,
    /// How many lines of the page stand before its first.
    pub(crate) at: usize,
}

impl Block {
    /// The blocks of a page, in their order.
    ///
    /// # Panics
    /// If one has no end.
    pub(crate) fn all(path: &str, lines: &[String]) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            if let Some(kind) = lines[at].strip_prefix("```") {
                let length = lines[at + 1..].iter().position(|line| line == "```");
                let length =
                    length.unwrap_or_else(|| panic!("{path}:{}: this block has no end", at + 1));
                let before = lines[..at].iter().rev().find(|line| !line.is_empty()).cloned();
                let inside = lines[at + 1..at + 1 + length].to_vec();
                blocks.push(Block {
                    kind: kind.into(),
                    before: before.unwrap_or_default(),
                    lines: inside,
                    at: at + 1,
                });
                at += length + 1;
            }
            at += 1;
        }
        blocks
    }

    /// The file that it is quoted from.
    pub(crate) fn quoted(&self) -> Option<&str> {
        self.before.strip_prefix("<!-- quoted from ")?.strip_suffix(" -->")
    }

    /// The commands in it, each with the lines that follow: `$ cargo run -- wake` and what that prints.
    pub(crate) fn commands(&self) -> Vec<(&str, &[String])> {
        if self.kind != "console" {
            return Vec::new();
        }
        let begins: Vec<usize> =
            (0..self.lines.len()).filter(|&at| self.lines[at].starts_with("$ ")).collect();
        let ends = begins.iter().skip(1).copied().chain([self.lines.len()]);
        begins
            .iter()
            .zip(ends)
            .map(|(&at, end)| (&self.lines[at][2..], &self.lines[at + 1..end]))
            .collect()
    }

    /// The lines that somebody wrote: not what is quoted, nor what a program printed. A session of gdb is printed, too.
    pub(crate) fn written(&self) -> Vec<&str> {
        let lines = self.lines.iter().map(String::as_str);
        match &*self.kind {
            _ if self.quoted().is_some() => Vec::new(),
            "console" => lines.filter(|line| line.starts_with("$ ")).collect(),
            "text" if self.lines.iter().any(|line| line.starts_with("(gdb) ")) => {
                lines.filter(|line| line.starts_with("(gdb) ")).collect()
            }
            _ => lines.collect(),
        }
    }
}
