//! hyper-util's client on Tokio: a pool around hyper, what reqwest is built on.

use bytes::Bytes;
use http_body_util::Empty;
use hyper::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::hyper::length;
use crate::runtimes::Tokio;
use crate::server::Server;

type Pool = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

pub(crate) struct HyperUtil {
    client: Pool,
    url: String,
}

impl super::Client for HyperUtil {
    type Runtime = Tokio;
    type Lane = (Pool, String);

    fn new(server: &Server) -> HyperUtil {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(server.tls_config())
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        HyperUtil { client, url: server.url() }
    }

    async fn lane(&self) -> (Pool, String) {
        (self.client.clone(), self.url.clone())
    }

    async fn get((client, url): &mut (Pool, String), path: &'static str) -> usize {
        let uri: Uri = format!("{url}{path}").parse().expect("a URL");
        let response = client.get(uri).await.expect("an answer");
        assert_eq!(response.status(), 200);
        length(response.into_body()).await
    }
}
