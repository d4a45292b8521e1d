//! How does a test watch a runtime from outside? It starts itself as a child process and follows it with ptrace(2).
//!
//! The same test function runs on both sides. `child` does the work and marks the part to be watched; `follow` starts the
//! child and gives its thread, stopped where that part begins. The part ends with getppid(2), which nothing else calls.

use std::env;
use std::process::{Child, Command};

use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getppid};

const CHILD: &str = "ONETHREAD_TRACED";

/// The system call that ends the part to be watched.
pub(crate) const END: u64 = 110;

/// A thread that stands still between two steps, and its process.
pub(crate) struct Traced {
    pub(crate) process: Child,
    pub(crate) thread: Pid,
}

/// Whether this process is the child.
pub(crate) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// The child: lets the parent look on from here.
pub(crate) fn begin() {
    ptrace::traceme().expect("may be traced by the parent");
    raise(Signal::SIGSTOP).unwrap();
}

/// The child: no more to see.
pub(crate) fn end() {
    getppid();
}

/// The parent: starts `test` in a process of its own and waits until it has begun.
pub(crate) fn follow(test: &str) -> Traced {
    let mut command = Command::new(env::current_exe().unwrap());
    let process = command.args([test, "--exact"]).env(CHILD, "1").spawn().unwrap();
    // The test runs on a thread of the child's, and it is that thread which is traced.
    let stopped = waitpid(None, Some(flags())).unwrap();
    let WaitStatus::Stopped(thread, Signal::SIGSTOP) = stopped else { panic!("{stopped:?}") };
    Traced { process, thread }
}

/// Only this test's child, whose state is of interest on whichever thread it changes.
fn flags() -> WaitPidFlag {
    WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD
}

impl Traced {
    /// Goes on, as far as `request` says: `ptrace::step`, or `ptrace::syscall`.
    pub(crate) fn go(&self, request: fn(Pid, Option<Signal>) -> nix::Result<()>) {
        request(self.thread, None).unwrap();
        let stopped = waitpid(self.thread, Some(flags())).unwrap();
        assert_eq!(stopped, WaitStatus::Stopped(self.thread, Signal::SIGTRAP));
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        // Not `kill` first: while it is traced, its end would wait for this thread to take note of it.
        let _ = ptrace::detach(self.thread, Signal::SIGKILL);
        let _ = self.process.wait();
    }
}
