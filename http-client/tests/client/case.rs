//! The cases of `tests/cases/http.json`, each over a real connection: what a server sends, and what a right client does.
//!
//! `proto` has those that need no connection at every split; here they come as a server sends them. The table of results:
//! `cargo test -p http-client --test client case -- --nocapture`.

mod judge;
mod play;
mod record;
mod table;
mod tls;

use http_client::Client;
use runtime::spawn;

use crate::dead_end::Deaf;
use crate::run::{News, error_of, get, run};
use crate::server::Server;
use judge::judge;
use play::{Came, play};
use record::Case;
use table::{Outcome, Table};

/// Where good clients differ, and this one does what the case gives as its `alt`: what an error then says.
fn alternative(case: &Case) -> Option<&'static str> {
    (case.id() == "req-expect-100-ok").then_some("Expect is not supported")
}

/// Two tasks that ask at once, a pool of two: what the cases say in words.
fn acts(case: &Case, action: &str) -> Result<(), String> {
    let answer = String::from_utf8(case.bytes("server_bytes")).unwrap();
    let server = Server::answering(answer);
    let connections = case.expect_number("connections");
    let check =
        |ok: bool| if ok { Ok(()) } else { Err(format!("{} connections", server.connections())) };
    match action {
        "drop response after head" => {
            run(async {
                let client = Client::new();
                drop(client.get(server.url("/")).send().await.unwrap());
                client.get(server.url("/")).send().await.unwrap();
            });
            check(Some(server.connections()) == connections)
        }
        "same host, other port" => {
            let other = Server::echoing();
            run(async {
                let client = Client::new();
                get(&client, &server.url("/")).await.unwrap();
                get(&client, &other.url("/")).await.unwrap();
                get(&client, &server.url("/")).await.unwrap();
            });
            check(Some(server.connections() + other.connections()) == connections)
        }
        "10 tasks, max_per_host=2, server answers after 10 ms each" => {
            run(async {
                let client = Client::builder().connections(2).build();
                let ask = |_| {
                    let (client, url) = (client.clone(), server.url("/"));
                    spawn(async move { assert_eq!(get(&client, &url).await.unwrap(), "ok") })
                };
                for task in (0..10).map(ask).collect::<Vec<_>>() {
                    task.await.unwrap();
                }
            });
            check(Some(server.connections()) == connections && server.asked().len() == 10)
        }
        "max_per_host=1, two tasks to a refused port" => {
            let deaf = Deaf::new();
            run(async {
                let (client, url) = (Client::builder().connections(1).build(), deaf.url());
                let both = runtime::join(get(&client, &url), get(&client, &url)).await;
                assert!(
                    [both.0, both.1]
                        .into_iter()
                        .all(|failed| error_of(failed).cause().contains("refused"))
                );
            });
            Ok(())
        }
        other => Err(format!("nobody knows how to {other}")),
    }
}

fn outcome(case: &Case) -> Result<(), String> {
    if let Some(action) = case.text("client_action") {
        return acts(case, action);
    }
    let came: Came = News::run(async |news| match case.group() {
        "tls" => tls::play(case, &news).await,
        _ => play(case, &news).await,
    });
    judge(case, &came)
}

fn outcome_of(case: &Case) -> Outcome {
    match (outcome(case), alternative(case)) {
        (Ok(()), None) => Outcome::AsItShould,
        (Err(why), Some(alternative)) if why.contains(alternative) => Outcome::AsItMay,
        (Err(why), _) => Outcome::Wrong(why),
        (Ok(()), Some(_)) => Outcome::Wrong("it is no alternative any more".into()),
    }
}

#[test]
fn every_case_comes_out_as_it_should_over_a_connection() {
    let mut table = Table::default();
    for case in record::all() {
        table.add(&case, outcome_of(&case));
    }
    println!("{table}");
    assert_eq!((table.len(), &table.wrong), (204, &Vec::new()), "{}", table.wrong.join("\n"));
}
