//! What the project promises about itself: its dependencies, its `unsafe` blocks, its locks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The packages that `package` needs at run time on this machine, itself included.
fn tree(package: &str) -> BTreeSet<String> {
    let listed = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--package", package])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_string)
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The lines of the given folders' sources that are code, with where they stand.
fn code(folders: &[&str]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in folders {
        sources(&root().join(folder), &mut files);
    }
    let mut lines = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            lines.push((format!("{}:{}", file.display(), number + 1), line.to_string()));
        }
    }
    lines
}

#[test]
fn the_runtime_stands_on_mio_and_slab_alone() {
    // What mio itself needs from the system, on Unix and on Windows.
    let system =
        ["libc", "log", "windows-sys", "windows-link", "windows-targets", "hermit-abi", "wasi"];
    let needed: Vec<String> =
        tree("runtime").into_iter().filter(|name| !system.contains(&name.as_str())).collect();
    assert_eq!(needed, ["mio", "runtime", "slab"]);
}

#[test]
fn the_client_adds_http_tls_and_urls_and_nothing_else() {
    let all = tree("http-client");
    for direct in ["runtime", "httparse", "rustls", "webpki-roots", "iri-string"] {
        assert!(all.contains(direct), "{direct} is missing from {all:?}");
    }
    assert!(all.len() <= 24, "{} packages: {all:?}", all.len());
}

#[test]
fn the_workspace_has_at_most_five_unsafe_blocks_each_with_its_reason() {
    let all = code(&["runtime", "http-client", "demo", "tests", "docs"]);
    // In two pieces, for this file is searched too.
    let word = ["un", "safe"].concat();
    let begins = |line: &str| {
        [" {", " fn", " impl", " trait", " extern"]
            .iter()
            .any(|follows| line.contains(&format!("{word}{follows}")))
    };
    let blocks: Vec<&(String, String)> = all.iter().filter(|(_, line)| begins(line)).collect();
    assert!((1..=5).contains(&blocks.len()), "{blocks:?}");
    for (place, _) in blocks {
        assert!(place.contains("runtime"), "only the runtime needs any: {place}");
        let (file, line) = place.rsplit_once(':').unwrap();
        let text = fs::read_to_string(file).unwrap();
        let line: usize = line.parse().unwrap();
        let before: Vec<&str> = text.lines().take(line).collect();
        let reason = before.iter().rev().take(8).any(|line| line.contains("SAFETY:"));
        assert!(reason, "{place} does not say why it is sound");
    }
}

#[test]
fn locks_are_named_only_where_other_threads_come_in() {
    let allowed = ["mailbox.rs", "helpers.rs", "tests.rs"];
    for (place, line) in code(&["runtime/src"]) {
        let locks = line.contains("std::sync")
            && ["Mutex", "RwLock", "Condvar"].iter().any(|lock| line.contains(lock));
        assert!(!locks || allowed.iter().any(|file| place.contains(file)), "{place}: {line}");
    }
}

#[test]
fn every_source_file_says_which_question_it_answers() {
    let mut files = Vec::new();
    for folder in ["runtime/src", "http-client/src", "demo/src"] {
        sources(&root().join(folder), &mut files);
    }
    for file in
        files.iter().filter(|file| !file.components().any(|part| part.as_os_str() == "tests"))
    {
        let text = fs::read_to_string(file).unwrap();
        let is_tests = file.file_name().is_some_and(|name| name == "tests.rs");
        assert!(is_tests || text.starts_with("//!"), "{} has no header", file.display());
    }
}
