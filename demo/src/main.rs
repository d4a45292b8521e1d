//! The program. What it does is in the library, so that tests and the book can use it.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    demo::cli::run()
}
