//! How much memory does something take? It is asked of another program, `bin/memory.rs`, whose allocator counts.

use std::process::{Command, ExitCode};

use crate::rows::{delay, idle_task};
use crate::server::Server;

/// Runs the other program, which says one figure; cargo builds it first if need be.
pub(crate) fn ask(arguments: &[&str]) -> f64 {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "peers", "--bin", "memory"])
        // As this program was built, so that nothing is built twice.
        .args(cfg!(feature = "isahc").then_some("--features=isahc"))
        .arg("--")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().unwrap_or_else(|_| {
        panic!("memory {arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr))
    })
}

/// The other program; `allocated` says how many bytes are in use now.
pub fn memory(arguments: &[String], allocated: impl Fn() -> usize + Sync) -> ExitCode {
    crate::command::prepare();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let bytes = match arguments[..] {
        ["task", runtime] => idle_task::bytes_per_task(runtime, allocated),
        ["requests", client, server, count] => {
            let server = Server::at(server.parse().expect("an address"), None);
            delay::bytes_per_request(client, &server, count.parse().expect("a number"), allocated)
        }
        _ => {
            eprintln!("memory: say `task RUNTIME`, or `requests CLIENT SERVER COUNT`");
            return ExitCode::from(2);
        }
    };
    println!("{bytes}");
    ExitCode::SUCCESS
}
