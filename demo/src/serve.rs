//! How does one look at the embedded server alone? `demo serve` runs it until it is interrupted.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;
use runtime::Runtime;

use crate::server::{self, Server};
use crate::stop::Stop;

/// What `demo serve` can be told.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The port to listen on; 0 lets the system choose one.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub address: IpAddr,

    /// Speak TLS, with a certificate of an authority that is made now.
    #[arg(long)]
    pub tls: bool,
}

/// Runs the command, until the process is told to end (Ctrl-C).
///
/// # Errors
/// If the address cannot be listened on.
pub fn run(options: &Options) -> Result<(), Stop> {
    let address = SocketAddr::new(options.address, options.port);
    let server = Server::start(server::Options { address, tls: options.tls })
        .map_err(|error| Stop::Failed(format!("{error} (--port 0 takes any free port)")))?;
    let authority = server.authority_pem().map(save).transpose()?;

    let (mut out, url) = (anstream::stdout(), server.url());
    writeln!(out, "Serving {url}, on one thread; {url}/ lists what can be asked for.")?;
    let mut trust = String::new();
    if let Some(file) = &authority {
        let file = file.path().display();
        writeln!(out, "The authority to trust is in {file} (until the server ends).")?;
        trust = format!(" --ca {file}");
    }
    writeln!(out, "Try: cargo run -- get {url}/get{trust}\nEnd it with Ctrl-C.")?;
    out.flush()?;
    wait_for_the_end()
}

fn save(pem: &str) -> Result<tempfile::NamedTempFile, Stop> {
    let save = || {
        let mut file =
            tempfile::Builder::new().prefix("onethread-ca-").suffix(".pem").tempfile()?;
        file.write_all(pem.as_bytes())?;
        Ok(file)
    };
    save().map_err(|error: std::io::Error| Stop::Failed(format!("cannot save the CA: {error}")))
}

/// Waits for SIGINT or SIGTERM. The signal's handler writes a byte into a socket, so it is one more event of the reactor.
#[cfg(unix)]
fn wait_for_the_end() -> Result<(), Stop> {
    use runtime::io::AsyncReadExt;
    use runtime::net::UnixStream;
    use signal_hook::consts::{SIGINT, SIGTERM};

    let wait = || {
        let (ours, handlers) = std::os::unix::net::UnixStream::pair()?;
        signal_hook::low_level::pipe::register(SIGINT, handlers.try_clone()?)?;
        signal_hook::low_level::pipe::register(SIGTERM, handlers)?;
        Runtime::new()?.block_on(async {
            let mut byte = [0];
            UnixStream::from_std(ours)?.read(&mut byte).await.map(drop)
        })
    };
    wait().map_err(|error: std::io::Error| {
        Stop::Failed(format!("cannot wait for a signal to end: {error}"))
    })
}

/// Elsewhere the system ends the process.
#[cfg(not(unix))]
fn wait_for_the_end() -> Result<(), Stop> {
    match Runtime::new() {
        Ok(rt) => rt.block_on(std::future::pending()),
        Err(error) => Err(Stop::Failed(format!("cannot build a runtime: {error}"))),
    }
}
