//! ureq: blocking, so each lane is a thread, which is how it is meant to be used.

use std::io::Read;
use std::sync::Arc;
use std::thread;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::clock::{cpu, nanos_each};
use crate::server::Server;

/// Gets the path so often on each of so many threads, and gives the nanoseconds of CPU time per request.
pub(crate) fn measure(server: &Server, path: &str, lanes: usize, each: usize) -> f64 {
    let mut roots = RootCerts::new_with_certs(&[]);
    if let Some(pem) = &server.authority {
        let authority = Certificate::from_pem(pem.as_bytes()).expect("a certificate");
        roots = RootCerts::Specific(Arc::new(vec![authority]));
    }
    let agent = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .proxy(None)
        .max_idle_connections(lanes)
        .max_idle_connections_per_host(lanes)
        .build()
        .new_agent();
    let url = format!("{}{path}", server.url());
    let run = |count: usize| {
        thread::scope(|scope| {
            for _ in 0..lanes {
                scope.spawn(|| (0..count).for_each(|_| get(&agent, &url)));
            }
        });
    };
    run(1);
    let start = cpu();
    run(each);
    nanos_each(start, lanes * each)
}

fn get(agent: &Agent, url: &str) {
    let mut response = agent.get(url).call().expect("an answer");
    let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut piece = [0; 16 * 1024];
    while reader.read(&mut piece).expect("a whole body") > 0 {}
}
