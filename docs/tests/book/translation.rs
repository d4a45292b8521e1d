//! Are both languages the same book? They have the same structure, and the Chinese names the English it was made from.
//!
//! A Chinese page has `<!-- en: HASH -->` on its second line. The hash is of the English page without what is generated, so
//! that another output or quotation makes nothing old.

use std::path::Path;

use crate::block::Block;
use crate::fault::Fault;
use crate::page::{Lang, Page};

pub(crate) fn all(root: &Path) -> Vec<Fault> {
    let pages = Page::all(root);
    let chinese = pages.iter().filter(|page| page.lang() == Lang::Zh);
    chinese
        .flat_map(|page| {
            let path = page.path.replace("docs/zh/", "docs/en/").replace(".zh.md", ".md");
            match Page::read(root, &path) {
                Some(english) => faults(&english, page),
                None => vec![Fault {
                    place: page.place(1),
                    there: "a translation".into(),
                    so: format!("there is no {path}"),
                    to_do: "give both the same name".into(),
                }],
            }
        })
        .collect()
}

/// The hash of what somebody wrote on a page (FNV-1a).
pub(crate) fn hash(page: &Page) -> String {
    let mut lines: Vec<(usize, String)> =
        page.prose().into_iter().map(|(line, text)| (line, text.trim_end().to_string())).collect();
    for block in page.blocks() {
        lines.extend(block.written().iter().map(|line| (block.at, line.trim_end().to_string())));
    }
    lines.sort_by_key(|(line, _)| *line);
    let bytes = lines.iter().flat_map(|(_, line)| line.bytes().chain([b'\n']));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// What a part of the structure is, and what the two must have in common.
struct Part {
    line: usize,
    what: String,
}

/// The structure of a page: headings by their level, tables by their rows, markers, blocks by their kind and what is in them.
fn structure(page: &Page) -> Vec<Part> {
    let mut parts = Vec::new();
    for heading in page.headings() {
        parts.push(Part {
            line: heading.line,
            what: format!("a heading of level {}", heading.level),
        });
    }
    for (line, text) in page.prose() {
        if text.starts_with('|') {
            parts.push(Part { line, what: "a row of a table".into() });
        }
    }
    for kind in ["misconception", "scene", "benchmark"] {
        for (line, id) in page.markers(kind) {
            parts.push(Part { line, what: format!("the marker {kind}: {id}") });
        }
    }
    for block in page.blocks() {
        parts.push(Part { line: block.at, what: content(&block) });
    }
    parts.sort_by_key(|part| part.line);
    parts
}

/// What of a block is the same in both languages. Plain text may be translated.
fn content(block: &Block) -> String {
    let kind = &block.kind;
    let written = block.written().join("\n").replace(" --lang zh", "");
    match block.quoted() {
        Some(file) => {
            format!(
                "a quotation from {file} from {:?} to {:?}",
                block.lines.first(),
                block.lines.last()
            )
        }
        None if kind == "text" && written.lines().count() == block.lines.len() => {
            "a block of text".into()
        }
        None => format!("a block of {kind}:\n{written}"),
    }
}

/// What is wrong with a Chinese page, beside the English one.
fn faults(english: &Page, chinese: &Page) -> Vec<Fault> {
    let mut faults = Vec::new();
    let right = format!("<!-- en: {} -->", hash(english));
    let second = chinese.text.lines().nth(1).unwrap_or_default();
    if second != right {
        faults.push(Fault {
            place: chinese.place(2),
            there: second.into(),
            so: format!("the English page has changed, or was never read: its line is {right}"),
            to_do: format!(
                "first read {} again and bring this page up to it, then write that line",
                english.path
            ),
        });
    }
    let (ours, theirs) = (structure(chinese), structure(english));
    let differ =
        |at: &usize| theirs.get(*at).map(|part| &part.what) != ours.get(*at).map(|part| &part.what);
    if let Some(at) = (0..ours.len().max(theirs.len())).find(differ) {
        // Only the first: what follows is out of step with it.
        let what =
            |parts: &[Part]| parts.get(at).map_or("nothing more".into(), |part| part.what.clone());
        let line = |parts: &[Part], page: &Page| {
            parts.get(at).map_or(page.lines().len(), |part| part.line)
        };
        faults.push(Fault {
            place: chinese.place(line(&ours, chinese)),
            there: what(&ours),
            so: format!("{} has {}", english.place(line(&theirs, english)), what(&theirs)),
            to_do: "give both pages the same structure".into(),
        });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::only;

    const ENGLISH: &str = "# Why?\n\nWords.\n\n## A\n\n<!-- scene: wake -->\n<!-- misconception: wake-runs -->\n\
                           | a | b |\n\n<!-- benchmark: of a -->\n| c | 1 |\n<!-- benchmark ends -->\n\n```console\n$ cargo run -- wake\nwhat 1\n```\n\n<!-- quoted from a.rs -->\n\
                           ```rust,ignore\nfn a() {\n    b();\n}\n```\n\n```rust\nfn main() {}\n```\n\n```text\nso\n```\n";

    fn english() -> Page {
        Page::new("docs/en/x.md", ENGLISH)
    }

    fn chinese() -> String {
        ENGLISH
            .replace("# Why?\n", &format!("# 为何？\n<!-- en: {} -->\n", hash(&english())))
            .replace("Words.", "字。")
            .replace("## A", "## 甲")
            .replace("-- wake\nwhat", "-- wake --lang zh\n什么")
            .replace("\nso\n", "\n如此\n")
    }

    fn checked(chinese: &str) -> Vec<Fault> {
        faults(&english(), &Page::new("docs/zh/x.md", chinese))
    }

    #[test]
    fn the_same_structure_in_other_words_is_right() {
        assert_eq!(checked(&chinese()), []);
    }

    #[test]
    fn a_hash_that_is_old_or_missing_is_a_fault_that_gives_the_right_one() {
        let old = checked(&chinese().replace("<!-- en: ", "<!-- en: 0"));
        let (place, said) = only(&old);
        assert_eq!(place, "docs/zh/x.md:2");
        assert!(
            said.contains(&format!("<!-- en: {} -->", hash(&english())))
                && said.contains("first read"),
            "{said}"
        );
    }

    #[test]
    fn only_what_somebody_wrote_makes_a_translation_old() {
        let changed =
            |from, to| hash(&Page::new("x.md", &ENGLISH.replace(from, to))) != hash(&english());
        assert!(changed("Words", "Word"));
        assert!(changed("-- wake", "-- lost"));
        assert!(changed("fn main() {}", "fn main() { }"));
        assert!(!changed("| c | 1 |", "| c | 2 |\n| d | 3 |"));
        assert!(!changed("what 1", "what 2\nand more"));
        assert!(!changed("    b();", "    c();\n    d();"));
    }

    #[test]
    fn another_structure_is_a_fault() {
        for (from, to, says) in [
            ("## 甲", "### 甲", "a heading of level 3"),
            ("<!-- scene: wake -->\n", "", "scene: wake"),
            ("wake-runs", "spawn-runs", "misconception: spawn-runs"),
            ("| a | b |\n", "", "a row of a table"),
            (
                "<!-- benchmark: of a -->\n| c | 1 |\n<!-- benchmark ends -->\n",
                "",
                "benchmark: of a",
            ),
            ("fn main() {}", "fn main() { }", "fn main() { }"),
            ("-- wake --lang", "-- lost --lang", "cargo run -- lost"),
            ("from a.rs", "from b.rs", "a quotation from b.rs"),
            ("```text\n如此\n```\n", "", "nothing more"),
        ] {
            let text = chinese();
            assert!(text.contains(from), "{from}");
            let faults = checked(&text.replace(from, to));
            assert!(only(&faults).1.contains(says), "{from}: {faults:#?}");
        }
    }
}
