//! Who is at the other end? A server in a process of its own: this program once more.
//!
//! So its CPU time is not counted, and its descriptors are not the client's. It is on this project's runtime, for all.

mod http;

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use http_client::tls::{Identity, TlsStream};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::time::sleep;
use runtime::{Runtime, spawn};
use rustls::client::Resumption;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use socket2::{Domain, Socket, Type};

pub(crate) use http::{BIG, CLOSING, MEGABYTE, SLOW, SMALL};

/// How many clients may wait until they are accepted: what Linux allows at most unless it is told otherwise.
const BACKLOG: i32 = 4096;

/// What it does.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Sends back what it reads.
    Echo,
    /// The same, two milliseconds later.
    LateEcho,
    /// Answers requests.
    Http,
    /// The same over TLS.
    Https,
}

/// A server that runs; if this has started it, it ends when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Whom to trust, as PEM, if it speaks TLS.
    pub(crate) authority: Option<String>,
    /// Whether clients are to take up a TLS session that they had before.
    pub(crate) resumption: bool,
    process: Option<Child>,
}

impl Server {
    /// Starts one on a free port of its own.
    pub(crate) fn start(kind: Kind) -> Server {
        let program = std::env::current_exe().expect("the path of this program");
        let name = kind.to_possible_value().expect("a kind that can be named");
        let mut process = Command::new(program)
            .args(["--serve", name.get_name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program, once more");
        let out = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut lines = out.lines().map(|line| line.expect("a server that says where it is"));
        let address = lines.next().unwrap_or_default().parse().expect("an address");
        // Up to an empty line, for the server goes on.
        let pem: String =
            lines.take_while(|line| !line.is_empty()).map(|line| line + "\n").collect();
        let authority = (kind == Kind::Https).then_some(pem);
        Server { address, authority, resumption: true, process: Some(process) }
    }

    /// One that another process has started.
    pub(crate) fn at(address: SocketAddr, authority: Option<String>) -> Server {
        Server { address, authority, resumption: true, process: None }
    }

    /// Each TLS connection is to be a session of its own.
    pub(crate) fn without_resumption(mut self) -> Server {
        self.resumption = false;
        self
    }

    /// `http://127.0.0.1:PORT`, or `https` if it speaks TLS.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// For clients that are told by rustls' own types whom to trust.
    pub(crate) fn tls_config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        for pem in self.authority.iter() {
            let certificate =
                CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
            roots.add(certificate).expect("an authority");
        }
        let mut config =
            ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        if !self.resumption {
            config.resumption = Resumption::disabled();
        }
        config
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // It may have ended by itself; there is nothing left to do then.
            _ = process.kill();
            _ = process.wait();
        }
    }
}

/// The other process: says where it is, and serves until whoever started it goes away.
pub(crate) fn serve(kind: Kind) -> std::io::Result<()> {
    // The pipe from the parent ends with the parent, however that ends.
    std::thread::spawn(|| {
        _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    Runtime::new()?.block_on(accept(kind))
}

async fn accept(kind: Kind) -> std::io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from_std(socket.into())?;
    let names = [Ipv4Addr::LOCALHOST.to_string()];
    let issued = generate_simple_self_signed(names).map_err(std::io::Error::other)?;
    let CertifiedKey { cert, signing_key } = issued;
    let identity = Identity::from_pem(&cert.pem(), &signing_key.serialize_pem());
    let identity = Arc::new(identity.map_err(std::io::Error::other)?);
    let mut out = std::io::stdout();
    writeln!(out, "{}\n{}\n", listener.local_addr()?, cert.pem().trim())?;
    out.flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let identity = identity.clone();
        // A client that leaves early is the client's business.
        drop(spawn(async move {
            match kind {
                Kind::Echo => echo(stream, None).await,
                Kind::LateEcho => echo(stream, Some(Duration::from_millis(2))).await,
                Kind::Http => http::answer(stream).await,
                Kind::Https => http::answer(TlsStream::accept(stream, &identity).await?).await,
            }
        }));
    }
}

async fn echo(mut stream: TcpStream, late: Option<Duration>) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            count => {
                if let Some(late) = late {
                    sleep(late).await;
                }
                stream.write_all(&buffer[..count]).await?;
            }
        }
    }
}
