//! Gets the URL that it is given and prints the body, with reqwest on Tokio.

use reqwest::Client;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    _ = ring::default_provider().install_default();
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let client = Client::builder().tls_backend_preconfigured(tls).build()?;
    let body = Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async { client.get(&url).send().await?.text().await })?;
    print!("{body}");
    Ok(())
}
