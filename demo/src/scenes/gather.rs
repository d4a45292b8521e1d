//! Can ten slow requests take as long as one, on one thread? All ten are on their way before the first is answered.
//!
//! The server is the embedded one, on a thread of its own, with answers that take 100 ms; the trace is the client's loop.

use std::io;

use http_client::Client;
use runtime::JoinSet;

use super::{Scene, Text, failed, record_for_real, say};
use crate::server::Server;

pub(super) const SCENE: Scene = Scene {
    name: "gather",
    question: Text {
        en: "Can ten slow requests take as long as one, on one thread?",
        zh: "一个线程，十个慢请求，能只花一个请求的时间吗？",
    },
    story: Text {
        en: "Ten tasks send their requests one after another, which takes hardly any time, and then all of them wait. \
             Waiting needs no thread: the loop sleeps once for all ten, and the sockets wake whoever has an answer.",
        zh: "十个任务依次发出请求，几乎不花时间，然后一起等。等待用不着线程：循环替十个任务只睡一觉，\
             哪个套接字有了回音，就唤醒等它的任务。",
    },
    repeats: false,
    source: (file!(), include_str!("gather.rs")),
    run: || {
        let server = Server::start(Default::default())?;
        record_for_real(story(format!("{}/delay/0.1", server.url())))
    },
};

async fn story(url: String) -> io::Result<()> {
    let client = Client::new();
    let mut fetches = JoinSet::new();
    for number in 1..=10 {
        let (client, url) = (client.clone(), url.clone());
        fetches.spawn_named(format!("fetch {number}"), async move {
            let mut response = client.get(&url).send().await?;
            response.text().await
        });
    }
    say("ten tasks stand in the ready queue, and none has run yet");
    while let Some(fetched) = fetches.join_next().await {
        fetched.map_err(failed)?.map_err(failed)?;
    }
    say("ten answers, and one thread slept for all of them");
    Ok(())
}
