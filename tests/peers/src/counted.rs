//! What does a thing cost in instructions, and in system calls? Figures that no other process on the machine can change.
//!
//! This program once more does one contender's work under valgrind or strace: in two runs that differ in nothing but their
//! length, so that what stays the same, from the start of the program to its end, is left out.

use std::process::{Command, Stdio};

use crate::row::{Alone, Contender, MISSING, Row};
use crate::server::{Kind, Server};

/// What is counted, and so by which tool.
#[derive(Clone, Copy)]
pub(crate) enum Count {
    /// Instructions in user space, by valgrind's callgrind.
    Instructions,
    /// System calls of all threads, by strace.
    Calls,
    /// Writes to an eventfd for each time that a loop goes to sleep in the kernel, by strace.
    WritesPerSleep,
}

impl Row {
    /// Adds contenders whose work is counted `per` so much of it: once for a short run, three times as much for a long one.
    pub(crate) fn counting(
        mut self,
        count: Count,
        kind: Kind,
        short: usize,
        contenders: impl IntoIterator<Item = (&'static str, Alone)>,
    ) -> Row {
        let row = self.name;
        self.once = true;
        self.contenders.extend(contenders.into_iter().map(|(name, alone)| Contender {
            name,
            work: Box::new(move |_| {
                let server = Server::start(kind);
                let run = |amount| total(count, &server, row, name, amount);
                count.each(short, run).unwrap_or(MISSING)
            }),
            alone: Some(alone),
        }));
        self
    }
}

impl Count {
    /// What each costs, from a short run and one that is three times as long.
    fn each(self, short: usize, run: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        match self {
            // A ratio already.
            Count::WritesPerSleep => run(3 * short),
            Count::Instructions | Count::Calls => {
                let less = run(short)?;
                Some((run(3 * short)? - less) / (2 * short) as f64)
            }
        }
    }
}

/// What all of one run costs; `None` if the tool is missing.
fn total(count: Count, server: &Server, row: &str, name: &str, amount: usize) -> Option<f64> {
    let file = std::env::temp_dir().join(format!("peers-{}", std::process::id()));
    let path = file.display();
    let mut command = match count {
        Count::Instructions => {
            let mut command = Command::new("valgrind");
            command.args(["--tool=callgrind", &format!("--callgrind-out-file={path}")]);
            command
        }
        Count::Calls | Count::WritesPerSleep => {
            let mut command = Command::new("strace");
            command.args(["-f", "-y", "-qq", "-e", "signal=none", "-o", &path.to_string()]);
            command
        }
    };
    command
        .arg(std::env::current_exe().expect("the path of this program"))
        .args(["--alone", row, name, &amount.to_string()])
        .args(["--server", &server.address.to_string()])
        .args(server.authority.iter().flat_map(|pem| ["--authority", pem]))
        .stdin(Stdio::null());
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("{row}: {:?} does not run: {error}", command.get_program());
            return None;
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = std::fs::read_to_string(&file).unwrap_or_default();
    _ = std::fs::remove_file(&file);
    if !output.status.success() {
        eprintln!("{row}: {name} failed under {:?}: {said}", command.get_program());
        return None;
    }
    Some(match count {
        Count::Instructions => collected(&said)?,
        Count::Calls => calls(&counted).count() as f64,
        Count::WritesPerSleep => {
            let sleeps = calls(&counted).filter(|call| is_sleep(call)).count();
            calls(&counted).filter(|call| is_write(call)).count() as f64 / sleeps as f64
        }
    })
}

/// From callgrind's last words: `==1234== Collected : 5678`.
fn collected(said: &str) -> Option<f64> {
    said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

/// The calls in strace's output, each at its beginning; threads that another one interrupts have a second line for its end.
fn calls(output: &str) -> impl Iterator<Item = &str> {
    output.lines().filter_map(|line| {
        let call = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        call.starts_with(|c: char| c.is_ascii_lowercase()).then_some(call)
    })
}

fn is_write(call: &str) -> bool {
    call.starts_with("write(")
        && call.split(',').next().is_some_and(|file| file.contains("[eventfd"))
}

/// Not one that only looks: a timeout of zero.
fn is_sleep(call: &str) -> bool {
    (call.starts_with("epoll_")
        && call.contains("wait")
        && !call.contains(", 0) = ")
        && !call.contains(", 0, NULL, 8) = "))
        || (call.starts_with("io_uring_enter") && call.contains("GETEVENTS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACED: &str = "\
        12  write(5<anon_inode:[eventfd]>, \"\\1\\0\\0\\0\\0\\0\\0\\0\", 8 <unfinished ...>\n\
        13  epoll_wait(3<anon_inode:[eventpoll]>, [], 1024, 0) = 0\n\
        13  epoll_wait(3<anon_inode:[eventpoll]>,  <unfinished ...>\n\
        12  <... write resumed>) = 8\n\
        13  write(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"[eventfd\", 8) = 8\n\
        13  +++ exited with 0 +++\n";

    #[test]
    fn a_call_that_another_thread_interrupts_is_counted_once() {
        assert_eq!(calls(TRACED).count(), 4);
    }

    #[test]
    fn only_a_write_to_an_eventfd_wakes_and_only_a_wait_sleeps() {
        assert_eq!(calls(TRACED).filter(|call| is_write(call)).count(), 1);
        assert_eq!(calls(TRACED).filter(|call| is_sleep(call)).count(), 1);
    }

    #[test]
    fn the_sum_is_found_in_what_callgrind_says() {
        assert_eq!(collected("==1== \n==1== Collected : 1234\n==1== \n"), Some(1234.0));
        assert_eq!(collected("valgrind: no such file"), None);
    }
}
