//! Which chapters are there? Each becomes a module whose documentation it is, so that every piece of Rust in it is compiled
//! and run as a test of its own. The Chinese ones hold the same code, word for word, which `tests/book` sees to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=en");
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("en");
    let chapters = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut chapters: Vec<PathBuf> =
        chapters.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    chapters.sort();
    let mut modules = String::new();
    for path in chapters {
        let name = path.file_stem().unwrap().to_str().unwrap().replace('-', "_");
        writeln!(modules, "#[doc = include_str!({path:?})]\npub mod chapter_{name} {{}}").unwrap();
    }
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap()).join("chapters.rs"), modules).unwrap();
}
