//! Is what is quoted what stands in the file? Word for word, from its first line to its last, but for the indentation.

use std::fs;
use std::path::Path;

use crate::block::Block;
use crate::fault::Fault;
use crate::page::Page;

/// The lines of `source` from `first` to the next `last`, both without the indentation of the first.
fn quoted(source: &[&str], first: &str, last: &str) -> Vec<Vec<String>> {
    let begins = (0..source.len()).filter(|&at| source[at].trim() == first.trim());
    let quotations = begins.filter_map(|begin| {
        let indent = source[begin].len() - source[begin].trim_start().len();
        let outdented = |line: &&str| line.get(indent..).unwrap_or_default().to_string();
        if first == last {
            return Some(vec![outdented(&source[begin])]);
        }
        let length = source[begin + 1..].iter().position(|line| outdented(line) == last)?;
        Some(source[begin..=begin + 1 + length].iter().map(outdented).collect())
    });
    quotations.collect()
}

/// What the block should be, if that differs from what it is.
pub(crate) fn correct(
    block: &Block,
    page: &Page,
    root: &Path,
) -> Result<Option<Vec<String>>, Fault> {
    let file = block.quoted().unwrap_or_default();
    let fault = |there: String, so: String| Fault {
        place: page.place(block.at + 1),
        there,
        so,
        to_do: "quote it anew: the first and the last line of the block say what is quoted".into(),
    };
    let source = fs::read_to_string(root.join(file))
        .map_err(|error| fault(format!("a quotation from {file}"), format!("{file}: {error}")))?;
    let source: Vec<&str> = source.lines().collect();
    let (Some(first), Some(last)) = (block.lines.first(), block.lines.last()) else {
        return Err(fault(
            "an empty quotation".into(),
            format!("{file} has {} lines", source.len()),
        ));
    };
    let quotations = quoted(&source, first, last);
    if quotations.contains(&block.lines) {
        return Ok(None);
    }
    let first_of_them = quotations.into_iter().next();
    first_of_them.map(Some).ok_or_else(|| {
        fault(
            format!("{first}\n…\n{last}"),
            format!("{file} has no lines from the first to the last of these"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "fn a() {\n    if b {\n        c();\n    }\n}\n\nfn d() {\n    if b {\n        e();\n    }\n}\n";

    fn checked(block: &str) -> Result<Option<Vec<String>>, Fault> {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.rs"), SOURCE).unwrap();
        let page = Page::new(
            "docs/en/x.md",
            &format!("# X\n\n<!-- quoted from a.rs -->\n```rust,ignore\n{block}```\n"),
        );
        correct(&page.blocks()[0], &page, root.path())
    }

    #[test]
    fn what_stands_in_the_file_is_quoted_whatever_its_indentation_and_the_place_of_its_first_line()
    {
        for right in [
            "fn a() {\n    if b {\n        c();\n    }\n}\n",
            "if b {\n    c();\n}\n",
            "if b {\n    e();\n}\n",
            "c();\n",
        ] {
            assert_eq!(checked(right), Ok(None), "{right}");
        }
    }

    #[test]
    fn another_line_in_the_middle_is_a_fault_and_corrected() {
        let correct = checked("fn a() {\n    b();\n}\n").unwrap().unwrap();
        assert_eq!(correct, ["fn a() {", "    if b {", "        c();", "    }", "}"]);
    }

    #[test]
    fn another_first_or_last_line_and_another_file_are_faults() {
        let fault = checked("fn z() {\n}\n").unwrap_err();
        assert_eq!(fault.place, "docs/en/x.md:5");
        assert!(fault.so.contains("a.rs has no lines from"), "{fault}");
        let page = Page::new("x.md", "<!-- quoted from gone.rs -->\n```rust,ignore\na\n```\n");
        let fault = correct(&page.blocks()[0], &page, Path::new("/nowhere")).unwrap_err();
        assert!(fault.so.starts_with("gone.rs: "), "{fault}");
    }
}
