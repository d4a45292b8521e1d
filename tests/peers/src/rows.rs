//! What is measured? One file for each row, or for a few that differ in a number.

mod accept;
mod channel;
mod echo;
mod fan_out;
mod http;
pub(crate) mod idle_task;
mod ping_pong;
mod remote_wake;
mod spawn;
mod timers;
mod yields;

use crate::row::Row;

/// All rows, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    vec![
        spawn::batches(),
        spawn::one_at_a_time(),
        yields::row(),
        ping_pong::row(),
        fan_out::row(),
        channel::row(),
        remote_wake::latency(),
        remote_wake::burst(),
        timers::sleeps(),
        timers::timeouts(),
        idle_task::row(),
        echo::row("echo_1", 1),
        echo::row("echo_64", 64),
        echo::row("echo_1000", 1000),
        accept::row(),
        http::small("http_1", 1),
        http::small("http_50", 50),
        http::small("http_500", 500),
        http::big(),
        http::small_over_tls("https_50", 50),
        http::big_over_tls(),
        http::resumed(),
    ]
}
