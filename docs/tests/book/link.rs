//! Is what a page points at there? Files, headings, lines of sources, scenes and tests.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::page::Page;

/// What a page may name without a link.
#[derive(Default)]
pub(crate) struct Names {
    /// Each source file, from the root of the project, with the numbers of its lines that are not empty.
    files: HashMap<String, HashSet<usize>>,
    functions: HashSet<String>,
}

impl Names {
    pub(crate) fn of(root: &Path) -> Names {
        let mut names = Names::default();
        for package in ["runtime", "http-client", "demo", "tests", "docs"] {
            names.add(root, &root.join(package));
        }
        names
    }

    fn add(&mut self, root: &Path, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
                self.add(root, &path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().enumerate();
                let full = lines.filter(|(_, line)| !line.trim().is_empty()).map(|(at, _)| at + 1);
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                self.files.insert(name.into(), full.collect());
                let functions = text.split("fn ").skip(1);
                self.functions.extend(functions.map(|rest| word(rest).to_string()));
            }
        }
    }

    /// Whether a source with this name, or with the end of its path, has something at this line.
    fn has_line(&self, file: &str, line: usize) -> bool {
        let end = format!("/{file}");
        let mut files = self.files.iter().filter(|(path, _)| *path == file || path.ends_with(&end));
        files.any(|(_, lines)| lines.contains(&line))
    }
}

/// The letters, figures and `_` at the beginning.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

/// What a heading is linked to by, on code hosts as in the built book.
pub(crate) fn anchor(heading: &str) -> String {
    let letters = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
        _ => None,
    });
    letters.collect::<String>().to_lowercase()
}

/// A line in pieces: what is no code, and what stands between backticks.
fn pieces(line: &str) -> (Vec<&str>, Vec<&str>) {
    let all: Vec<&str> = line.split('`').collect();
    (all.iter().step_by(2).copied().collect(), all.iter().skip(1).step_by(2).copied().collect())
}

/// Where the links in a line lead: `[this](there)`.
fn targets(line: &str) -> Vec<String> {
    // The words of a link may be code, so that it goes, and not the link.
    let line = pieces(line).0.join("");
    let ends = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    ends.map(str::to_string).collect()
}

/// The references `file.rs:line` in a line.
fn lines(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(".rs:") {
        let inside = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
        let begin = text[..at]
            .rfind(|letter| !inside(letter))
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let figures = &text[at + 4..];
        let end = figures.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(figures.len());
        if let Ok(line) = figures[..end].parse() {
            found.push((&text[begin..at + 3], line));
        }
    }
    found
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// Why a link leads nowhere.
fn broken(page: &Page, target: &str, root: &Path) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) =
        target.split_once('#').map_or((target, None), |(file, heading)| (file, Some(heading)));
    let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
    let path = if file.is_empty() { PathBuf::from(&page.path) } else { plain(&folder.join(file)) };
    if !file.is_empty() && !root.join(&path).exists() {
        return Some(format!("there is no {}", path.display()));
    }
    let heading = heading.filter(|_| path.extension().is_some_and(|end| end == "md"))?;
    let text = fs::read_to_string(root.join(&path)).unwrap_or_else(|_| page.text.clone());
    let other = Page::new(path.to_str()?, &text);
    let anchors: Vec<String> =
        other.headings().iter().map(|heading| anchor(heading.text)).collect();
    (!anchors.iter().any(|anchor| anchor == heading))
        .then(|| format!("{} has no such heading, but {}", path.display(), anchors.join(", ")))
}

/// What is wrong with the commands of a page: tests and scenes that are not there.
fn unknown(command: &str, root: &Path) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let after = |option: &[&str]| {
        let at = words.iter().position(|word| option.contains(word))?;
        words.get(at + 1).copied()
    };
    if command.starts_with("cargo test") {
        let package = after(&["-p", "--package"]);
        if let Some(package) =
            package.filter(|package| !root.join(package).join("Cargo.toml").exists())
        {
            return Some(format!("there is no package {package}"));
        }
        if let (Some(package), Some(test)) = (package, after(&["--test"])) {
            let folder = root.join(package).join("tests");
            let named =
                fs::read_to_string(root.join(package).join("Cargo.toml")).unwrap_or_default();
            let there = folder.join(format!("{test}.rs")).exists()
                || folder.join(test).join("main.rs").exists()
                || named.contains(&format!("[[test]]\nname = \"{test}\""));
            return (!there).then(|| format!("{package} has no test {test}"));
        }
    }
    if command.starts_with("cargo run") {
        let scene = after(&["step"])
            .filter(|scene| !scene.contains(['.', '$', '/']) && !scene.starts_with('-'));
        return scene.and_then(no_scene);
    }
    None
}

fn no_scene(name: &str) -> Option<String> {
    demo::scenes::find(name).is_none().then(|| format!("there is no scene {name}"))
}

/// What a page points at that is not there.
pub(crate) fn faults(page: &Page, root: &Path, names: &Names) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |line: usize, there: &str, so: String, to_do: &str| {
        faults.push(Fault {
            place: page.place(line),
            there: there.into(),
            so,
            to_do: to_do.into(),
        });
    };
    for (line, text) in page.prose() {
        for target in targets(text) {
            if let Some(so) = broken(page, &target, root) {
                fault(line, &format!("a link to {target}"), so, "link to what is there");
            }
        }
        for name in pieces(text).1 {
            let test = name.matches('_').count() >= 3
                && name.chars().all(|letter| {
                    letter.is_lowercase() || letter.is_ascii_digit() || letter == '_'
                });
            if test && !names.functions.contains(name) {
                fault(
                    line,
                    name,
                    "no function has this name".into(),
                    "give the name that the test has now",
                );
            }
        }
    }
    for (at, text) in page.text.lines().enumerate() {
        for (file, number) in
            lines(text).into_iter().filter(|(file, number)| !names.has_line(file, *number))
        {
            let to_do = "look for the place; in what is printed ONETHREAD_REWRITE=1 cargo test -p docs writes it anew";
            fault(
                at + 1,
                &format!("{file}:{number}"),
                "no such file has anything at that line".into(),
                to_do,
            );
        }
    }
    for (line, scene) in page.markers("scene") {
        if let Some(so) = no_scene(scene) {
            fault(line, &format!("the scene {scene}"), so, "`cargo run -- scenes` lists them");
        }
    }
    for block in page.blocks() {
        for (command, _) in block.commands() {
            if let Some(so) = unknown(command, root) {
                let line = block.at
                    + 1
                    + block.lines.iter().position(|line| line.contains(command)).unwrap_or(0);
                fault(line, command, so, "name what is there");
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::only;

    fn checked(text: &str) -> Vec<Fault> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("docs/en/other.md", "# Other\n\n## What is so, really?\n"),
            ("runtime/Cargo.toml", "[[test]]\nname = \"far\"\n"),
            ("runtime/src/a.rs", "fn it_is_as_it_is() {}\n\nfn b() {}\n"),
            ("runtime/tests/near.rs", ""),
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        faults(&Page::new("docs/en/x.md", text), root.path(), &Names::of(root.path()))
    }

    #[test]
    fn what_is_there_is_right() {
        let text = "# X y\n[a](other.md) [b](other.md#what-is-so-really) [`c`](../../runtime/src/a.rs) [d](#x-y)\n\
                    [e](https://example.org) `runtime/src/a.rs:3` a.rs:1:5 `it_is_as_it_is` `[f](no)`\n\
                    <!-- scene: wake -->\n```console\n$ cargo test -p runtime --test near\n\n\
                    $ cargo test -p runtime --test far\n\n$ cargo run -- step lost --plain\n```\n";
        assert_eq!(checked(text), []);
    }

    #[test]
    fn a_link_to_a_file_or_a_heading_that_is_not_there_is_a_fault() {
        assert!(only(&checked("\n[a](gone.md)\n")).1.contains("there is no docs/en/gone.md"));
        assert_eq!(only(&checked("\n[a](gone.md)\n")).0, "docs/en/x.md:2");
        assert!(only(&checked("[a](other.md#gone)")).1.contains("but other, what-is-so-really"));
        assert!(only(&checked("# X\n[a](#y)")).1.contains("no such heading"));
    }

    #[test]
    fn a_line_of_a_source_that_is_not_there_or_empty_is_a_fault() {
        for reference in ["a.rs:2", "`runtime/src/a.rs:4`", "c.rs:1", "```text\n（a.rs:9:1）\n```"]
        {
            assert!(only(&checked(reference)).1.contains("anything at that line"), "{reference}");
        }
    }

    #[test]
    fn a_test_or_a_scene_that_is_not_there_is_a_fault() {
        assert!(only(&checked("`it_was_as_it_was`")).1.contains("no function has this name"));
        assert!(only(&checked("<!-- scene: wakes -->")).1.contains("there is no scene wakes"));
        let command = |command: &str| checked(&format!("```console\n$ {command}\n```\n"));
        assert!(
            only(&command("cargo test -p runtime --test gone"))
                .1
                .contains("runtime has no test gone")
        );
        assert!(only(&command("cargo test -p gone")).1.contains("there is no package gone"));
        assert!(only(&command("cargo run -- step wakes")).1.contains("there is no scene wakes"));
    }
}
