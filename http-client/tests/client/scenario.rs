//! What does a client say about a server that badssl.com would show? One sentence for each, with what to do about it.
//!
//! `handshake` and `timeout` have the handshakes that are cut off or stall, `tls` has the endings.

use http_client::{Client, ClientBuilder, Kind, Phase};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa};
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, ServerConfig};

use crate::certificate::{Authority, Validity, self_signed};
use crate::peer::Peer;
use crate::run::{Notes, error_of, get, run};
use crate::server::{Server, echo};

fn tls(config: ServerConfig) -> Server {
    Server::tls(config, |peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
        }
    })
}

/// A server that answers the client's first message with these bytes, in the clear.
fn raw(says: &'static [u8]) -> Server {
    Server::new(move |peer: &mut Peer| {
        peer.take(1);
        peer.say(says);
        peer.wait_for_end();
    })
}

/// What a server says that knows no version but this one, 1 for TLS 1.0 and 2 for TLS 1.1, and does not look at the client's:
/// a ServerHello with TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA.
fn old_hello(version: u8) -> &'static [u8] {
    let mut hello = vec![0x16, 3, version, 0, 42, 2, 0, 0, 38, 3, version];
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x13, 0]);
    hello.leak()
}

#[test]
fn each_scenario_is_told_in_one_sentence() {
    let authority = Authority::new();
    let dated = |validity| authority.server_with("h.test", validity, rustls::ALL_VERSIONS);
    let changed = |change: fn(&mut CertificateParams)| authority.server_changed("h.test", change);
    let untrusted = "the server's certificate is not trusted: unknown issuer (to trust it, give its CA as `ca_file`; if \
                     that is done, the server leaves out certificates between the two)";
    let alert = "the other side broke it off with the TLS alert";
    let old =
        "the server speaks only TLS 1.1 or older, which is not safe: it must speak TLS 1.2 or 1.3";
    let no_tls = "the other side does not speak TLS on this port: invalid message (received corrupt message of type \
                  InvalidContentType); is it http://, or another port?";
    let scenarios: Vec<(&str, Server, String)> = vec![
        (
            "expired",
            tls(dated(Validity::Over)),
            "the server's certificate expired # days ago: the server needs a new one, unless this machine's clock is wrong"
                .into(),
        ),
        (
            "not yet valid",
            tls(dated(Validity::NotYet)),
            "the server's certificate is not valid yet, but in # days: is this machine's clock right?".into(),
        ),
        (
            "wrong host",
            tls(authority.server("other.test")),
            "the server's certificate is for another host: name mismatch, h.test is not among other.test".into(),
        ),
        ("self-signed", tls(self_signed("h.test")), untrusted.into()),
        ("untrusted root", tls(Authority::named("another").server("h.test")), untrusted.into()),
        ("incomplete chain", tls(authority.deputy().server("h.test")), untrusted.into()),
        (
            "no SAN, only a common name",
            tls(changed(|params| {
                params.subject_alt_names.clear();
                params.distinguished_name.push(DnType::CommonName, "h.test");
            })),
            "the server's certificate has no host in it, and a common name does not count: it must be made anew, with the \
             host as subject alternative name"
                .into(),
        ),
        (
            "a CA's own certificate",
            tls(changed(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained))),
            "the server's certificate is a CA's own: it may sign one for the server, but not be it".into(),
        ),
        (
            "a certificate for clients",
            tls(changed(|params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            })),
            "the server's certificate is not valid: certificate does not allow extended key usage for server \
             authentication, allows client authentication"
                .into(),
        ),
        ("TLS 1.0 alone", raw(old_hello(1)), old.into()),
        ("TLS 1.1 alone", raw(old_hello(2)), old.into()),
        (
            "old TLS alone, told by an alert",
            raw(&[0x15, 3, 1, 0, 2, 2, 70]),
            format!("{alert} ProtocolVersion: it speaks neither TLS 1.2 nor 1.3"),
        ),
        (
            "no cipher in common",
            raw(&[0x15, 3, 3, 0, 2, 2, 40]),
            format!(
                "{alert} HandshakeFailure: it shares no cipher with this client, or wants something else from it"
            ),
        ),
        (
            "a host that is not known there",
            raw(&[0x15, 3, 3, 0, 2, 2, 112]),
            format!("{alert} UnrecognisedName: it does not know the host"),
        ),
        (
            "no protocol in common",
            raw(&[0x15, 3, 3, 0, 2, 2, 120]),
            format!("{alert} NoApplicationProtocol: it does not speak HTTP/1.1 here"),
        ),
        ("plain HTTP on the TLS port", raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), no_tls.into()),
        ("SSH on the TLS port", raw(b"SSH-2.0-OpenSSH_9.6\r\n"), no_tls.into()),
    ];
    for (scenario, server, sentence) in &scenarios {
        let client = authority.client(|builder| builder.resolve("h.test", server.address()));
        let error = error_of(run(get(&client, "https://h.test/")));
        println!("{scenario}: {error}");
        assert_eq!((error.kind(), error.phase()), (Kind::Tls, Phase::Handshake), "{scenario}");
        assert_eq!(&without_numbers(error.cause()), sentence, "{scenario}");
        assert_eq!(server.asked().len(), 0, "{scenario}: a secret could have been in the request");
    }
}

/// With `#` for each number, for what is counted from today.
fn without_numbers(sentence: &str) -> String {
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let words = sentence.split(' ').map(|word| if is_number(&word) { "#" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_server_that_demands_a_certificate_of_the_client_gets_one_or_says_so() {
    let authority = Authority::new();
    // In TLS 1.3 a client may be done before the server has looked at what it said.
    for (version, phase) in [(&TLS12, Phase::Handshake), (&TLS13, Phase::Head)] {
        let server = tls(authority.server_that_asks_who("h.test"));
        let with = |builder: ClientBuilder| builder.resolve("h.test", server.address()).build();
        let config =
            |identity| with(Client::builder().tls_config(authority.config(version, identity)));
        let error = error_of(run(get(&config(false), "https://h.test/")));
        println!("a client certificate is demanded: {error}");
        assert_eq!((error.kind(), error.phase()), (Kind::Tls, phase));
        let alert = "the other side broke it off with the TLS alert CertificateRequired";
        let help = "it wants a certificate of the client, which `tls_config` can give it";
        assert_eq!(error.cause(), format!("{alert}: {help}"));
        assert_eq!(run(get(&config(true), "https://h.test/a")).unwrap(), "/a");
    }
}

#[test]
fn a_server_that_chooses_another_protocol_is_not_talked_to() {
    let authority = Authority::new();
    let mut speaks_both = authority.server("h.test");
    speaks_both.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let server = tls(speaks_both);
    let client = |protocols: &[&str]| {
        let mut config = authority.config(&TLS13, false);
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Client::builder().tls_config(config).resolve("h.test", server.address()).build()
    };
    for protocols in [&[][..], &["http/1.1"]] {
        assert_eq!(run(get(&client(protocols), "https://h.test/a")).unwrap(), "/a");
    }
    let error = error_of(run(get(&client(&["h2", "http/1.1"]), "https://h.test/")));
    assert_eq!((error.kind(), error.phase()), (Kind::Tls, Phase::Handshake));
    assert_eq!(
        error.cause(),
        "the server chose the protocol h2, and this client speaks http/1.1 alone: leave others out of `alpn_protocols`"
    );
}

#[test]
fn a_session_is_resumed_on_the_next_connection_of_the_same_client() {
    let authority = Authority::new();
    for version in [&TLS12, &TLS13] {
        let (kinds, seen) = std::sync::mpsc::channel();
        let config = authority.server_with("h.test", Validity::Good, &[version]);
        let server = Server::tls(config, move |peer| {
            peer.request();
            kinds.send(peer.parts().unwrap().0.handshake_kind()).unwrap();
            peer.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        });
        let client = || authority.client(|builder| builder.resolve("h.test", server.address()));
        let ask = async |client: &Client| get(client, "https://h.test/").await.unwrap();
        let notes = Notes::of(async {
            let one = client();
            for _ in 0..3 {
                ask(&one).await;
            }
            ask(&client()).await;
        });
        let kinds: Vec<_> = seen.try_iter().flatten().collect();
        let (full, resumed) = (HandshakeKind::Full, HandshakeKind::Resumed);
        assert_eq!(kinds, [full, resumed, resumed, full], "{version:?}");
        let notes = notes.about("tls");
        let hows = notes.iter().filter_map(|note| note.strip_prefix("session with h.test is "));
        assert_eq!(hows.collect::<Vec<_>>(), ["up", "resumed", "resumed", "up"]);
    }
}
