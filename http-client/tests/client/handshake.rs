//! TLS: who is trusted, and how a handshake can go wrong. The server is rustls' own blocking one, on a thread.

use std::io::Write;
use std::time::Duration;

use http_client::{Client, Error, Kind, Phase};
use rustls::version::{TLS12, TLS13};

use crate::certificate::{Authority, Validity};
use crate::peer::Peer;
use crate::run::{error_of, get, run};
use crate::server::{Server, echo};

fn echoes(peer: &mut Peer) {
    while let Some(asked) = peer.request() {
        peer.say(echo(&asked));
    }
}

#[test]
fn a_server_with_a_trusted_certificate_is_talked_to() {
    let authority = Authority::new();
    for version in [&TLS12, &TLS13] {
        for host in ["127.0.0.1", "localhost"] {
            let config = authority.server_with(host, Validity::Good, &[version]);
            let server = Server::tls(config, echoes);
            let client = authority.client(|builder| builder);
            run(async {
                for path in ["/a", "/b"] {
                    let url = format!("https://{host}:{}{path}", server.port());
                    assert_eq!(get(&client, &url).await.unwrap(), path);
                }
            });
            assert_eq!(server.connections(), 1);
        }
    }
}

fn is_not_trusted(client: &Client, server: &Server, host: &str) -> String {
    let url = format!("https://{host}:{}/", server.port());
    let error = error_of(run(get(client, &url)));
    assert_eq!((error.kind(), error.phase()), (Kind::Tls, Phase::Handshake), "{error}");
    assert_eq!(server.asked().len(), 0, "a secret could have been in the request");
    error.cause().to_string()
}

#[test]
fn a_certificate_from_somebody_else_is_not_trusted() {
    let server = Server::tls(Authority::named("one").server("127.0.0.1"), echoes);
    for client in [Client::new(), Authority::named("other").client(|builder| builder)] {
        let cause = is_not_trusted(&client, &server, "127.0.0.1");
        let why = "the server's certificate is not trusted: unknown issuer";
        let way_out = "(to trust it, give its CA as `ca_file`; if that is done, the server leaves out certificates between \
                       the two)";
        assert_eq!(cause, format!("{why} {way_out}"));
    }
    // An authority of the same name, as when it was made anew.
    let client = Authority::named("one").client(|builder| builder);
    let cause = is_not_trusted(&client, &server, "127.0.0.1");
    let why = "the server's certificate is not trusted: it names an authority that did not sign it";
    let way_out = "(to trust it, give its CA as `ca_file`)";
    assert_eq!(cause, format!("{why} {way_out}"));
}

#[test]
fn a_certificate_for_another_host_is_not_trusted() {
    let authority = Authority::new();
    let client = authority.client(|builder| builder);
    for name in ["other.test", "127.0.0.2"] {
        let server = Server::tls(authority.server(name), echoes);
        for host in ["127.0.0.1", "localhost"] {
            let why = "the server's certificate is for another host: name mismatch";
            let whole = format!("{why}, {host} is not among {name}");
            assert_eq!(is_not_trusted(&client, &server, host), whole);
        }
    }
}

/// What comes of a handshake with a server that does this on the bare socket.
fn handshake_with(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Error {
    let server = Server::new(script);
    let client = Client::builder().connect_timeout(Duration::from_secs(30)).build();
    let error = error_of(run(get(&client, &format!("https://{}/", server.authority()))));
    assert_eq!(error.phase(), Phase::Handshake, "{error}");
    error
}

#[test]
fn a_handshake_can_go_wrong_in_many_ways() {
    let error = handshake_with(|peer| {
        peer.take(1);
    });
    assert_eq!(error.kind(), Kind::Tls);

    let error = handshake_with(|peer| {
        peer.take(1);
        peer.end_writing();
        peer.wait_for_end();
    });
    assert_eq!(error.kind(), Kind::Tls);
    assert_eq!(error.cause(), "the connection was closed in the middle of the handshake");

    let error = handshake_with(|peer| {
        peer.take(1);
        peer.reset();
    });
    assert_eq!(error.kind(), Kind::Tls);
}

#[test]
fn a_handshake_cut_off_anywhere_is_an_error() {
    let authority = Authority::new();
    let config = authority.server("127.0.0.1");
    for twelfths in 0..12 {
        let server = Server::tls(config.clone(), move |peer| {
            let Some((session, socket)) = peer.parts() else { return };
            let _ = session.read_tls(socket);
            session.process_new_packets().unwrap();
            let mut flight = Vec::new();
            while session.wants_write() {
                session.write_tls(&mut flight).unwrap();
            }
            let _ = socket.write_all(&flight[..flight.len() * twelfths / 12]);
            peer.end_writing();
        });
        let client = authority.client(|builder| builder);
        let error = error_of(run(get(&client, &server.url("/"))));
        assert_eq!((error.kind(), error.phase()), (Kind::Tls, Phase::Handshake), "{error}");
    }
}
