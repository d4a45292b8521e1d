//! A case's server, and what a client experiences with it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use http_client::{Client, Error, Headers, RequestBuilder};

use super::record::Case;
use crate::certificate::Authority;
use crate::peer::Peer;
use crate::run::{News, get, until};
use crate::server::{Asked, Server, echo};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// What came of a case.
pub(crate) struct Came {
    pub(crate) first: Result<Whole, Error>,
    /// What had come of the body when it broke off.
    pub(crate) received: Vec<u8>,
    /// The text of the next request's response.
    pub(crate) next: Option<Result<String, Error>>,
    /// By the server the case is about, and then by the one it leads to.
    pub(crate) asked: Vec<Asked>,
    /// To the server the case is about.
    pub(crate) connections: usize,
}

pub(crate) struct Whole {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) trailers: Headers,
    pub(crate) body: Vec<u8>,
}

/// Where `a.test` and `b.test` are on this machine.
pub(crate) type Hosts = Arc<OnceLock<[String; 2]>>;

fn on_this_machine(text: &str, hosts: &Hosts) -> String {
    let [a, b] = hosts.get().unwrap();
    text.replace("a.test", a).replace("b.test", b)
}

pub(crate) async fn play(case: &Case, news: &News) -> Came {
    let hosts = Hosts::default();
    let secure = case.url().is_some_and(|url| url.starts_with("https://a.test"));
    let authority = Authority::new();
    let server = if secure {
        Server::tls(authority.server("127.0.0.1"), script(case, hosts.clone()))
    } else {
        Server::new(script(case, hosts.clone()))
    };
    let later = case.bytes("second_server_bytes");
    let other = Server::new(move |peer| {
        while let Some(asked) = peer.request() {
            let is_first = asked.target() == "/1" && !later.is_empty();
            peer.say(if is_first { later.clone() } else { echo(&asked).into_bytes() });
        }
    });
    // A redirect out of TLS has to lead to a server that speaks none.
    let a = if secure { other.authority() } else { server.authority() };
    hosts.set([a, other.authority()]).unwrap();
    let url = match case.url() {
        Some(url) if secure => server.url(url.trim_start_matches("https://a.test")),
        Some(url) => on_this_machine(&url, &hosts),
        None => server.url("/"),
    };
    let client = authority.client(|builder| {
        case.configure(builder).resolve("h.test", ([127, 0, 0, 1], server.port()).into())
    });
    let came = experience(case, news, &client, &server, &url).await;
    Came { asked: [came.asked, other.asked()].concat(), ..came }
}

/// The case's request, what happens to the idle connection, and another request.
pub(crate) async fn experience(
    case: &Case,
    news: &News,
    client: &Client,
    server: &Server,
    url: &str,
) -> Came {
    let mut received = Vec::new();
    let first = ask(case, request(case, client, url), &mut received).await;
    if case.text("idle_bytes").is_some() || case.text("idle_event").is_some() {
        news.after(|| server.cue()).await;
    }
    let counts = ["reusable", "next", "second"].iter().any(|key| !case.expect(key).is_null());
    let origin = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let next = if counts { Some(get(client, &format!("{origin}/next")).await) } else { None };
    if case.expect_text("server_sees").is_some() {
        // The server sees the end of it after the client.
        until(|| !server.asked().is_empty()).await;
    }
    let (asked, connections) = (server.asked(), server.connections());
    Came { first, received, next, asked, connections }
}

fn request(case: &Case, client: &Client, url: &str) -> RequestBuilder {
    let mut request = client.request(case.method(), url);
    for (name, value) in case.request_headers() {
        request = request.header(name, value);
    }
    match case.request_body() {
        Some(body) => request.body(body),
        None => request,
    }
}

/// Sends it and reads all there is, keeping what comes before an error.
async fn ask(case: &Case, request: RequestBuilder, received: &mut Vec<u8>) -> Result<Whole, Error> {
    let mut response = request.send().await?;
    if case.expect_text("error_kind") == Some("body_too_large") {
        *received = response.bytes().await?;
    }
    while let Some(piece) = response.chunk().await? {
        received.extend_from_slice(piece);
    }
    Ok(Whole {
        status: response.status(),
        headers: response.headers().clone(),
        trailers: response.trailers().cloned().unwrap_or_default(),
        body: received.clone(),
    })
}

/// What the case's server does on each connection.
pub(crate) fn script(case: &Case, hosts: Hosts) -> impl Fn(&mut Peer) + Send + Sync + 'static {
    let own = |key: &str| case.text(key).unwrap_or_default().to_string();
    let answers = ["server_bytes", "second_server_bytes", "third_server_bytes"];
    let answers = answers.map(|key| case.bytes(key));
    let (delivery, event) = (own("delivery"), own("second_event"));
    let (idle_bytes, idle_event) = (case.bytes("idle_bytes"), own("idle_event"));
    let (closes, loops) = (case.is("close"), case.is("loop"));
    let (notifies, updates) =
        (case.tls("close_notify") == true, case.id() == "tls-ticket-while-idle");
    let early = delivery.starts_with("answer after head") || delivery == "then_shutdown_wr";
    let turns = AtomicUsize::new(0);
    move |peer| {
        while let Some(asked) = if early { peer.head() } else { peer.request() } {
            let turn = turns.fetch_add(1, Ordering::SeqCst);
            if turn == 1 && !event.is_empty() {
                return peer.close();
            }
            if turn > 0 && !loops {
                let answer = answers.get(turn).filter(|answer| !answer.is_empty());
                peer.say(answer.map_or(OK, |answer| answer));
                continue;
            }
            match std::str::from_utf8(&answers[0]) {
                Ok(text) if text.contains("Location: ") => peer.say(on_this_machine(text, &hosts)),
                _ => deliver(peer, &answers[0], &delivery),
            }
            if updates {
                peer.update_keys();
            }
            if notifies {
                peer.close_notify();
            }
            if closes {
                return peer.close();
            }
            if early && asked.method() == "POST" {
                return peer.wait_for_cue();
            }
            if !idle_bytes.is_empty() || !idle_event.is_empty() {
                peer.wait_for_cue();
                peer.say(&idle_bytes);
            }
            if idle_event == "close" {
                return peer.close();
            }
        }
    }
}

fn deliver(peer: &mut Peer, answer: &[u8], delivery: &str) {
    match delivery {
        "bytewise" => peer.drip(answer, Duration::ZERO),
        "bytewise:20ms" => peer.drip(answer, Duration::from_millis(20)),
        "silence" => {}
        "then_rst" => {
            peer.say(answer);
            peer.reset();
        }
        "then_shutdown_wr" => peer.end_writing(),
        cut if cut.starts_with("split:") => {
            let mut from = 0;
            for to in cut["split:".len()..].split(',').map(|to| to.parse().unwrap()) {
                peer.say(&answer[from..to]);
                thread::sleep(Duration::from_millis(1));
                from = to;
            }
            peer.say(&answer[from..]);
        }
        _ => peer.say(answer),
    }
}
