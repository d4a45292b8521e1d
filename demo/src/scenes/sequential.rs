//! Is `await` in a loop concurrent? No: the second request begins when the first is answered.
//!
//! The server is the embedded one, on a thread of its own, with answers that take 60 ms; the trace is the client's loop.

use std::io;

use http_client::Client;

use super::{Scene, Text, failed, record_for_real, say};
use crate::server::Server;

pub(super) const SCENE: Scene = Scene {
    name: "sequential",
    question: Text {
        en: "Is an await in a loop concurrent?",
        zh: "在循环里 await，请求会同时进行吗？",
    },
    story: Text {
        en: "The same requests as in gather, but awaited one by one. An await means: go on when this is done. So there is \
             one task, one request on its way at any time, and the waits add up. Concurrency takes several tasks, or a join.",
        zh: "和 gather 一样的请求，却一个一个地 await。await 的意思是：等它完成再往下走。所以只有一个任务，\
             任何时刻只有一个请求在路上，等待的时间一段段加起来。要并发，得有几个任务，或者用 join。",
    },
    repeats: false,
    source: (file!(), include_str!("sequential.rs")),
    run: || {
        let server = Server::start(Default::default())?;
        record_for_real(story(format!("{}/delay/0.06", server.url())))
    },
};

async fn story(url: String) -> io::Result<()> {
    let client = Client::new();
    for number in 1..=3 {
        say(&format!("request {number} begins"));
        let mut response = client.get(&url).send().await.map_err(failed)?;
        response.text().await.map_err(failed)?;
        say(&format!("request {number} is answered, and only now can the next one begin"));
    }
    Ok(())
}
