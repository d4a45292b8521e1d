//! ureq: blocking, so each lane is a thread, which is how it is meant to be used.
//!
//! It cannot be told not to resume TLS sessions; where that is asked for, each request has an agent of its own, which costs it
//! the making of its settings as well.

use std::io::Read;
use std::sync::Arc;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Load, requests_on_threads};
use crate::server::Server;

/// The nanoseconds of CPU time for each request.
pub(crate) fn requests(server: &Server, load: Load) -> f64 {
    let mut roots = RootCerts::new_with_certs(&[]);
    if let Some(pem) = &server.authority {
        let authority = Certificate::from_pem(pem.as_bytes()).expect("a certificate");
        roots = RootCerts::Specific(Arc::new(vec![authority]));
    }
    let config = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .proxy(None)
        .max_idle_connections(load.lanes)
        .max_idle_connections_per_host(load.lanes)
        .build();
    let shared = config.new_agent();
    let url = format!("{}{}", server.url(), load.path);
    requests_on_threads(load, || match server.resumption {
        true => get(&shared, &url),
        false => get(&config.new_agent(), &url),
    })
}

fn get(agent: &Agent, url: &str) -> usize {
    let mut response = agent.get(url).call().expect("an answer");
    let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut piece = [0; 16 * 1024];
    let mut length = 0;
    loop {
        match reader.read(&mut piece).expect("a whole body") {
            0 => return length,
            count => length += count,
        }
    }
}
