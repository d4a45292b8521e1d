//! What does a request cost? On a connection that is kept alive, with one, with fifty and with five hundred at once, with a
//! body of 1 MB and of 100 MB, and the same over TLS; and on a TLS connection that is made for it.
//!
//! Fair because all get the same bytes from the same server, a process of its own whose CPU time does not count; because each
//! has connected before the clock is read; and because all who speak TLS do so with rustls and ring, and trust the same
//! authority. (isahc brings a rustls of its own, with aws-lc.) Nobody decompresses, follows a redirect, or keeps cookies;
//! timeouts are each client's own defaults.
//!
//! In `resume` and `handshake` the server closes each connection after its answer. In `resume` all take up the TLS session they
//! had before, as is their default. In `handshake` the same settings of rustls forbid it, where a client takes such settings;
//! ureq and isahc do not, and make a new client for each request.
//!
//! The rows that count instructions do the work of `http_50`, `https_50` and `https_body_1mb` under callgrind, where only user
//! space counts. ureq's fifty threads would take turns there, so it is left out. Each byte that `rep stosb` sets seems to count as
//! an instruction there, so whoever clears large buffers with it looks worse than the time it takes.

#[cfg(feature = "isahc")]
use crate::clients::isahc;
use crate::clients::{Bare, FLOOR, Hyper, HyperUtil, Load, Ours, Reqwest, requests, ureq};
use crate::counted::Count;
use crate::row::{Alone, Row};
use crate::server::{BIG, CLOSING, Kind, MEGABYTE, SMALL, Server};

const REQUESTS: usize = 10_000;
const BODIES: usize = 300;
const BIG_BODIES: usize = 1;
const CONNECTIONS: usize = 1000;

const HTTP_1: &str = "Three system calls and a sleep for each request, as in `echo_1`; what the client adds is the URL, the pool, the head that \
     is written and the head that is read, and two timers.";

const HTTP_50: &str = "One wait brings several answers, so the client's own work is a larger share than in `http_1`. The floor makes the same \
     calls and nothing else.";

const HTTP_500: &str =
    "As in `http_50`, with more of the pool and of the connections' buffers outside the caches.";

const HTTP_BODY_1MB: &str = "The kernel's copying of a million bytes. How many calls it takes depends on how large the reader's buffer is, and how often \
     the loop sleeps on how fast the server is.";

const HTTP_BODY_100MB: &str =
    "The same a hundred times over, so that neither the head nor the growing of a buffer counts.";

const HTTPS_50: &str = "`http_50`, and a record to seal and one to open for each request: the ciphers, and rustls' buffers around them.";

const HTTPS_BODY_1MB: &str = "Sixty-odd records of 16 KiB, each of which is copied out of the kernel, opened in place and handed on. The cipher and the \
     kernel's copying are nearly all.";

const HTTPS_BODY_100MB: &str = "The same a hundred times over.";

const HANDSHAKE: &str = "A connection, a full handshake of TLS 1.3 and its end for each request: the key exchange and the check of the certificate's \
     signature are nearly all, and are the same library's for all.";

const RESUME: &str = "A connection and a handshake for each request, which the ticket of the session before makes shorter: the key exchange is \
     left, the certificate is not looked at.";

const HTTP_INSTRUCTIONS: &str = "Instructions in user space for each request of `http_50`: the URL, the pool, the head that is written, the head that is \
     read, the timers, and the tasks' polls. The server's answers are alike, as they are anywhere within one second: where \
     a head has another date than the one before on its connection, ours takes 540 more, and 1,700 more where all is different.";

const HTTPS_INSTRUCTIONS: &str = "Instructions in user space for each request of `https_50`; sealing and opening two small records is most of what it has more \
     than `http_instructions`.";

const HTTPS_MB_INSTRUCTIONS: &str = "Instructions in user space for each body of `https_body_1mb`: the cipher, which is the floor, and each time that bytes are \
     copied from one buffer into another.";

type Requests = fn(&Server, Load) -> f64;

/// Who makes requests over TLS, and the nanoseconds of each.
fn all() -> Vec<(&'static str, Requests)> {
    vec![
        ("ours", requests::<Ours>),
        ("reqwest", requests::<Reqwest>),
        ("hyper-util", requests::<HyperUtil>),
        ("ureq", ureq::requests),
        #[cfg(feature = "isahc")]
        ("isahc", isahc::requests),
        (FLOOR, requests::<Bare>),
    ]
}

/// Those, and hyper, which knows nothing of TLS.
fn plain() -> Vec<(&'static str, Requests)> {
    let mut plain = all();
    plain.insert(3, ("hyper", requests::<Hyper>));
    plain
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("http_1", HTTP_1, Kind::Http, SMALL, 1, REQUESTS),
        row("http_50", HTTP_50, Kind::Http, SMALL, 50, REQUESTS),
        row("http_500", HTTP_500, Kind::Http, SMALL, 500, REQUESTS),
        row("http_body_1mb", HTTP_BODY_1MB, Kind::Http, MEGABYTE, 1, BODIES),
        row("http_body_100mb", HTTP_BODY_100MB, Kind::Http, BIG, 1, BIG_BODIES),
        row("https_50", HTTPS_50, Kind::Https, SMALL, 50, REQUESTS),
        row("https_body_1mb", HTTPS_BODY_1MB, Kind::Https, MEGABYTE, 1, BODIES),
        row("https_body_100mb", HTTPS_BODY_100MB, Kind::Https, BIG, 1, BIG_BODIES),
        fresh("handshake", HANDSHAKE, Server::without_resumption),
        fresh("resume", RESUME, |server| server),
    ]
}

pub(crate) fn counted() -> Vec<Row> {
    vec![
        counting("http_instructions", HTTP_INSTRUCTIONS, Kind::Http, SMALL, 50, 500),
        counting("https_instructions", HTTPS_INSTRUCTIONS, Kind::Https, SMALL, 50, 500),
        counting("https_mb_instructions", HTTPS_MB_INSTRUCTIONS, Kind::Https, MEGABYTE, 1, 5),
    ]
}

/// So many requests, or bodies, on connections that are kept alive.
fn row(
    name: &'static str,
    about: &'static str,
    kind: Kind,
    (path, length): (&'static str, usize),
    lanes: usize,
    count: usize,
) -> Row {
    let all = if kind == Kind::Http { plain() } else { all() };
    all.into_iter().fold(Row::new(name, "µs", about), |row, (name, requests)| {
        row.with(name, move |scale| {
            let each = scale.of(count).div_ceil(lanes);
            requests(&Server::start(kind), Load { path, length, lanes, each }) / 1000.0
        })
    })
}

/// A TLS connection for each request.
fn fresh(name: &'static str, about: &'static str, to: fn(Server) -> Server) -> Row {
    let (path, length) = CLOSING;
    all().into_iter().fold(Row::new(name, "µs", about), |row, (name, requests)| {
        row.with(name, move |scale| {
            let load = Load { path, length, lanes: 1, each: scale.of(CONNECTIONS) };
            requests(&to(Server::start(Kind::Https)), load) / 1000.0
        })
    })
}

fn counting(
    name: &'static str,
    about: &'static str,
    kind: Kind,
    (path, length): (&'static str, usize),
    lanes: usize,
    short: usize,
) -> Row {
    let mut all = if kind == Kind::Http { plain() } else { all() };
    all.retain(|(name, _)| *name != "ureq" && *name != "isahc");
    let contenders = all.into_iter().map(|(name, requests)| {
        let alone: Alone = Box::new(move |server, count| {
            _ = requests(server, Load { path, length, lanes, each: count.div_ceil(lanes) });
        });
        (name, alone)
    });
    Row::new(name, "instr", about).counting(Count::Instructions, kind, short, contenders)
}
