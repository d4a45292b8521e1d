//! The solution of an exercise of chapter 00: ten connections for ten requests that wait at the same time.

use std::cell::Cell;
use std::rc::Rc;

use demo::server::Server;
use http_client::Client;
use runtime::observe::{Event, Fact, Observer};
use runtime::{JoinSet, Runtime};

async fn fetch_all(url: String) -> u32 {
    let client = Client::new();
    let mut fetches = JoinSet::new();
    for _ in 0..10 {
        let (client, url) = (client.clone(), url.clone());
        fetches.spawn(async move { client.get(&url).send().await?.text().await });
    }
    let mut answers = 0;
    while let Some(fetched) = fetches.join_next().await {
        answers += u32::from(fetched.is_ok_and(|text| text.is_ok()));
    }
    answers
}

/// Counts the connections that are opened.
#[derive(Default)]
struct Connections(Cell<u32>);

impl Observer for Connections {
    fn observe(&self, fact: &Fact) {
        if let Event::Note { subject: "pool", text } = &fact.event
            && text.starts_with("a new connection")
        {
            self.0.set(self.0.get() + 1);
        }
    }
}

#[test]
fn e00_ten_requests_are_under_way_at_once() {
    let server = Server::start(Default::default()).unwrap();
    let opened = Rc::new(Connections::default());
    let rt = Runtime::builder().observer(opened.clone()).build().unwrap();
    let answers = rt.block_on(fetch_all(format!("{}/delay/0.02", server.url())));
    assert_eq!(answers, 10, "ten answers");
    let opened = opened.0.get();
    assert!(
        opened == 10,
        "ten requests had {opened} connection between them: nine tasks stood in line while one waited for the server"
    );
}
