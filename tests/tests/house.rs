//! What the project promises about itself: its dependencies, its `unsafe` blocks, its locks.

use std::collections::{BTreeMap, BTreeSet};
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
        if path.is_dir() && path.file_name().is_some_and(|name| name == "target") {
            // What a build made: that of the fuzz targets lies beside them.
        } else if path.is_dir() {
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
    assert!(all.len() <= 22, "{} packages: {all:?}", all.len());
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

/// A file as a path of modules: `runtime/src/net/tcp.rs` is `net::tcp`.
fn module(crate_root: &Path, file: &Path) -> String {
    let path = file.strip_prefix(crate_root).unwrap().with_extension("");
    path.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::")
}

/// The modules of a crate, each with those that it imports from, tests left out.
fn imports(package: &str) -> BTreeMap<String, BTreeSet<String>> {
    let crate_root = root().join(package).join("src");
    let mut files = Vec::new();
    sources(&crate_root, &mut files);
    let is_test = |name: &String| name.split("::").any(|part| part.starts_with("test"));
    let files: BTreeMap<String, PathBuf> =
        files.into_iter().map(|file| (module(&crate_root, &file), file)).collect();
    let known: BTreeSet<String> = files.keys().filter(|name| !is_test(name)).cloned().collect();
    let mut graph = BTreeMap::new();
    for name in &known {
        let text = fs::read_to_string(&files[name]).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let paths = code.split("use crate::").skip(1).map(|rest| {
            rest.split([';', '{', '(', ' ']).next().unwrap_or_default().trim_end_matches("::")
        });
        let target = |path: &str| {
            let parts: Vec<&str> = path.split("::").collect();
            (1..=parts.len())
                .rev()
                .map(|end| parts[..end].join("::"))
                .find(|name| known.contains(name))
        };
        let inside = |other: &String| {
            other.starts_with(&format!("{name}::")) || name.starts_with(&format!("{other}::"))
        };
        let others = paths.filter_map(target).filter(|other| other != name && !inside(other));
        graph.insert(name.clone(), others.collect());
    }
    graph
}

/// A way from `at` back to something on `way`, if there is one.
fn circle(
    graph: &BTreeMap<String, BTreeSet<String>>,
    at: &str,
    way: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(begin) = way.iter().position(|name| name == at) {
        return Some(way[begin..].to_vec());
    }
    if !done.insert(at.to_string()) {
        return None;
    }
    way.push(at.to_string());
    let found = graph[at].iter().find_map(|next| circle(graph, next, way, done));
    way.pop();
    found
}

#[test]
fn imports_point_one_way_and_never_in_a_circle() {
    for package in ["runtime", "http-client", "demo"] {
        let graph = imports(package);
        assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 20, "{package} was read");
        let mut done = BTreeSet::new();
        let circle = graph.keys().find_map(|at| circle(&graph, at, &mut Vec::new(), &mut done));
        assert_eq!(
            circle, None,
            "in {package}, each imports from the next, and the last from the first"
        );
    }
}
