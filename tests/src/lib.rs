//! What do tests of the whole program need? A way to run it that cannot hang, in a terminal
//! or without one, and servers that misbehave on purpose.
#![forbid(unsafe_code)]

pub mod peer;
pub mod program;
#[cfg(unix)]
pub mod screen;
