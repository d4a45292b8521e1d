//! How much work is a request in Python? The fifty lanes of `http_50` there.
//!
//! Fair because it is the same work, asked of the same server, by each library's usual means: one `ClientSession` of aiohttp's
//! with tasks, and a `Session` of requests' for each thread. The CPU time is that of the interpreter's process, all its threads.

use crate::clients::{Load, Ours, requests};
use crate::python;
use crate::row::Row;
use crate::server::{Kind, SMALL, Server};

const REQUESTS: usize = 5000;
const LANES: usize = 50;

const HTTP_50_PYTHON: &str = "`http_50` in Python: each step of a request is bytecode and objects there, and the loop's own part, which uvloop has in C, \
     is the smaller half.";

pub(crate) fn row() -> Row {
    let row = Row::new("http_50_python", "µs", HTTP_50_PYTHON).with("ours", |scale| {
        let (path, length) = SMALL;
        let each = scale.of(REQUESTS) / LANES;
        requests::<Ours>(&Server::start(Kind::Http), Load { path, length, lanes: LANES, each })
            / 1000.0
    });
    python::ALL.into_iter().fold(row, |row, name| {
        row.with(name, move |scale| python::requests(name, LANES, scale.of(REQUESTS) / LANES))
    })
}
