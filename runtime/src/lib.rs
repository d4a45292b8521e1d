//! Onethread: a single-threaded async runtime made to be read and stepped through.

mod coop;
mod wait;
