//! The book lives in `docs/en`; this crate is its checker.
