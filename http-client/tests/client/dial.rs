//! Where does a connection go, and which of several addresses gets it?

use std::net::SocketAddr;
use std::time::Duration;

use http_client::{Client, ClientBuilder, Kind, Phase};

use crate::certificate::Authority;
use crate::dead_end::{Deaf, Full};
use crate::run::{Notes, error_of, get, run};
use crate::server::{Server, echo};

fn at(builder: ClientBuilder, addresses: &[SocketAddr]) -> Client {
    addresses.iter().fold(builder, |builder, address| builder.resolve("h.test", *address)).build()
}

fn client(addresses: &[SocketAddr]) -> Client {
    at(Client::builder(), addresses)
}

#[test]
fn a_host_is_where_the_program_says() {
    let server = Server::echoing();
    run(async {
        let client = Client::builder().resolve("H.Test", server.address()).build();
        assert_eq!(get(&client, "http://h.test/a").await.unwrap(), "/a");
        // The URL's port is not the server's, and the server is told what the URL says.
        assert_eq!(get(&client, "http://h.test:81/b").await.unwrap(), "/b");
        assert_eq!(get(&client, &server.url("/c")).await.unwrap(), "/c");
    });
    let asked = server.asked();
    let hosts: Vec<_> = asked.iter().map(|asked| asked.header("Host").unwrap()).collect();
    assert_eq!(hosts, ["h.test", "h.test:81", &server.authority()]);
}

#[test]
fn port_zero_is_the_url_s_port() {
    let server = Server::echoing();
    let client = client(&["127.0.0.1:0".parse().unwrap()]);
    let url = format!("http://h.test:{}/", server.port());
    assert_eq!(run(get(&client, &url)).unwrap(), "/");
}

#[test]
fn a_certificate_must_name_the_url_s_host_wherever_it_is() {
    let authority = Authority::new();
    for (name, trusted) in [("h.test", true), ("127.0.0.1", false)] {
        let server = Server::tls(authority.server(name), |peer| {
            while let Some(asked) = peer.request() {
                peer.say(echo(&asked));
            }
        });
        let client = authority.client(|builder| builder.resolve("h.test", server.address()));
        let got = run(get(&client, "https://h.test/"));
        if trusted {
            assert_eq!(got.unwrap(), "/");
        } else {
            assert!(error_of(got).cause().ends_with("h.test is not among 127.0.0.1"));
        }
    }
}

#[test]
fn the_first_address_that_answers_is_used_and_it_is_noted_why() {
    let (deaf, server) = (Deaf::new(), Server::echoing());
    let notes = Notes::of(async {
        let client = client(&[deaf.address(), server.address()]);
        assert_eq!(get(&client, "http://h.test/").await.unwrap(), "/");
    });
    let why = format!("{}: connection refused; {} is next", deaf.address(), server.address());
    assert_eq!(notes.about("connect"), [why]);
}

#[test]
fn an_address_that_does_not_answer_is_not_waited_for_and_not_kept() {
    let (full, server) = (Full::new(), Server::echoing());
    let notes = Notes::of(async {
        let client = client(&[full.address(), server.address()]);
        let mut response = client.get("http://h.test/").send().await.unwrap();
        // The one that is used, and no other.
        assert_eq!(runtime::dump().sources, 1);
        assert_eq!(response.text().await.unwrap(), "/");
    });
    let why = format!("{} is slow to answer; {} as well", full.address(), server.address());
    assert_eq!(notes.about("connect"), [why]);
}

#[test]
fn if_no_address_answers_the_error_says_what_each_has_said() {
    let (one, other) = (Deaf::new(), Deaf::new());
    let client = client(&[one.address(), other.address()]);
    let error = error_of(run(get(&client, "http://h.test/")));
    assert_eq!((error.kind(), error.phase()), (Kind::Connect, Phase::Connect));
    let each =
        format!("{}: connection refused; {}: connection refused", one.address(), other.address());
    assert_eq!(error.cause(), format!("{each}: is the server running, and on this port?"));
}

#[test]
fn an_error_does_not_name_very_many_addresses() {
    let deaf: Vec<Deaf> = (0..11).map(|_| Deaf::new()).collect();
    let client = client(&deaf.iter().map(Deaf::address).collect::<Vec<_>>());
    let error = error_of(run(get(&client, "http://h.test/")));
    assert_eq!(error.cause().matches("127.0.0.1").count(), 8);
    assert!(error.cause().contains("; and 3 more: is the server running"), "{error}");
}

#[test]
fn who_is_slow_is_waited_for_if_nobody_else_is_left_and_leaves_nothing_behind() {
    let (full, deaf) = (Full::new(), Deaf::new());
    run(async {
        let builder = Client::builder().connect_timeout(Duration::from_millis(600));
        let client = at(builder, &[full.address(), deaf.address()]);
        let error = error_of(get(&client, "http://h.test/").await);
        assert_eq!((error.kind(), error.phase()), (Kind::Timeout, Phase::Connect));
        assert_eq!((runtime::dump().sources, runtime::dump().timers), (0, 1), "the watchdog's");
    });
}
