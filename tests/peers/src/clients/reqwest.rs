//! reqwest on Tokio: the client most programs use.

use reqwest::Client;

use crate::runtimes::Tokio;
use crate::server::Server;

pub(crate) struct Reqwest {
    client: Client,
    url: String,
}

impl super::Client for Reqwest {
    type Runtime = Tokio;
    type Lane = (Client, String);

    fn new(server: &Server) -> Reqwest {
        let builder = Client::builder().no_proxy();
        // Unless it is told, it reads the authorities that the system trusts.
        let builder = match server.authority {
            Some(_) => builder.tls_backend_preconfigured(server.tls_config()),
            None => builder.tls_certs_only([]),
        };
        Reqwest { client: builder.build().expect("a client"), url: server.url() }
    }

    async fn lane(&self) -> (Client, String) {
        (self.client.clone(), self.url.clone())
    }

    async fn get((client, url): &mut (Client, String), path: &'static str) -> usize {
        let mut response = client.get(format!("{url}{path}")).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        let mut length = 0;
        while let Some(piece) = response.chunk().await.expect("a whole body") {
            length += piece.len();
        }
        length
    }
}
