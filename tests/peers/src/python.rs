//! How is a peer in Python asked? By `python/peer.py`, in an environment that is made under `target` at the first use.
//!
//! Without Python, or without the network at that first use, these peers are missing and the run goes on.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::row::MISSING;
use crate::server::{Kind, SLOW, SMALL, Server};

/// aiohttp on asyncio, aiohttp on uvloop, and requests on threads.
pub(crate) const ALL: [&str; 3] = ["aiohttp", "uvloop", "requests"];

/// Those that do many things on one thread.
pub(crate) const LOOPS: [&str; 2] = ["aiohttp", "uvloop"];

/// The microseconds of CPU time for each request.
pub(crate) fn requests(name: &str, lanes: usize, each: usize) -> f64 {
    ask(name, "cpu", SMALL.0, lanes, each)
}

/// The seconds on the wall for so many slow requests at once.
pub(crate) fn delay(name: &str, count: usize) -> f64 {
    ask(name, "wall", SLOW.0, count, 1)
}

fn ask(name: &str, clock: &str, path: &str, lanes: usize, each: usize) -> f64 {
    let Some(python) = interpreter() else { return MISSING };
    let server = Server::start(Kind::Http);
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/peer.py"))
        .args([
            name,
            clock,
            &format!("{}{path}", server.url()),
            &lanes.to_string(),
            &each.to_string(),
        ])
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            eprintln!("{name}: {error}");
            return MISSING;
        }
    };
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or_else(|_| {
        eprintln!("{name}: {}", String::from_utf8_lossy(&output.stderr));
        MISSING
    })
}

/// Python with the packages; they are installed if they are not.
fn interpreter() -> Option<&'static PathBuf> {
    static INTERPRETER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        // This program is in `target/release`.
        let program = std::env::current_exe().ok()?;
        let folder = program.parent()?.parent()?.join("peers-python");
        let installed = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/python/install"))
            .arg(&folder)
            .stdin(Stdio::null())
            .status();
        match installed {
            Ok(status) if status.success() => Some(folder.join("bin/python")),
            _ => {
                eprintln!("the peers in Python are missing: tests/peers/python/install failed");
                None
            }
        }
    };
    INTERPRETER.get_or_init(make).as_ref()
}
