//! What is a page? A file of Markdown: lines, of which some are headings, some markers and some stand in blocks.

use std::collections::HashSet;
use std::path::Path;
use std::{env, fs};

use crate::block::Block;

/// The two languages of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    En,
    Zh,
}

/// A page of the book.
#[derive(Debug)]
pub(crate) struct Page {
    /// From the root of the project.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A heading, at a line that counts from one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heading<'p> {
    pub(crate) line: usize,
    pub(crate) level: usize,
    pub(crate) text: &'p str,
}

impl Page {
    pub(crate) fn new(path: &str, text: &str) -> Page {
        Page { path: path.into(), text: text.into() }
    }

    /// The page at this path, if it is there.
    pub(crate) fn read(root: &Path, path: &str) -> Option<Page> {
        fs::read_to_string(root.join(path)).ok().map(|text| Page::new(path, &text))
    }

    /// The chapters in both languages, and what else is there to read; without those that are not asked for.
    pub(crate) fn all(root: &Path) -> Vec<Page> {
        let mut paths = vec![
            "README.md".to_string(),
            "README.zh.md".into(),
            "CONTRIBUTING.md".into(),
            "CHANGELOG.md".into(),
            "docs/questions.md".into(),
        ];
        for lang in ["en", "zh"] {
            for entry in fs::read_dir(root.join("docs").join(lang)).into_iter().flatten() {
                paths.push(format!("docs/{lang}/{}", entry.unwrap().file_name().to_str().unwrap()));
            }
        }
        let wanted = env::var("ONETHREAD_PAGE").unwrap_or_default();
        paths.retain(|path| path.ends_with(".md") && path.contains(&wanted));
        paths.sort();
        paths.iter().filter_map(|path| Page::read(root, path)).collect()
    }

    /// Writes these lines in its place, all at once: the other tests read meanwhile.
    pub(crate) fn write(&self, root: &Path, lines: &[String]) {
        let beside = root.join(format!("{}.new", self.path));
        fs::write(&beside, lines.join("\n") + "\n").unwrap();
        fs::rename(beside, root.join(&self.path)).unwrap();
    }

    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    pub(crate) fn lang(&self) -> Lang {
        if self.path.starts_with("docs/zh/") || self.path.ends_with(".zh.md") {
            Lang::Zh
        } else {
            Lang::En
        }
    }

    /// `07-lost-wakeups`.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md")
    }

    /// `07`, if it is one of the numbered chapters.
    pub(crate) fn chapter(&self) -> Option<&str> {
        let number = self.name().split('-').next()?;
        (self.path.starts_with("docs/") && number.parse::<u8>().is_ok()).then_some(number)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.text.lines().map(str::to_string).collect()
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        Block::all(&self.path, &self.lines())
    }

    /// The lines that stand in no block, with their numbers, which count from one; without what a benchmark has written between
    /// its two marks.
    pub(crate) fn prose(&self) -> Vec<(usize, &str)> {
        let inside: HashSet<usize> = self
            .blocks()
            .iter()
            .flat_map(|block| block.at..=block.at + block.lines.len() + 1)
            .collect();
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let mut measured = false;
        let is_prose = |(line, text): &(usize, &str)| {
            measured &= *text != "<!-- benchmark ends -->";
            let is_prose = !measured && !inside.contains(line);
            measured |= text.starts_with("<!-- benchmark: ");
            is_prose
        };
        lines.filter(is_prose).collect()
    }

    pub(crate) fn headings(&self) -> Vec<Heading<'_>> {
        let mut headings = Vec::new();
        for (line, text) in self.prose() {
            let level = text.bytes().take_while(|&letter| letter == b'#').count();
            if let Some(text) = text[level..].strip_prefix(' ').filter(|_| level > 0) {
                headings.push(Heading { line, level, text: text.trim() });
            }
        }
        headings
    }

    /// What the lines `<!-- kind: ID -->` name, with their numbers.
    pub(crate) fn markers(&self, kind: &str) -> Vec<(usize, &str)> {
        let begin = format!("<!-- {kind}: ");
        let mut markers = Vec::new();
        for (line, text) in self.prose() {
            if let Some(id) = text.strip_prefix(&*begin).and_then(|rest| rest.strip_suffix(" -->"))
            {
                markers.push((line, id));
            }
        }
        markers
    }

    /// What stands under the heading of the second level `title`, up to the next one.
    pub(crate) fn section(&self, title: &str) -> Option<Section<'_>> {
        let headings = self.headings();
        let begin =
            headings.iter().find(|heading| heading.level == 2 && heading.text == title)?.line;
        let end = headings
            .iter()
            .find(|heading| heading.level <= 2 && heading.line > begin)
            .map(|next| next.line - 1);
        let lines: Vec<&str> = self.text.lines().collect();
        Some(Section { line: begin, lines: lines[begin..end.unwrap_or(lines.len())].to_vec() })
    }
}

/// A part of a page.
pub(crate) struct Section<'p> {
    /// Where its heading stands, which is not one of its lines.
    pub(crate) line: usize,
    pub(crate) lines: Vec<&'p str>,
}
