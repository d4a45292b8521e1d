//! A server that plays a script on each connection, in threads of its own: so it depends on nothing that it tests.

use std::collections::HashMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

use rustls::ServerConfig;

use crate::peer::Peer;

/// Dropping it ends its connections and threads; a script that panicked makes the test fail.
pub(crate) struct Server {
    address: SocketAddr,
    stage: Arc<Stage>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the test and the scripts have in common.
#[derive(Default)]
pub(crate) struct Stage {
    pub(crate) tls: Option<Arc<ServerConfig>>,
    connections: AtomicUsize,
    marks: AtomicUsize,
    asked: Mutex<Vec<Asked>>,
    cues: Mutex<usize>,
    cue: Condvar,
    over: AtomicBool,
    streams: Mutex<HashMap<usize, TcpStream>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// On which connection, from 0.
    pub(crate) connection: usize,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) fn new(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Server {
        Server::start(None, script)
    }

    pub(crate) fn tls(
        config: ServerConfig,
        script: impl Fn(&mut Peer) + Send + Sync + 'static,
    ) -> Server {
        Server::start(Some(config.into()), script)
    }

    /// A server that gives every request on every connection the same answer.
    pub(crate) fn answering(answer: impl Into<String>) -> Server {
        let answer = answer.into();
        Server::new(move |peer| {
            while peer.request().is_some() {
                peer.say(&answer);
            }
        })
    }

    /// A server whose answers say what was asked for, so that nobody can get another's answer unnoticed.
    pub(crate) fn echoing() -> Server {
        Server::new(|peer| {
            while let Some(asked) = peer.request() {
                peer.say(echo(&asked));
            }
        })
    }

    fn start(
        tls: Option<Arc<ServerConfig>>,
        script: impl Fn(&mut Peer) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stage = Arc::new(Stage { tls, ..Stage::default() });
        let acceptor = thread::spawn({
            let stage = stage.clone();
            move || accept(&listener, &stage, &Arc::new(script))
        });
        Server { address, stage, acceptor: Some(acceptor) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let scheme = if self.stage.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.authority())
    }

    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.stage.connections.load(Ordering::SeqCst)
    }

    /// What was asked, in the order in which it came.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.stage.asked.lock().unwrap().clone()
    }

    /// The requests' first lines without the version, each with its connection.
    pub(crate) fn lines(&self) -> Vec<(usize, String)> {
        let line = |asked: Asked| (asked.connection, asked.line().replace(" HTTP/1.1", ""));
        self.asked().into_iter().map(line).collect()
    }

    /// Lets one script go on that waits for its cue.
    pub(crate) fn cue(&self) {
        *self.stage.cues.lock().unwrap() += 1;
        self.stage.cue.notify_all();
    }

    /// How often scripts have made a mark.
    pub(crate) fn marks(&self) -> usize {
        self.stage.marks.load(Ordering::SeqCst)
    }
}

impl Stage {
    pub(crate) fn note(&self, asked: Asked) {
        self.asked.lock().unwrap().push(asked);
    }

    pub(crate) fn mark(&self) {
        self.marks.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn wait_for_cue(&self) {
        let waits = |cues: &mut usize| *cues == 0 && !self.over.load(Ordering::SeqCst);
        let mut cues = self.cue.wait_while(self.cues.lock().unwrap(), waits).unwrap();
        *cues = cues.saturating_sub(1);
    }

    /// The server's own handle of a connection, which must go before the connection can be closed.
    pub(crate) fn forget(&self, number: usize) {
        self.streams.lock().unwrap().remove(&number);
    }

    fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        let _cues = self.cues.lock().unwrap();
        self.cue.notify_all();
    }
}

fn accept<S>(listener: &TcpListener, stage: &Arc<Stage>, script: &Arc<S>)
where
    S: Fn(&mut Peer) + Send + Sync + 'static,
{
    let mut players = Vec::new();
    loop {
        let (stream, _) = listener.accept().unwrap();
        if stage.over.load(Ordering::SeqCst) {
            break;
        }
        let number = stage.connections.fetch_add(1, Ordering::SeqCst);
        stage.streams.lock().unwrap().insert(number, stream.try_clone().unwrap());
        let (stage, script) = (stage.clone(), script.clone());
        players.push(thread::spawn(move || script(&mut Peer::new(number, stream, stage))));
    }
    for stream in stage.streams.lock().unwrap().values() {
        let _ = stream.shutdown(Shutdown::Both);
    }
    let ends: Vec<_> = players.into_iter().map(JoinHandle::join).collect();
    assert!(ends.iter().all(Result::is_ok), "a script has panicked");
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stage.end();
        // So that the acceptor looks.
        let _ = TcpStream::connect(self.address);
        let ended = self.acceptor.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking(), "the server has panicked, see above");
    }
}

impl Asked {
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The path and query.
    pub(crate) fn target(&self) -> &str {
        self.line().split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.line().split(' ').next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

/// The answer that says what was asked for.
pub(crate) fn echo(asked: &Asked) -> String {
    let target = asked.target();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{target}", target.len())
}
