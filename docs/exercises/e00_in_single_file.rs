//! Exercise of chapter 00: ten tasks, and their requests go in single file.
//!
//! What is broken: `fetch_all` starts ten tasks at once, as `demo gather` does, but its client may have one connection only.
//! So nine tasks stand in line, and ten answers of 20 ms take 200.
//!
//! What to do: let all ten be under way at once. Change `fetch_all` alone.
//!
//! Hint: a client has up to 100 connections unless somebody says otherwise.
//!
//! The solution is in `solved/e00_in_single_file.rs`.

use std::cell::Cell;
use std::rc::Rc;

use demo::server::Server;
use http_client::Client;
use runtime::observe::{Event, Fact, Observer};
use runtime::{JoinSet, Runtime};

async fn fetch_all(url: String) -> u32 {
    let client = Client::builder().connections(1).build();
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
#[ignore = "exercise of chapter 00"]
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
