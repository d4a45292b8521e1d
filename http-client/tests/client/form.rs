//! Names and values, in a query and in a body.

use std::collections::BTreeMap;

use http_client::Client;

use crate::run::run;
use crate::server::Server;

#[test]
fn pairs_go_into_the_query_behind_what_is_there() {
    let server = Server::echoing();
    let map = BTreeMap::from([("k".to_string(), "ü".to_string())]);
    run(async {
        let client = Client::new();
        let url = server.url("/find?all#part");
        for (request, target) in [
            (client.get(&url).query(&[("q", "a&b c"), ("r", "=")]), "/find?all&q=a%26b+c&r=%3D"),
            (
                client.get(&url).query([("page", 2)]).query([("size", 10)]),
                "/find?all&page=2&size=10",
            ),
            (client.get(server.url("")).query(map.clone()), "/?k=%C3%BC"),
            (client.get(&url).query(Vec::<(&str, &str)>::new()), "/find?all"),
        ] {
            assert_eq!(request.send().await.unwrap().text().await.unwrap(), target);
        }
    });
}

#[test]
fn a_form_is_a_body_that_says_what_it_is() {
    let server = Server::echoing();
    let form = [("name", "Ada L."), ("x", "1&2")];
    run(async {
        let usual = Client::builder().header("Content-Type", "usual").build();
        let url = server.url("/");
        for request in [
            Client::new().post(&url).form(&form),
            usual.post(&url).form(form),
            usual.post(&url).header("content-type", "own").form(form),
            usual.post(&url).form(form).header("content-type", "own"),
            usual.post(&url).form(form).body("other"),
            usual.post(&url).body("other").form(form),
        ] {
            request.send().await.unwrap();
        }
    });
    let asked = server.asked();
    let sent = asked.iter().map(|asked| {
        let kinds = asked.head.to_lowercase().matches("content-type").count();
        assert_eq!(kinds, 1, "{}", asked.head);
        (asked.header("Content-Type").unwrap(), std::str::from_utf8(&asked.body).unwrap())
    });
    let (urlencoded, body) = ("application/x-www-form-urlencoded", "name=Ada+L.&x=1%262");
    let expected = [
        (urlencoded, body),
        (urlencoded, body),
        ("own", body),
        ("own", body),
        ("usual", "other"),
        (urlencoded, body),
    ];
    assert_eq!(sent.collect::<Vec<_>>(), expected);
}
