//! isahc: curl underneath, with an agent on a thread of its own whose CPU time counts; here by its blocking interface, each lane
//! a thread. Its rustls is one of its own, with aws-lc.
//!
//! It cannot be told not to resume TLS sessions; where that is asked for, each request has a client of its own.

use std::io::Read;

use isahc::HttpClient;
use isahc::config::{Configurable, VersionNegotiation};
use isahc::tls::{TlsConfig, TrustStore};

use super::{Load, requests_on_threads};
use crate::server::Server;

/// The nanoseconds of CPU time for each request.
pub(crate) fn requests(server: &Server, load: Load) -> f64 {
    let client = || {
        let mut builder = HttpClient::builder()
            .version_negotiation(VersionNegotiation::http11())
            .automatic_decompression(false)
            .tcp_nodelay();
        if let Some(pem) = &server.authority {
            let trust = TrustStore::builder().certificate_from_pem(pem).build();
            builder = builder.tls_config(TlsConfig::builder().trust_store(trust).build());
        }
        builder.build().expect("a client")
    };
    let shared = client();
    let url = format!("{}{}", server.url(), load.path);
    requests_on_threads(load, || match server.resumption {
        true => get(&shared, &url),
        false => get(&client(), &url),
    })
}

fn get(client: &HttpClient, url: &str) -> usize {
    let mut response = client.get(url).expect("an answer");
    let mut piece = [0; 16 * 1024];
    let mut length = 0;
    loop {
        match response.body_mut().read(&mut piece).expect("a whole body") {
            0 => return length,
            count => length += count,
        }
    }
}
