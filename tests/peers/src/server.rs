//! Who is at the other end? A server in a process of its own: this program once more.
//!
//! So its CPU time is not counted, and its descriptors are not the client's. It is on this project's runtime, for all.

mod http;

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use clap::ValueEnum;
use http_client::tls::{Identity, TlsStream};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::{Runtime, spawn};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

pub(crate) use http::{BIG, CLOSING, SMALL};

/// What it does.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Sends back what it reads.
    Echo,
    /// Answers requests.
    Http,
    /// The same over TLS.
    Https,
}

/// A server that runs; it ends when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Whom to trust, as PEM, if it speaks TLS.
    pub(crate) authority: Option<String>,
    process: Child,
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
        Server { address, authority: (kind == Kind::Https).then_some(pem), process }
    }

    /// `http://127.0.0.1:PORT`, or `https` if it speaks TLS.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// For clients that want to be told by rustls' own types whom to trust.
    pub(crate) fn tls_config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        for pem in self.authority.iter() {
            let certificate =
                CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
            roots.add(certificate).expect("an authority");
        }
        ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        _ = self.process.kill();
        _ = self.process.wait();
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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
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
                Kind::Echo => echo(stream).await,
                Kind::Http => http::answer(stream).await,
                Kind::Https => http::answer(TlsStream::accept(stream, &identity).await?).await,
            }
        }));
    }
}

async fn echo(mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            count => stream.write_all(&buffer[..count]).await?,
        }
    }
}
