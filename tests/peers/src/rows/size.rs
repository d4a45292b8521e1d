//! What does it take to have a client, or a runtime? For each a small program of the package `size`, built from nothing: how many
//! packages it stands on, how much work its first build is, and how large it is.
//!
//! Fair because all are built by one cargo in the same way, each in an empty folder, with the versions of this workspace's
//! Cargo.lock, with no more features than the program uses, and stripped. A client's program prints what is at an `https` URL,
//! with rustls on ring and Mozilla's roots compiled in for all; hyper-util follows no redirects, and ureq has no runtime.
//! A runtime's program sends back what one connection sends, after a sleep, on one thread. The build is not timed on the wall,
//! where other programs and the number of cores count, but is the CPU time of cargo and of all that it starts. It is
//! made once in a run, for it takes long.

use std::cell::OnceCell;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use crate::clock::cpu_of_children;
use crate::row::{MISSING, Row, Scale};

const PACKAGES: &str = "The packages that cargo compiles for a program that gets one URL: this one left out, those that only help to build, and our own two, \
     counted. rustls with ring and what they need are in all. reqwest and hyper-util add Tokio, hyper and what these share; reqwest also \
     the tables of Unicode with which `url` reads the names of hosts.";

const BUILD: &str = "CPU time of cargo and of all that it starts, compilers, linker and C, for the first release build of the same program. It grows \
     with the code that is compiled, whether or not the program calls it; rustls and ring are compiled for all.";

const PROGRAM: &str = "The same program, stripped: what the linker found to be in use, with Rust's standard library, rustls, ring and the root \
     certificates, which are in all.";

const RUNTIME_PACKAGES: &str = "As `size_packages`, for a program that waits for a timer and a TCP connection: without HTTP and TLS a runtime is left, and what it needs \
     to ask the system.";

const RUNTIME_BUILD: &str = "As `size_build`, for the program of `size_runtime_packages`. Where macros are used, their compilers (`syn`) are built first.";

const RUNTIME_PROGRAM: &str = "As `size_program`, for the program of `size_runtime_packages`. Most is Rust's standard library, which is in all. Tables that are made \
     before the program starts and do not consist of zeros are part of its file.";

pub(crate) fn clients() -> Vec<Row> {
    rows(
        "client",
        &["ours", "reqwest", "hyper-util", "ureq"],
        Row::new("size_packages", "packages", PACKAGES),
        Row::new("size_build", "s", BUILD),
        Row::new("size_program", "KiB", PROGRAM),
    )
}

pub(crate) fn runtimes() -> Vec<Row> {
    rows(
        "runtime",
        &["ours", "tokio", "smol", "monoio", "compio"],
        Row::new("size_runtime_packages", "packages", RUNTIME_PACKAGES),
        Row::new("size_runtime_build", "s", RUNTIME_BUILD),
        Row::new("size_runtime_program", "KiB", RUNTIME_PROGRAM),
    )
}

/// Three rows with the same contenders, whose programs are built only once for all three.
fn rows(kind: &str, names: &[&'static str], packages: Row, build: Row, program: Row) -> Vec<Row> {
    let programs: Vec<_> = names.iter().map(|name| Rc::new(Program::new(kind, name))).collect();
    let with = |row: Row, measure: fn(&Program, Scale) -> Option<f64>| {
        let row = names.iter().zip(&programs).fold(row, |row, (name, program)| {
            let program = program.clone();
            row.with(name, move |scale| measure(&program, scale).unwrap_or(MISSING))
        });
        Row { once: true, ..row }
    };
    vec![
        with(packages, |program, _| program.packages()),
        with(build, |program, scale| Some(program.built(scale)?.seconds)),
        with(program, |program, scale| Some(program.built(scale)?.kib)),
    ]
}

/// One of the programs in the package `size`.
struct Program {
    /// Of the program, and of the feature with which it is built.
    name: String,
    /// Nothing inside: it could not be built.
    built: OnceCell<Option<Built>>,
}

#[derive(Clone, Copy)]
struct Built {
    seconds: f64,
    kib: f64,
}

impl Program {
    fn new(kind: &str, name: &str) -> Program {
        Program { name: format!("{kind}-{name}"), built: OnceCell::new() }
    }

    fn packages(&self) -> Option<f64> {
        let mut cargo = self.cargo("tree");
        cargo.args(["--edges", "no-dev", "--prefix", "none", "--format", "{p}", "--no-dedupe"]);
        Some(packages(&self.run(cargo)?) as f64)
    }

    /// Builds it, unless that was done already.
    fn built(&self, scale: Scale) -> Option<Built> {
        *self.built.get_or_init(|| {
            // This program is in `target/release`.
            let program = std::env::current_exe().ok()?;
            let folder = program.parent()?.parent()?.join("peers-size");
            let built = self.build(scale, &folder);
            _ = std::fs::remove_dir_all(folder);
            built
        })
    }

    fn build(&self, scale: Scale, folder: &Path) -> Option<Built> {
        // Whoever stopped the last run left it there.
        _ = std::fs::remove_dir_all(folder);
        let mut cargo = self.cargo("build");
        cargo.args(["--release", "--bin", &self.name, "--target-dir"]).arg(folder);
        cargo.env("CARGO_PROFILE_RELEASE_STRIP", "true");
        if let Scale::Quick = scale {
            cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        }
        let before = cpu_of_children();
        self.run(cargo)?;
        let seconds = (cpu_of_children() - before).as_secs_f64();
        let file = folder.join("release").join(&self.name).metadata().ok()?;
        Some(Built { seconds, kib: file.len() as f64 / 1024.0 })
    }

    /// Without the network: all that is needed was there when this program was built.
    fn cargo(&self, what: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([what, "--quiet", "--frozen", "--package", "size", "--features", &self.name])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            // A wrapper may remember what was compiled before.
            .env("RUSTC_WRAPPER", "");
        cargo
    }

    /// What cargo prints; if it fails, its reason is told, and the program is missing.
    fn run(&self, mut cargo: Command) -> Option<String> {
        let output = cargo.output().expect("cargo");
        if !output.status.success() {
            eprintln!("{} is missing: {}", self.name, String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// How many different packages, the first left out, are in what `cargo tree` prints: `tokio v1.52.1 (proc-macro)`.
fn packages(tree: &str) -> usize {
    let name_and_version = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let mut all: Vec<String> = tree.lines().skip(1).map(name_and_version).collect();
    all.sort();
    all.dedup();
    all.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_needed_twice_is_counted_once_and_each_version_of_it() {
        let tree = "size v0.1.0 (/size)\nlog v0.4.1\ncc v1.0.0\nlog v0.4.1 (*)\ncc v2.0.0\n";
        assert_eq!(packages(tree), 3);
    }

    #[test]
    fn whoever_cannot_be_built_is_missing() {
        let program = Program::new("client", "nobody");
        assert_eq!(program.packages(), None);
        assert!(program.built(Scale::Quick).is_none());
    }

    #[test]
    fn the_runtime_stands_on_fewer_packages_than_the_client() {
        let packages = |kind| Program::new(kind, "ours").packages().unwrap();
        assert!(packages("runtime") < packages("client"));
    }
}
