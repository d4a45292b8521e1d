//! The program to step through.
fn main() {}
