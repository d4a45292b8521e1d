//! Who meets an error, does he find what explains it? Each that names a chapter stands in a table of the appendix, and the
//! table has only errors that there are.

use std::fs;
use std::path::Path;

use crate::fault::Fault;
use crate::page::Page;

const NAMES: &str = "(the book, chapter ";

/// A string in the sources that names a chapter.
struct Message {
    place: String,
    text: String,
    chapter: String,
}

/// A string of several lines as one.
fn joined(literal: &str) -> String {
    let mut pieces = literal.split("\\\n");
    let first = pieces.next().unwrap_or_default().to_string();
    pieces.fold(first, |text, piece| text + piece.trim_start())
}

/// The strings of a source that name a chapter.
fn messages(path: &str, source: &str) -> Vec<Message> {
    let message = |(at, _): (usize, &str)| {
        let begin = source[..at].rfind('"')? + 1;
        let end = at + source[at..].find('"')?;
        let chapter = source[at + NAMES.len()..].split(')').next()?;
        chapter.parse::<u8>().ok()?;
        let place = format!("{path}:{}", source[..at].lines().count());
        Some(Message { place, text: joined(&source[begin..end]), chapter: chapter.into() })
    };
    source.match_indices(NAMES).filter_map(message).collect()
}

/// The sources that are no tests, each with its path, and what stands behind `#[cfg(test)]` left out.
fn sources(root: &Path, folder: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() && name != "tests" {
            sources(root, &path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let text = fs::read_to_string(entry.path()).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            found.push((path, text.to_string()));
        }
    }
}

/// The rows of a page's tables whose first cell is a message: its line, the message, and the row.
fn rows(page: &Page) -> Vec<(usize, &str, &str)> {
    let section = match page.path.starts_with("docs/zh/") {
        false => "From error message to chapter",
        true => "从错误信息到章节",
    };
    let Some(section) = page.section(section) else { return Vec::new() };
    let numbered =
        section.lines.iter().enumerate().map(|(at, line)| (section.line + 1 + at, *line));
    numbered
        .filter_map(|(at, row)| Some((at, row.strip_prefix("| `")?.split('`').next()?, row)))
        .collect()
}

pub(crate) fn faults(root: &Path) -> Vec<Fault> {
    let mut all = Vec::new();
    for package in ["runtime", "http-client", "demo"] {
        sources(root, &format!("{package}/src"), &mut all);
    }
    let messages: Vec<Message> = all.iter().flat_map(|(path, text)| messages(path, text)).collect();
    assert!(messages.len() > 5, "there are errors that name a chapter");
    let texts: String = all.iter().map(|(_, text)| joined(text)).collect();
    let pages = ["en", "zh"].map(|lang| Page::read(root, &format!("docs/{lang}/appendix.md")));
    pages.into_iter().flatten().flat_map(|page| compared(&page, &messages, &texts)).collect()
}

/// The table of a page, held against the messages, and all the texts of the sources.
fn compared(page: &Page, messages: &[Message], texts: &str) -> Vec<Fault> {
    let rows = rows(page);
    let mut faults = Vec::new();
    for Message { place, text, chapter } in messages {
        let row = rows.iter().find(|(_, message, _)| text.contains(message));
        let fault = |there: String, to_do: String| Fault {
            place: place.clone(),
            there,
            so: format!("this error names chapter {chapter}: {text}"),
            to_do,
        };
        match row {
            None => faults.push(fault(
                format!("an error that {} does not have", page.path),
                "give it a row: | `what it says` | why | the chapter |".into(),
            )),
            Some((line, _, row)) if !row.contains(&format!("({chapter}-")) => {
                faults.push(fault(
                    (*row).into(),
                    format!("mend the chapter, there or at {}", page.place(*line)),
                ));
            }
            Some(_) => {}
        }
    }
    for (line, message, _) in rows.iter().filter(|(_, message, _)| !texts.contains(message)) {
        faults.push(Fault {
            place: page.place(*line),
            there: (*message).into(),
            so: "nothing in the sources says this".into(),
            to_do: "quote what it says now, without what is filled in".into(),
        });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::only;

    const SOURCE: &str =
        "panic!(\n    \"at most {N} of them: \\\n     drop one (the book, chapter 18)\"\n);\n";

    fn checked(row: &str) -> Vec<Fault> {
        let page = Page::new(
            "docs/en/appendix.md",
            &format!("## From error message to chapter\n\n{row}\n"),
        );
        compared(&page, &messages("a.rs", SOURCE), &joined(SOURCE))
    }

    #[test]
    fn an_error_that_stands_in_the_table_with_its_chapter_is_right() {
        assert_eq!(checked("| `of them: drop one` | too many | [18](18-wakes.md) |"), []);
    }

    #[test]
    fn an_error_that_is_missing_or_has_another_chapter_or_is_no_more_is_a_fault() {
        assert_eq!(only(&checked("")).0, "a.rs:3");
        assert!(only(&checked("")).1.contains("an error that docs/en/appendix.md does not have"));
        let other = checked("| `of them: drop one` | too many | [17](17-blocking.md) |");
        assert!(only(&other).1.contains("or at docs/en/appendix.md:3"));
        let gone = checked(
            "| `drop one (the` | x | [18](18-wakes.md) |\n| `drop two` | x | [18](18-wakes.md) |",
        );
        assert!(only(&gone).1.contains("nothing in the sources says this"));
    }
}
