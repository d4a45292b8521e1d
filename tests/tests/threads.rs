//! How many threads are there while the demo gathers? One that runs the tasks, and one for the embedded server.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");

/// The names of a process's threads at this moment.
fn threads(pid: u32) -> Vec<String> {
    let Ok(folder) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        fs::read_to_string(entry.ok()?.path().join("comm")).ok()
    };
    folder.filter_map(name).map(|name| name.trim().to_string()).collect()
}

#[test]
fn one_thread_runs_the_tasks_and_one_the_embedded_server_and_there_is_no_third() {
    for arguments in [&["gather", "--delay", "0.5"][..], &["gather", "--delay", "0.5", "--tls"]] {
        let mut child = Command::new(DEMO).args(arguments).stdout(Stdio::null()).spawn().unwrap();
        let (mut most, mut names) = (0, BTreeSet::new());
        while child.try_wait().unwrap().is_none() {
            let now = threads(child.id());
            most = most.max(now.len());
            names.extend(now);
        }
        assert_eq!(most, 2, "{names:?}");
        assert!(names.contains("server"), "{names:?}");
    }
}
