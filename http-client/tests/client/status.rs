//! A status that is a failure, for programs that take it for one.

use http_client::{Client, Kind, Phase};

use crate::run::{error_of, get, one_at_a_time, run};
use crate::server::Server;

#[test]
fn a_failure_is_an_error_that_names_the_request_and_the_status() {
    let server = Server::answering(
        "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 2\r\n\r\nno",
    );
    run(async {
        let url = server.url("/");
        let response = Client::new().post(&url).send().await.unwrap();
        let error = error_of(response.error_for_status());
        assert_eq!((error.kind(), error.phase()), (Kind::Status, Phase::Status));
        assert_eq!(error.status(), Some(405));
        assert_eq!(
            error.to_string(),
            format!("POST {url}: status: 405 Method Not Allowed: the server takes GET here")
        );
        // Who does not ask is not told.
        assert_eq!(get(&Client::new(), &url).await.unwrap(), "no");
    });
}

#[test]
fn whatever_else_the_status_is_the_response_goes_on() {
    let server = Server::answering("HTTP/1.1 304 Not Modified\r\n\r\n");
    run(async {
        let response = Client::new().get(server.url("/")).send().await.unwrap();
        assert_eq!(response.error_for_status().unwrap().status(), 304);
    });
    let server = Server::answering("HTTP/1.1 299 Fine\r\nContent-Length: 4\r\n\r\nbody");
    run(async {
        let response = Client::new().get(server.url("/")).send().await.unwrap();
        assert_eq!(response.error_for_status().unwrap().text().await.unwrap(), "body");
    });
}

#[test]
fn a_failure_whose_body_nobody_reads_is_not_in_the_way() {
    let server = Server::answering("HTTP/1.1 500 Broken\r\nContent-Length: 4\r\n\r\nbody");
    run(async {
        let client = one_at_a_time();
        for _ in 0..3 {
            let response = client.get(server.url("/")).send().await.unwrap();
            let error = error_of(response.error_for_status());
            assert_eq!(error.cause(), "500 Broken: the server failed: the request may be right");
        }
    });
    assert_eq!(server.connections(), 3);
}
