//! How is the program run, and what did it say?

use std::time::Duration;

/// Longer than anything takes that does not hang.
const LIMIT: Duration = Duration::from_secs(120);

/// What a program left behind.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` if it was killed.
    pub code: Option<i32>,
    /// What it wrote to standard output, as it is.
    pub bytes: Vec<u8>,
    /// The same as text.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

/// Runs a program to its end; one that hangs is killed, and has no exit code.
///
/// # Panics
/// If it cannot be started.
pub fn run<'a>(program: &str, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
    run_with_input(program, arguments, "")
}

/// The same with something on standard input.
///
/// # Panics
/// If it cannot be started.
pub fn run_with_input<'a>(
    program: &str,
    arguments: impl IntoIterator<Item = &'a str>,
    input: &str,
) -> Ran {
    let ran = assert_cmd::Command::new(program)
        .args(arguments)
        .write_stdin(input)
        .timeout(LIMIT)
        .output()
        .expect("the program can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: ran.status.code(),
        out: text(&ran.stdout),
        err: text(&ran.stderr),
        bytes: ran.stdout,
    }
}

impl Ran {
    /// The lines of standard output that begin with `begin`.
    pub fn lines_with(&self, begin: &str) -> Vec<&str> {
        self.out.lines().filter(|line| line.starts_with(begin)).collect()
    }

    /// The one line on standard error.
    ///
    /// # Panics
    /// If there is another number of lines.
    pub fn complaint(&self) -> &str {
        let lines: Vec<&str> = self.err.lines().collect();
        let [line] = lines[..] else { panic!("one line is wanted: {self:#?}") };
        line
    }
}
