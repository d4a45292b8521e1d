//! Why does a command end before its work is done? With a message for people and an exit code for scripts.

use std::io::{self, Write};
use std::process::ExitCode;

/// The end of a command that did not do all it was asked for.
#[derive(Debug)]
pub enum Stop {
    /// It was asked for something that cannot be: exit code 2.
    Usage(String),
    /// It tried and did not succeed: exit code 1.
    Failed(String),
    /// The same, but the output says it already.
    Told,
    /// Nobody reads the output any more, as in `demo gather | head -1`: that is fine.
    Unheard,
}

impl Stop {
    /// Says what there is to say, on standard error, and gives the exit code.
    pub fn report(self) -> ExitCode {
        match self {
            Stop::Usage(why) => {
                complain(&why);
                ExitCode::from(2)
            }
            Stop::Failed(why) => {
                complain(&why);
                ExitCode::FAILURE
            }
            Stop::Told => ExitCode::FAILURE,
            Stop::Unheard => ExitCode::SUCCESS,
        }
    }
}

/// One line on standard error. If that is gone, there is nobody left to tell.
pub fn complain(what: &str) {
    let _ = writeln!(anstream::stderr(), "demo: {what}");
}

/// For `?` on what is written to standard output.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Stop::Unheard
        } else {
            Stop::Failed(format!("cannot write the output: {error}"))
        }
    }
}

impl From<http_client::Error> for Stop {
    fn from(error: http_client::Error) -> Stop {
        match error.kind() {
            // The request as it was asked for cannot be sent at all.
            http_client::Kind::Url | http_client::Kind::InvalidRequest => {
                Stop::Usage(error.to_string())
            }
            _ => Stop::Failed(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_went_away_is_no_failure_and_a_full_disk_is() {
        let gone = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(matches!(Stop::from(gone), Stop::Unheard));
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(Stop::from(full), Stop::Failed(why) if why.contains("output")));
    }
}
