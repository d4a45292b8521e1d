//! How does TLS fit without blocking? As a state machine between the socket and the request, which is pending when the socket is.
//!
//! The server is the embedded one, on a thread of its own, with a certificate made for the occasion.

use http_client::{Client, Error};

use super::{Scene, Text, failed, record_for_real, say};
use crate::server::{Options, Server};

pub(super) const SCENE: Scene = Scene {
    name: "handshake",
    question: Text {
        en: "How does TLS work without blocking the thread?",
        zh: "TLS 怎样才不会阻塞线程？",
    },
    story: Text {
        en: "Before the first byte of the request there is a conversation: hello, the server's certificate, keys. rustls does \
             no I/O; it is fed what was read and gives out what is to be written, and the task is pending whenever the socket \
             is. The second request uses the same session and needs none of that.",
        zh: "请求的第一个字节之前先有一番对话：问候，服务器的证书，密钥。rustls 自己不做 I/O：读到什么就喂给它，\
             它给出该写的；套接字要等，任务就 Pending。第二个请求沿用同一个会话，这些全都省了。",
    },
    repeats: false,
    source: (file!(), include_str!("handshake.rs")),
    run: || {
        let server = Server::start(Options { tls: true, ..Options::default() })?;
        let authority = server.authority_pem().unwrap_or_default().to_string();
        let url = format!("{}/status/204", server.url());
        record_for_real(async { story(&authority, &url).await.map_err(failed) })
    },
};

async fn story(authority: &str, url: &str) -> Result<(), Error> {
    let client = Client::builder().ca_pem(authority)?.build();
    say("the first request: connect, shake hands, ask");
    client.get(url).send().await?.text().await?;
    say("the second request: the session is up, so it only asks");
    client.get(url).send().await?.text().await?;
    Ok(())
}
