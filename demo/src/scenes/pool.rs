//! Why keep connections, and how many? Five requests share two: three of them wait in line, and none connects anew.
//!
//! The server is the embedded one, on a thread of its own, with answers that take 30 ms; the trace is the client's loop.

use std::io;

use http_client::Client;
use runtime::JoinSet;

use super::{Scene, Text, failed, record_for_real, say};
use crate::server::Server;

pub(super) const SCENE: Scene = Scene {
    name: "pool",
    question: Text {
        en: "How do five requests share two connections?",
        zh: "五个请求怎样共用两条连接？",
    },
    story: Text {
        en: "Two requests open a connection each; three wait for a permit, in the order in which they came. Who is done puts \
             its connection back and wakes the next in line, which finds it there. A connection goes back only if its answer \
             was read to the end: a rest would be taken for the next answer.",
        zh: "两个请求各开一条连接，另外三个按先来后到等许可。做完的把连接放回去，唤醒队伍里的下一个，它正好拿来用。\
             只有回答读到了头，连接才会放回去：剩下的半截会被当成下一个回答。",
    },
    repeats: false,
    source: (file!(), include_str!("pool.rs")),
    run: || {
        let server = Server::start(Default::default())?;
        record_for_real(story(format!("{}/delay/0.03", server.url())))
    },
};

async fn story(url: String) -> io::Result<()> {
    let client = Client::builder().connections(2).build();
    let mut requests = JoinSet::new();
    for number in 1..=5 {
        let (client, url) = (client.clone(), url.clone());
        requests.spawn_named(format!("request {number}"), async move {
            let mut response = client.get(&url).send().await?;
            response.text().await
        });
    }
    while let Some(answered) = requests.join_next().await {
        answered.map_err(failed)?.map_err(failed)?;
        say("one is answered, and its connection is free for the next");
    }
    Ok(())
}
