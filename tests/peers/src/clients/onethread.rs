//! This project's client.

use http_client::Client;

use crate::runtimes::Onethread;
use crate::server::Server;

pub(crate) struct Ours {
    client: Client,
    url: String,
}

impl super::Client for Ours {
    type Runtime = Onethread;
    type Lane = (Client, String);

    fn new(server: &Server) -> Ours {
        // Everybody else's pool is unlimited.
        let mut builder = Client::builder().connections(20_000).connections_per_host(20_000);
        if server.authority.is_some() {
            builder = builder.tls_config(server.tls_config());
        }
        Ours { client: builder.build(), url: server.url() }
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
