//! The cases over TLS: the certificate, the handshake and the end that each of them asks for.

use std::thread;
use std::time::Duration;

use rustls::version::TLS12;
use rustls::{ServerConfig, SupportedProtocolVersion};

use super::play::{Came, Hosts, experience, script};
use super::record::Case;
use crate::certificate::{Authority, Validity};
use crate::peer::Peer;
use crate::run::News;
use crate::server::Server;

pub(crate) async fn play(case: &Case, news: &News) -> Came {
    let authority = Authority::named("trusted");
    let server = server(case, &authority);
    let client = authority.client(|builder| case.configure(builder));
    let host = if case.id() == "tls-good" { "localhost" } else { "127.0.0.1" };
    let url = format!("https://{host}:{}/", server.port());
    experience(case, news, &client, &server, &url).await
}

fn server(case: &Case, authority: &Authority) -> Server {
    let does = case.tls("server").as_str().unwrap_or_default().to_string();
    let old = case.tls("versions") == "TLS 1.0/1.1 only";
    if old || does == "speaks plain HTTP" || does.ends_with("after ClientHello") {
        return Server::new(move |peer| without_tls(peer, &does));
    }
    let plays = script(case, Hosts::default());
    let in_bytes = case.tls("delivery") == "TCP bytes one at a time";
    Server::tls(config(case, authority), move |peer| {
        if in_bytes {
            peer.in_bytes(Duration::ZERO);
        }
        if does == "reads slowly" {
            // Until the client has written as much as fits, and waits.
            thread::sleep(Duration::from_millis(100));
        }
        plays(peer);
    })
}

fn without_tls(peer: &mut Peer, does: &str) {
    if peer.take(1).is_empty() {
        return;
    }
    match does {
        "speaks plain HTTP" => peer.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        "closes after ClientHello" => peer.end_writing(),
        "RST after ClientHello" => peer.reset(),
        // The alert of a server that knows only old versions: protocol_version.
        _ => peer.say([0x15, 3, 1, 0, 2, 2, 70]),
    }
    peer.wait_for_end();
}

fn config(case: &Case, authority: &Authority) -> ServerConfig {
    let versions: &[&'static SupportedProtocolVersion] =
        if case.tls("versions") == "TLS 1.2 only" { &[&TLS12] } else { rustls::ALL_VERSIONS };
    let good = |by: &Authority, host: &str| by.server_with(host, Validity::Good, versions);
    match case.tls("cert").as_str().unwrap_or_default() {
        "ca-signed, SAN=localhost" => good(authority, "localhost"),
        "SAN=other.test" => good(authority, "other.test"),
        "expired" => authority.server_with("127.0.0.1", Validity::Over, versions),
        "signed by a CA not in roots" => good(&Authority::named("other"), "127.0.0.1"),
        "leaf only, intermediate missing" => good(&authority.deputy(), "127.0.0.1"),
        _ if case.tls("server") == "requires a client certificate" => {
            authority.server_that_asks_who("127.0.0.1")
        }
        _ => good(authority, "127.0.0.1"),
    }
}
