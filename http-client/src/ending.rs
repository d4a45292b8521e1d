//! Why is a connection not used again? Each one that goes away says so in the trace, in one sentence.
//!
//! A connection always has an answer, the one for the case that it is dropped right now, which depends on what it is doing.
//! Whoever knows better (`reader`, `outgoing`, `pool`) gives it another before that happens.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// The reason for a connection's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// This sentence says it.
    Because(&'static str),
    /// Nobody has wanted it for this long.
    IdleFor(Duration),
    /// Something went wrong on it.
    Failed(String),
}

impl Ending {
    pub(crate) const GIVEN_UP: Ending =
        Ending::Because("the request was given up before its response came");
    pub(crate) const DROPPED: Ending = Ending::Because("the response was dropped before its end");
    pub(crate) const NO_CLIENT: Ending = Ending::Because("the client is gone");
    pub(crate) const CLIENT_CLOSED: Ending = Ending::Because("the client was closed");
    pub(crate) const NONE_KEPT: Ending =
        Ending::Because("the client keeps no idle connections (idle_timeout is zero)");
    pub(crate) const MAKES_ROOM: Ending =
        Ending::Because("it was idle, and another connection needs its place");
    pub(crate) const SERVER_CLOSED: Ending =
        Ending::Because("the server closed it while it was idle");
    pub(crate) const UNASKED: Ending = Ending::Because("bytes came that nobody asked for");
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Ending::Because(sentence) => Cow::Borrowed(*sentence),
            Ending::IdleFor(limit) => format!("it was idle for longer than {limit:?}").into(),
            Ending::Failed(cause) => cause.into(),
        })
    }
}
