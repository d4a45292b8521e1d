//! Requests over a proxy: what is it told, what can it refuse, and what does nobody else learn?

use std::sync::Arc;
use std::time::Duration;

use http_client::{Client, ClientBuilder, Error, Kind, Phase};
use rustls::ServerConfig;

use crate::certificate::Authority;
use crate::dead_end::{Deaf, Full};
use crate::peer::Peer;
use crate::run::{Notes, error_of, get, run};
use crate::server::{Server, echo};

const AGREES: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn by(proxy: &Server, builder: ClientBuilder) -> Client {
    builder.proxy(&proxy.url("").replace("http://", "http://user:hush@")).unwrap().build()
}

/// A proxy that agrees to every tunnel, and is itself the host at the other end, with this identity.
fn tunnels(host: ServerConfig) -> Server {
    let host = Arc::new(host);
    Server::new(move |peer| {
        if peer.head().is_some() {
            peer.say(AGREES);
            peer.begin_tls(&host);
            while let Some(asked) = peer.request() {
                peer.say(echo(&asked));
            }
        }
    })
}

#[test]
fn plain_requests_are_handed_over_and_share_the_connection() {
    let proxy = Server::new(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(echo(&asked));
        }
    });
    run(async {
        let client = by(&proxy, Client::builder());
        let urls = ["http://a.test/1?q", "http://b.test:81/2", "http://[::1]:81/3"];
        for url in urls {
            assert_eq!(get(&client, url).await.unwrap(), url);
        }
        client.get("http://u:p@a.test/").send().await.unwrap().text().await.unwrap();
    });
    assert_eq!(proxy.connections(), 1);
    let asked = proxy.asked();
    let hosts: Vec<_> = asked.iter().map(|asked| asked.header("Host").unwrap()).collect();
    assert_eq!(hosts, ["a.test", "b.test:81", "[::1]:81", "a.test"]);
    let who = |asked: &crate::server::Asked| {
        asked.header("Proxy-Authorization") == Some("Basic dXNlcjpodXNo")
    };
    assert!(asked.iter().all(who), "{asked:?}");
    // The host's own password is for the host, and not in the URL.
    assert_eq!(asked[3].target(), "http://a.test/");
    assert_eq!(asked[3].header("Authorization"), Some("Basic dTpw"));
}

#[test]
fn a_refusal_of_a_plain_request_is_a_response_like_any_other() {
    let proxy = Server::answering("HTTP/1.1 407 No\r\nContent-Length: 3\r\n\r\nwho");
    run(async {
        let client = Client::builder().proxy(&proxy.url("")).unwrap().build();
        let mut response = client.get("http://a.test/").send().await.unwrap();
        assert_eq!((response.status(), response.text().await.unwrap().as_str()), (407, "who"));
    });
    assert_eq!(proxy.asked()[0].header("Proxy-Authorization"), None);
}

#[test]
fn tls_goes_through_a_tunnel_which_is_used_again() {
    let authority = Authority::new();
    let proxy = tunnels(authority.server("h.test"));
    let notes = Notes::of(async {
        let client = authority.client_of(|builder| by(&proxy, builder));
        for path in ["/a", "/b"] {
            let url = format!("https://h.test{path}");
            assert_eq!(get(&client, &url).await.unwrap(), path);
        }
    });
    let port = proxy.port();
    let dug = format!("the proxy 127.0.0.1:{port} has dug a tunnel to h.test");
    assert_eq!(notes.about("connect"), [dug]);
    let lines = [(0, "CONNECT h.test:443"), (0, "GET /a"), (0, "GET /b")];
    assert_eq!(proxy.lines(), lines.map(|(n, line)| (n, line.to_string())));
    let asked = proxy.asked();
    assert_eq!(asked[0].header("Host"), Some("h.test:443"));
    assert_eq!(asked[0].header("Proxy-Authorization"), Some("Basic dXNlcjpodXNo"));
    // In the tunnel, nothing tells that there is one.
    let inside = &asked[1];
    assert_eq!(inside.header("Host"), Some("h.test"));
    assert!(!inside.head.contains("Proxy"), "{inside:?}");
}

#[test]
fn each_host_has_its_own_tunnel_and_must_prove_who_it_is() {
    let authority = Authority::new();
    let proxy = tunnels(authority.server("h.test"));
    run(async {
        let client = authority.client_of(|builder| by(&proxy, builder));
        for url in ["https://h.test/", "https://h.test:444/"] {
            assert_eq!(get(&client, url).await.unwrap(), "/");
        }
        let error = error_of(get(&client, "https://other.test/").await);
        assert_eq!((error.kind(), error.phase()), (Kind::Tls, Phase::Handshake));
        assert!(error.cause().ends_with("other.test is not among h.test"), "{error}");
    });
    assert_eq!(proxy.connections(), 3);
}

#[test]
fn a_redirect_may_lead_from_the_proxy_into_a_tunnel() {
    let authority = Authority::new();
    let host = Arc::new(authority.server("h.test"));
    let proxy = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            if asked.method() == "CONNECT" {
                peer.say(AGREES);
                peer.begin_tls(&host);
            } else if asked.target().starts_with("http://") {
                let to = "Location: https://h.test/there";
                peer.say(format!("HTTP/1.1 302 Found\r\n{to}\r\nContent-Length: 0\r\n\r\n"));
            } else {
                peer.say(echo(&asked));
            }
        }
    });
    run(async {
        let client = authority.client_of(|builder| by(&proxy, builder));
        // What is for the proxy stays with it.
        let request = client.get("http://h.test/").header("Proxy-Authorization", "own");
        assert_eq!(request.send().await.unwrap().text().await.unwrap(), "/there");
    });
    let whole = format!("{:?}", proxy.asked().last().unwrap());
    assert!(!whole.contains("Proxy-Authorization"), "{whole}");
}

#[test]
fn a_field_for_the_proxy_does_not_go_through_the_tunnel() {
    let client = Client::builder().proxy("http://127.0.0.1:1").unwrap().build();
    let request = client.get("https://h.test/").header("proxy-authorization", "hush");
    let error = error_of(run(request.send()));
    assert_eq!((error.kind(), error.phase()), (Kind::InvalidRequest, Phase::Request));
    assert!(error.cause().ends_with("give user and password in the proxy's URL"), "{error}");
}

/// The error of a request for a tunnel that is answered like this. The proxy hears nothing but that request.
fn refused(builder: ClientBuilder, answer: impl Into<String>) -> Error {
    let answer = answer.into();
    let proxy = Server::new(move |peer| {
        peer.head();
        peer.say(&answer);
        peer.end_writing();
        assert_eq!(peer.take(1), b"", "a part of the request has gone out");
    });
    let error = error_of(run(get(&by(&proxy, builder), "https://h.test/")));
    assert_eq!((error.kind(), error.phase()), (Kind::Proxy, Phase::Proxy), "{error}");
    assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    let proxy = format!("the proxy {} ", proxy.authority());
    assert!(error.cause().starts_with(&proxy), "{error}");
    error
}

#[test]
fn a_proxy_can_refuse_in_many_ways_and_each_is_told() {
    let long = format!("HTTP/1.1 200 {}\r\n\r\n", "x".repeat(64 * 1024));
    let refuses = "refuses to connect to h.test:";
    let odd = "does not answer as a proxy does:";
    for (answer, why) in [
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nnever",
            format!("{refuses} 403 Forbidden"),
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://evil.test/\r\n\r\n",
            format!("{refuses} 302 Found"),
        ),
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            format!(
                "{refuses} 407 Proxy Authentication Required: it does not take the user and the password that it was given"
            ),
        ),
        (&format!("{AGREES}x"), "says something itself where only the host may speak".to_string()),
        ("", format!("{odd} the server closed the connection without an answer")),
        (
            "HTTP/1.1 200 O",
            format!("{odd} the server closed the connection in the middle of the response's head"),
        ),
        ("garbage\r\n\r\n", format!("{odd} ")),
        (&long, format!("{odd} ")),
        (
            "HTTP/1.1 101 Switching\r\n\r\n",
            format!("{odd} the server switched to another protocol, which was not asked for"),
        ),
    ] {
        let error = refused(Client::builder(), answer);
        assert!(error.cause().contains(&why), "{answer:.50}: {error}");
    }
    let words = format!("HTTP/1.1 503 {}\r\n\r\n", "x".repeat(1000));
    assert!(refused(Client::builder(), words).to_string().len() < 200);
}

#[test]
fn a_proxy_that_wants_to_know_who_asks_is_explained() {
    let proxy = Server::answering("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n");
    let client = Client::builder().proxy(&proxy.url("")).unwrap().build();
    let error = error_of(run(get(&client, "https://h.test/")));
    let hint = "407 Who: it wants to know who asks, so give it as http://user:password@host:port";
    assert!(error.cause().ends_with(hint), "{error}");
}

#[test]
fn a_proxy_may_be_old_or_talkative() {
    let authority = Authority::new();
    for agrees in [
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let host = Arc::new(authority.server("h.test"));
        let proxy = Server::new(move |peer| {
            peer.head();
            peer.drip(agrees, Duration::ZERO);
            peer.begin_tls(&host);
            while let Some(asked) = peer.request() {
                peer.say(echo(&asked));
            }
        });
        let client = authority.client_of(|builder| by(&proxy, builder));
        assert_eq!(run(get(&client, "https://h.test/a")).unwrap(), "/a", "{agrees}");
    }
}

#[test]
fn where_a_proxy_is_too_slow_is_told() {
    let short = Duration::from_millis(250);
    let silent = |says: &'static str| {
        Server::new(move |peer: &mut Peer| {
            peer.head();
            peer.say(says);
            peer.wait_for_end();
        })
    };
    for (says, phase) in
        [("", Phase::Proxy), ("HTTP/1.1 200 OK\r\n", Phase::Proxy), (AGREES, Phase::Handshake)]
    {
        let proxy = silent(says);
        let client = by(&proxy, Client::builder().connect_timeout(short));
        let error = error_of(run(get(&client, "https://h.test/")));
        assert_eq!((error.kind(), error.phase()), (Kind::Timeout, phase), "{error}");
        assert!(error.cause().contains("connecting took longer than 250ms"), "{error}");
    }
    let full = Full::new();
    let client = Client::builder().connect_timeout(short).proxy(&full.url()).unwrap().build();
    let error = error_of(run(get(&client, "https://h.test/")));
    assert_eq!((error.kind(), error.phase()), (Kind::Timeout, Phase::Connect));
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let deaf = Deaf::new();
    let url = deaf.url().replace("http://", "http://user:hush@");
    let client = Client::builder().proxy(&url).unwrap().build();
    for url in ["http://h.test/", "https://h.test/"] {
        let error = error_of(run(get(&client, url)));
        assert_eq!((error.kind(), error.phase()), (Kind::Connect, Phase::Connect));
        let address = deaf.address();
        let hint = "is the server running, and on this port?";
        let cause = format!("the proxy {address}: connection refused: {hint}");
        assert_eq!(error.cause(), cause);
    }
}

#[test]
fn a_proxy_s_name_may_be_given_its_address() {
    let proxy = Server::echoing();
    let builder = Client::builder().resolve("p.test", proxy.address()).proxy("http://p.test");
    let client = builder.unwrap().build();
    assert_eq!(run(get(&client, "http://h.test/")).unwrap(), "http://h.test/");
}

#[test]
fn some_hosts_are_asked_directly() {
    let (proxy, host) = (Server::echoing(), Server::echoing());
    let builder = Client::builder().proxy(&proxy.url("")).unwrap().no_proxy_for("127.0.0.1");
    let client =
        builder.no_proxy_for(".local.test").resolve("a.local.test", host.address()).build();
    run(async {
        assert_eq!(get(&client, &host.url("/a")).await.unwrap(), "/a");
        assert_eq!(get(&client, "http://a.local.test/b").await.unwrap(), "/b");
        assert_eq!(get(&client, "http://h.test/c").await.unwrap(), "http://h.test/c");
    });
    assert_eq!((proxy.asked().len(), host.asked().len()), (1, 2));
}

#[test]
fn what_cannot_be_a_proxy_is_an_error_without_secrets() {
    for (url, why) in [
        ("https://user:hush@p.test", "TLS to the proxy itself is not spoken"),
        ("socks5://user:hush@p.test", "socks5 is not a scheme this client speaks"),
        ("user:hush@p.test:3128", "a proxy is given as http://host:port"),
        ("http://user:hush@p.test/path", "no path"),
        ("", "a proxy is given as"),
    ] {
        let error = error_of(Client::builder().proxy(url));
        assert_eq!((error.kind(), error.phase()), (Kind::Url, Phase::Request));
        assert!(error.cause().contains(why), "{error}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    }
    let builder = Client::builder().proxy("http://user:hush@p.test").unwrap();
    assert!(!format!("{builder:?}").contains("hush"));
    assert!(!format!("{:?}", builder.build()).contains("hush"));
}
