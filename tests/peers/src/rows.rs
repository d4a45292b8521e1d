//! What is measured? One file for each row, or for a few that differ in a number.

mod accept;
mod channel;
pub(crate) mod delay;
mod echo;
mod fan_out;
mod floor;
mod http;
pub(crate) mod idle_task;
mod ping_pong;
mod python;
mod remote_wake;
mod size;
mod spawn;
mod timers;
mod yields;

use crate::row::Row;

/// All rows, in the order of the tables.
pub(crate) fn all() -> Vec<Row> {
    let tasks = vec![
        spawn::batches(),
        spawn::one_at_a_time(),
        yields::row(),
        ping_pong::row(),
        fan_out::row(),
        fan_out::kept(),
        channel::row(),
        idle_task::row(),
    ];
    let wakes =
        vec![remote_wake::latency(), remote_wake::burst(), timers::sleeps(), timers::timeouts()];
    let writes = vec![remote_wake::writes(), remote_wake::burst_writes()];
    let mut sockets = echo::rows();
    sockets.push(accept::row());
    let mut many = delay::rows();
    many.push(python::row());
    // With no server at the other end, what is left in the heap counts.
    let apart = |rows: Vec<Row>| {
        rows.into_iter().map(|row| Row { apart: !row.once, ..row }).collect::<Vec<_>>()
    };
    let sections = [
        ("Tasks", apart(tasks)),
        ("Wakes from other threads, and timers", apart(wakes)),
        ("System calls of a wake", writes),
        ("Sockets", sockets),
        ("Requests", http::rows()),
        ("Instructions of a request", http::counted()),
        ("Many at once, and Python", many),
        ("Size of a client", size::clients()),
        ("Size of a runtime", size::runtimes()),
    ];
    let named =
        |(section, rows): (_, Vec<Row>)| rows.into_iter().map(move |row| Row { section, ..row });
    sections.into_iter().flat_map(named).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn each_source_of_rows_says_why_it_is_fair() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rows");
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let text = fs::read_to_string(entry.path()).unwrap();
            let fair = text.lines().any(|line| line.starts_with("//! Fair because "));
            assert!(fair || !text.contains("Row::new("), "{}", entry.path().display());
        }
    }
}
