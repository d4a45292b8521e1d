//! The solution of an exercise of chapter 16: one client for all requests, and each response read to its end.

use std::cell::RefCell;
use std::rc::Rc;

use demo::server::Server;
use http_client::{Client, Error};
use runtime::Runtime;
use runtime::observe::{Event, Fact, Observer};

async fn statuses(url: &str) -> Result<Vec<u16>, Error> {
    let mut statuses = Vec::new();
    let client = Client::new();
    for _ in 0..5 {
        let mut response = client.get(url).send().await?;
        statuses.push(response.status());
        response.bytes().await?;
    }
    Ok(statuses)
}

/// Hears what the pool says.
#[derive(Default)]
struct PoolNotes(RefCell<Vec<String>>);

impl Observer for PoolNotes {
    fn observe(&self, fact: &Fact) {
        if let Event::Note { subject: "pool", text } = &fact.event {
            self.0.borrow_mut().push(text.to_string());
        }
    }
}

#[test]
fn e16_five_requests_share_one_connection() {
    let server = Server::start(Default::default()).unwrap();
    let notes = Rc::new(PoolNotes::default());
    let rt = Runtime::builder().observer(notes.clone()).build().unwrap();
    let statuses = rt.block_on(statuses(&format!("{}/bytes/1000", server.url()))).unwrap();
    assert_eq!(statuses, [200; 5], "five answers");
    let notes = notes.0.borrow();
    let opened = notes.iter().filter(|note| note.starts_with("a new connection")).count();
    assert!(
        opened == 1,
        "five requests opened {opened} connections. This is what the pool says:\n{}",
        notes.join("\n")
    );
}
