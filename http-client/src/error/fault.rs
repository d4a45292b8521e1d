//! What has gone wrong, before it is known in which request? A fault: it is handed up until somebody knows, which makes it an
//! `Error`.
//!
//! Whatever can fail in this client gives one, from a line of a head to a handshake.

use std::io;
use std::ops::{Deref, DerefMut};
#[cfg(unix)]
use std::path::Path;

use super::{Error, Inner, Kind, Phase, one_line};

/// A failure that does not know yet which request it belongs to. It is one word, for what may fail is handed from future to
/// future, and in each of them costs as much as the larger of its two outcomes.
#[derive(Debug)]
pub(crate) struct Fault(Box<Facts>);

#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) kind: Kind,
    pub(crate) cause: String,
    pub(crate) source: Option<io::Error>,
    /// Of a response that is taken for an error.
    pub(crate) status: Option<u16>,
}

impl Fault {
    #[cold]
    pub(crate) fn new(kind: Kind, cause: impl Into<String>) -> Fault {
        Fault(Box::new(Facts { kind, cause: cause.into(), source: None, status: None }))
    }

    #[cold]
    pub(crate) fn io(kind: Kind, error: io::Error) -> Fault {
        let mut fault = Fault::new(kind, plainly(&error));
        fault.source = Some(error);
        fault
    }

    /// The same, but of another kind.
    pub(crate) fn of(mut self, kind: Kind) -> Fault {
        self.kind = kind;
        self
    }

    /// The same with another cause, made of the one that it has.
    pub(crate) fn because(mut self, cause: impl FnOnce(&str) -> String) -> Fault {
        self.cause = cause(&self.cause);
        self
    }

    /// There is no connection.
    pub(crate) fn connect(error: io::Error) -> Fault {
        let mut fault = Fault::io(Kind::Connect, error);
        if fault.source.as_ref().is_some_and(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
            fault.cause.push_str(": is the server running, and on this port?");
        }
        fault
    }

    /// There is no connection to a Unix socket.
    #[cfg(unix)]
    pub(crate) fn at_path(path: &Path, error: io::Error) -> Fault {
        let mut cause = format!("{}: {}", path.display(), plainly(&error));
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
                cause.push_str(": is the server running, and on this socket?");
            }
            io::ErrorKind::WouldBlock => {
                cause.push_str(": too many wait for the server already, so try again later");
            }
            _ => {}
        }
        Fault::io(Kind::Connect, error).because(|_| cause)
    }

    /// The same once more, for who asks again; the system's own error was given the first time.
    pub(crate) fn again(&self) -> Fault {
        Fault::new(self.kind, self.cause.as_str())
    }

    /// The same for users of a stream, who know nothing of requests.
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match self.kind {
            Kind::Truncated => io::ErrorKind::UnexpectedEof,
            Kind::Tls => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        };
        let Facts { cause, source, .. } = *self.0;
        source.unwrap_or_else(|| io::Error::new(kind, cause))
    }

    /// The error of this request, which has come so far.
    pub(crate) fn at(self, phase: Phase, request: &str) -> Error {
        let Facts { kind, cause, source, status } = *self.0;
        let (request, cause) = (one_line(request), one_line(&cause));
        Error { inner: Box::new(Inner { kind, phase, request, cause, source, status }) }
    }
}

impl Deref for Fault {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl DerefMut for Fault {
    fn deref_mut(&mut self) -> &mut Facts {
        &mut self.0
    }
}

/// The system's text without its numbers: `connection refused` rather than `Connection refused (os error 111)`.
pub(crate) fn plainly(error: &io::Error) -> String {
    let mut text = error.to_string();
    while let Some(begin) = text.find(" (os error ")
        && let Some(length) = text[begin..].find(')')
    {
        text.replace_range(begin..=begin + length, "");
    }
    let mut letters = text.chars();
    match (error.raw_os_error(), letters.next()) {
        (Some(_), Some(first)) => first.to_lowercase().chain(letters).collect(),
        _ => text,
    }
}
