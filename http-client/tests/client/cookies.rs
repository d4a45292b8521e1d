//! Cookies that come and go, over real sockets. Who gets which is tested without any.

use http_client::{Client, ClientBuilder, CookieJar};

use crate::certificate::Authority;
use crate::run::{get, run};
use crate::server::{Asked, Server, echo};

fn client() -> Client {
    Client::builder().connections(1).cookie_store(true).build()
}

/// A server that sets what `/set?…` says, leads where `/lead?…` says with a cookie of its own, and echoes the rest.
fn server() -> Server {
    Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            match asked.target().split_once('?') {
                Some(("/set", cookie)) => peer.say(format!(
                    "HTTP/1.1 200 OK\r\nSet-Cookie: {cookie}\r\nSet-Cookie: also=1\r\nContent-Length: 0\r\n\r\n"
                )),
                Some(("/lead", to)) => peer.say(format!(
                    "HTTP/1.1 302 Found\r\nSet-Cookie: led=1\r\nLocation: {to}\r\nContent-Length: 4\r\n\r\nbody"
                )),
                _ => peer.say(echo(&asked)),
            }
        }
    })
}

/// What each request said in its `Cookie` fields, which must be one.
fn sent(server: &Server) -> Vec<String> {
    let line = |asked: &Asked| {
        assert!(asked.head.matches("\r\nCookie: ").count() <= 1, "{}", asked.head);
        asked.header("Cookie").unwrap_or_default().to_string()
    };
    server.asked().iter().map(line).collect()
}

#[test]
fn cookies_are_remembered_and_sent_back_in_one_line() {
    let server = server();
    run(async {
        let client = client();
        for path in ["/", "/set?k=v", "/a", "/set?k=w", "/b", "/set?k=;Max-Age=0", "/c"] {
            get(&client, &server.url(path)).await.unwrap();
        }
        // Another client knows nothing.
        get(&Client::builder().cookie_store(true).build(), &server.url("/")).await.unwrap();
    });
    let both = "also=1; k=v";
    assert_eq!(sent(&server), ["", "", both, both, "also=1; k=w", "also=1; k=w", "also=1", ""]);
}

#[test]
fn nothing_is_remembered_unless_the_client_is_told_to() {
    let server = server();
    run(async {
        for client in
            [Client::new(), Client::builder().cookie_store(true).cookie_store(false).build()]
        {
            get(&client, &server.url("/set?k=v")).await.unwrap();
            get(&client, &server.url("/")).await.unwrap();
        }
    });
    assert_eq!(sent(&server), [""; 4]);
}

#[test]
fn a_redirect_s_cookie_is_taken_before_it_is_followed() {
    let server = server();
    run(get(&client(), &server.url("/lead?/to"))).unwrap();
    assert_eq!(sent(&server), ["", "led=1"]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn each_host_of_a_chain_gets_its_own_cookies() {
    let (one, other) = (server(), server());
    let urls = [format!("http://a.test:{}", one.port()), format!("http://b.test:{}", other.port())];
    let [a, b] = &urls;
    let here = |server: &Server| server.authority().parse().unwrap();
    let known = |builder: ClientBuilder| {
        builder.resolve("a.test", here(&one)).resolve("b.test", here(&other))
    };
    run(async {
        let client = known(Client::builder().cookie_store(true)).build();
        get(&client, &format!("{b}/set?b=2")).await.unwrap();
        get(&client, &format!("{a}/set?a=1")).await.unwrap();
        get(&client, &format!("{a}/lead?{b}/lead?{a}/end")).await.unwrap();
    });
    assert_eq!(sent(&one), ["", "a=1; also=1", "a=1; also=1; led=1"]);
    assert_eq!(sent(&other), ["", "also=1; b=2"]);
}

#[test]
fn a_request_s_own_cookies_are_sent_alone() {
    let (one, other) = (server(), server());
    let there = format!("http://localhost:{}", other.port());
    run(async {
        let client = client();
        get(&client, &one.url("/set?k=v")).await.unwrap();
        get(&client, &format!("{there}/set?t=1")).await.unwrap();
        let own = client.get(one.url("/lead?/end")).header("cookie", "own=1");
        own.send().await.unwrap();
        // They stay with their origin. Where they are left out, the jar speaks.
        let own = client.get(one.url(&format!("/lead?{there}/"))).header("Cookie", "own=2");
        own.send().await.unwrap();
        get(&client, &one.url("/")).await.unwrap();
    });
    assert_eq!(sent(&one), ["", "own=1", "own=1", "own=2", "also=1; k=v; led=1"]);
    assert_eq!(sent(&other), ["", "also=1; t=1"]);
}

#[test]
fn a_secure_cookie_is_for_tls() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("a.test"), |peer| {
        while peer.request().is_some() {
            peer.say("HTTP/1.1 200 OK\r\nSet-Cookie: s=1; Secure\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let plain = Server::answering(
        "HTTP/1.1 200 OK\r\nSet-Cookie: s=forged\r\nSet-Cookie: p=2\r\nContent-Length: 0\r\n\r\n",
    );
    let jar = CookieJar::new();
    run(async {
        // Both servers are a.test, one after the other.
        let client = |server: &Server| {
            let address = server.authority().parse().unwrap();
            authority.client(|builder| builder.cookie_jar(&jar).resolve("a.test", address))
        };
        for server in [&server, &plain, &plain, &server] {
            let scheme = server.url("").split(':').next().unwrap().to_string();
            let url = format!("{scheme}://a.test:{}/", server.port());
            get(&client(server), &url).await.unwrap();
        }
    });
    assert_eq!(sent(&server), ["", "p=2; s=1"]);
    assert_eq!(sent(&plain), ["", "p=2"]);
}

#[test]
fn a_jar_can_be_shared_looked_into_and_cleared() {
    let server = server();
    let jar = CookieJar::new();
    run(async {
        let one = Client::builder().cookie_jar(&jar).build();
        let other = Client::builder().cookie_jar(&jar).build();
        get(&one, &server.url("/set?k=v")).await.unwrap();
        get(&other, &server.url("/")).await.unwrap();
        let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
        assert_eq!(jar.cookies(&server.url("/")), [pair("also", "1"), pair("k", "v")]);
        jar.clear();
        jar.add(&server.url("/"), "mine=2");
        get(&one, &server.url("/")).await.unwrap();
    });
    assert_eq!(sent(&server), ["", "also=1; k=v", "mine=2"]);
}

#[test]
fn what_is_no_cookie_does_no_harm() {
    let server = Server::new(|peer| {
        while peer.request().is_some() {
            peer.say(
                b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=\xfe\r\nSet-Cookie:\r\nSet-Cookie: ;;;=\r\n",
            );
            peer.say("Set-Cookie: tab=a\tb\r\nSet-Cookie: ok=1\r\nContent-Length: 0\r\n\r\n");
        }
    });
    run(async {
        let client = client();
        get(&client, &server.url("/")).await.unwrap();
        get(&client, &server.url("/")).await.unwrap();
    });
    assert!(sent(&server)[1].contains("ok=1"));
}
