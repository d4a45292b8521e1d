//! The server's end of one connection, as a script sees it. Whatever fails means that the client has gone, which is no
//! business of the script's.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

use crate::server::{Asked, Stage};

pub(crate) struct Peer {
    /// Which connection this is, from 0.
    pub(crate) number: usize,
    line: Option<Line>,
    stage: Arc<Stage>,
    unread: Vec<u8>,
    /// The client took something no more.
    gone: bool,
}

enum Line {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, Socket>>),
}

impl Line {
    fn tls(stream: TcpStream, config: &Arc<ServerConfig>) -> Line {
        let session = ServerConnection::new(config.clone()).unwrap();
        let socket = Socket { stream, pause: None };
        Line::Tls(Box::new(StreamOwned::new(session, socket)))
    }
}

/// What is under TLS: it may write its bytes one at a time.
pub(crate) struct Socket {
    stream: TcpStream,
    /// After each byte, if they go one at a time.
    pause: Option<Duration>,
}

impl Read for Socket {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buf)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(pause) = self.pause else { return self.stream.write(bytes) };
        thread::sleep(pause);
        self.stream.write(&bytes[..bytes.len().min(1)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Peer {
    pub(crate) fn new(number: usize, stream: TcpStream, stage: Arc<Stage>) -> Peer {
        stream.set_nodelay(true).unwrap();
        let line = match &stage.tls {
            None => Line::Plain(stream),
            Some(config) => Line::tls(stream, config),
        };
        Peer { number, line: Some(line), stage, unread: Vec::new(), gone: false }
    }

    /// Reads a request whole; `None` if none comes any more. A body in chunks is noted as it came, framing and all, even if
    /// its end is missing.
    pub(crate) fn request(&mut self) -> Option<Asked> {
        let (head, length) = self.read_head()?;
        if head.contains("\r\nTransfer-Encoding: chunked\r\n") {
            let is_over = |body: &[u8]| body == b"0\r\n\r\n" || body.ends_with(b"\r\n0\r\n\r\n");
            while !is_over(&self.unread) && self.read_some().is_some() {}
            let body = std::mem::take(&mut self.unread);
            let whole = is_over(&body);
            return Some(self.note(head, body)).filter(|_| whole);
        }
        while self.unread.len() < length {
            self.read_some()?;
        }
        let body = self.unread.drain(..length).collect();
        Some(self.note(head, body))
    }

    /// Reads a request up to its body, which is left where it is.
    pub(crate) fn head(&mut self) -> Option<Asked> {
        let (head, _) = self.read_head()?;
        Some(self.note(head, Vec::new()))
    }

    /// Reads so much of a body that `head` has left there; less at its end.
    pub(crate) fn take(&mut self, length: usize) -> Vec<u8> {
        while self.unread.len() < length && self.read_some().is_some() {}
        self.unread.drain(..length.min(self.unread.len())).collect()
    }

    /// Waits for the client to close the connection.
    pub(crate) fn wait_for_end(&mut self) {
        while self.read_some().is_some() {
            self.unread.clear();
        }
    }

    /// Takes what comes next, whatever it is; `None` if nothing comes any more.
    fn read_some(&mut self) -> Option<()> {
        let mut piece = [0; 64 * 1024];
        let length = match self.line.as_mut()? {
            Line::Plain(stream) => stream.read(&mut piece),
            Line::Tls(stream) => stream.read(&mut piece),
        };
        let length = length.ok().filter(|length| *length > 0)?;
        self.unread.extend_from_slice(&piece[..length]);
        Some(())
    }

    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) {
        let said = match &mut self.line {
            Some(Line::Plain(stream)) => stream.write_all(bytes.as_ref()),
            Some(Line::Tls(stream)) => {
                stream.write_all(bytes.as_ref()).and_then(|()| stream.flush())
            }
            None => Ok(()),
        };
        self.gone |= said.is_err();
    }

    /// Whether the client takes what is said.
    pub(crate) fn is_there(&self) -> bool {
        !self.gone
    }

    /// Says it in pieces so small that the client must put them together, `pause` apart.
    pub(crate) fn drip(&mut self, bytes: impl AsRef<[u8]>, pause: Duration) {
        for byte in bytes.as_ref() {
            self.say([*byte]);
            thread::sleep(pause);
        }
    }

    /// Says nothing any more, but listens.
    pub(crate) fn end_writing(&mut self) {
        let _ = self.stream().map(|stream| stream.shutdown(Shutdown::Write));
    }

    pub(crate) fn close(&mut self) {
        self.stage.forget(self.number);
        self.line = None;
    }

    /// Closes the connection with RST instead of FIN.
    pub(crate) fn reset(&mut self) {
        let _ = self.stream().map(|stream| SockRef::from(stream).set_linger(Some(Duration::ZERO)));
        self.close();
    }

    /// From here, TLS is spoken, with whoever is at the other end by now.
    pub(crate) fn begin_tls(&mut self, config: &Arc<ServerConfig>) {
        assert!(self.unread.is_empty(), "it has not waited for the answer");
        self.line = self.line.take().map(|line| match line {
            Line::Plain(stream) => Line::tls(stream, config),
            tls @ Line::Tls(_) => tls,
        });
    }

    /// TLS: says that nothing follows.
    pub(crate) fn close_notify(&mut self) {
        if let Some(Line::Tls(stream)) = &mut self.line {
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }

    /// TLS: sends a message that is TLS's own business.
    pub(crate) fn update_keys(&mut self) {
        if let Some(Line::Tls(stream)) = &mut self.line {
            stream.conn.refresh_traffic_keys().unwrap();
            let _ = stream.flush();
        }
    }

    /// TLS: the socket under it, and the session.
    pub(crate) fn parts(&mut self) -> Option<(&mut ServerConnection, &mut Socket)> {
        match self.line.as_mut()? {
            Line::Plain(_) => None,
            Line::Tls(stream) => Some((&mut stream.conn, &mut stream.sock)),
        }
    }

    /// TLS: from here, what goes over the socket goes byte by byte.
    pub(crate) fn in_bytes(&mut self, pause: Duration) {
        if let Some((_, socket)) = self.parts() {
            socket.pause = Some(pause);
        }
    }

    /// Waits until the test gives the cue.
    pub(crate) fn wait_for_cue(&self) {
        self.stage.wait_for_cue();
    }

    /// Tells the test that the script has come so far.
    pub(crate) fn mark(&self) {
        self.stage.mark();
    }

    fn stream(&self) -> Option<&TcpStream> {
        Some(match self.line.as_ref()? {
            Line::Plain(stream) => stream,
            Line::Tls(stream) => &stream.get_ref().stream,
        })
    }

    fn read_head(&mut self) -> Option<(String, usize)> {
        let end = loop {
            match self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.read_some()?,
            };
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        Some((head, length))
    }

    fn note(&self, head: String, body: Vec<u8>) -> Asked {
        let asked = Asked { connection: self.number, head, body };
        self.stage.note(asked.clone());
        asked
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.close();
    }
}
