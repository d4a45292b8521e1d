//! Gets the URL that it is given and prints the body, with hyper-util's client and hyper-rustls on Tokio.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    _ = ring::default_provider().install_default();
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector);
    let body = Builder::new_current_thread().enable_all().build()?.block_on(async {
        let response = client.get(url.parse()?).await?;
        Ok::<_, Box<dyn Error>>(response.into_body().collect().await?.to_bytes())
    })?;
    print!("{}", String::from_utf8_lossy(&body));
    Ok(())
}
