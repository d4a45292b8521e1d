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
        channel::row(),
        remote_wake::latency(),
        remote_wake::burst(),
        remote_wake::writes(),
        remote_wake::burst_writes(),
        timers::sleeps(),
        timers::timeouts(),
        idle_task::row(),
    ];
    let mut sockets = echo::rows();
    sockets.push(accept::row());
    let mut many = delay::rows();
    many.push(python::row());
    let sections = [
        ("Tasks, wakes and timers", tasks),
        ("Sockets", sockets),
        ("Requests", http::rows()),
        ("Instructions of a request", http::counted()),
        ("Many at once, and Python", many),
    ];
    let named =
        |(section, rows): (_, Vec<Row>)| rows.into_iter().map(move |row| Row { section, ..row });
    sections.into_iter().flat_map(named).collect()
}
