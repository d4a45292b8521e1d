//! How does one ask without waiting? By trying: each call here does what can be done now, or says that it is too early.
//!
//! The programs of chapters 03 and 05 stand on it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;

/// A connection that is spoken to in lines.
pub(crate) struct Line {
    pub(crate) socket: TcpStream,
    heard: Vec<u8>,
}

impl Line {
    /// Begins to connect.
    pub(crate) fn connect(server: SocketAddr) -> io::Result<Line> {
        Ok(Line { socket: TcpStream::connect(server)?, heard: Vec::new() })
    }

    /// Sends a line. `None`: it is too early.
    pub(crate) fn try_send(&mut self, line: &str) -> io::Result<Option<()>> {
        if_not_too_early(self.socket.write_all(format!("{line}\n").as_bytes()))
    }

    /// Gives the next line that has come. `None`: it is too early.
    pub(crate) fn try_hear(&mut self) -> io::Result<Option<String>> {
        let mut piece = [0; 64];
        while !self.heard.contains(&b'\n') {
            match if_not_too_early(self.socket.read(&mut piece))? {
                None => return Ok(None),
                Some(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Some(n) => self.heard.extend_from_slice(&piece[..n]),
            }
        }
        let end = self.heard.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let line: Vec<u8> = self.heard.drain(..=end).collect();
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_string()))
    }
}

fn if_not_too_early<T>(tried: io::Result<T>) -> io::Result<Option<T>> {
    match tried {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        // The connection is still on its way.
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(None),
        Err(error) => Err(error),
    }
}
