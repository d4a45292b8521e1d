//! What does a task that is in the middle of a request wait for? `dump` and the trace name it.

use http_client::Client;
use runtime::{Row, dump, spawn};

use crate::dead_end::Full;
use crate::peer::Peer;
use crate::run::{get, run, until};
use crate::server::Server;

/// What a task is said to wait for that makes this request, as soon as it is that.
fn comes_to(what: &str, request: impl AsyncFnOnce(Client) + 'static) {
    run(async {
        let task = spawn(async { request(Client::new()).await });
        // The time limits are waited for as well, but come after it.
        let is_it = |row: &Row| row.wait.is_some_and(|wait| wait.what == what);
        until(|| dump().tasks.iter().any(is_it)).await;
        task.abort();
    });
}

fn silent(says: &'static str) -> Server {
    Server::new(move |peer: &mut Peer| {
        peer.head();
        peer.say(says);
        peer.wait_for_cue();
    })
}

#[test]
fn each_stage_of_a_request_has_a_name() {
    let full = Full::new();
    let url = full.url();
    comes_to("connect", async move |client| drop(get(&client, &url).await));

    let server = silent("");
    let url = format!("https://{}/", server.authority());
    comes_to("tls handshake", async move |client| drop(get(&client, &url).await));

    let url = server.url("/");
    comes_to("response head", async move |client| drop(get(&client, &url).await));

    let url = server.url("/");
    comes_to("request to be taken", async move |client| {
        drop(client.post(&url).body(vec![b'x'; 32 * 1024 * 1024]).send().await);
    });

    let server = silent("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    let url = server.url("/");
    comes_to("response body", async move |client| drop(get(&client, &url).await));
}
