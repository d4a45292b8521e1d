//! Clients that are quick, slow or wrong, over a connection in memory and on the paused clock.

use runtime::io::{Duplex, duplex};
use runtime::{JoinHandle, Runtime, spawn};

use super::*;
use crate::server::request::tests::PEER;

/// Runs a client against a server, with virtual time.
fn with_server<F: Future>(
    client: impl FnOnce(Duplex, JoinHandle<io::Result<()>>) -> F,
) -> F::Output {
    Runtime::builder().paused_clock().build().unwrap().block_on(async {
        let (near, far) = duplex(1 << 20);
        client(near, spawn(serve(far, PEER))).await
    })
}

/// All that the server says to a client that sends `said` and then nothing more.
fn answer_to(said: impl AsRef<[u8]>) -> String {
    with_server(|mut client, _| async move {
        client.write_all(said.as_ref()).await.unwrap();
        client.close().await.unwrap();
        rest(&mut client).await
    })
}

/// What comes until the server ends the connection.
async fn rest(client: &mut Duplex) -> String {
    let mut said = String::new();
    client.read_to_string(&mut said).await.unwrap();
    said
}

/// What comes, up to and including `end`.
async fn up_to(client: &mut Duplex, end: &str) -> String {
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(end.as_bytes()) {
        client.read_exact(&mut byte).await.unwrap();
        said.push(byte[0]);
    }
    String::from_utf8(said).unwrap()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n")
}

fn statuses(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("HTTP/1.1 ")).map(|line| &line[..3]).collect()
}

fn body(said: &str) -> &str {
    said.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn requests_that_come_together_are_answered_in_order() {
    let said =
        ["/status/201", "/delay/3", "/status/202", "/nothing", "/status/204"].map(get).concat();
    assert_eq!(statuses(&answer_to(&said)), ["201", "200", "202", "404", "204"]);
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let chunked =
        "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let fixed = "PUT /put HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\ndef";
    let said = with_server(|mut client, _| async move {
        for byte in [chunked, fixed].concat().into_bytes() {
            client.write_all(&[byte]).await.unwrap();
            sleep(Duration::from_millis(1)).await;
        }
        client.close().await.unwrap();
        rest(&mut client).await
    });
    assert_eq!(statuses(&said), ["200", "200"]);
    assert!(said.contains("\"data\": \"abc\"") && said.contains("\"data\": \"def\""), "{said}");
}

#[test]
fn a_head_request_is_answered_without_the_body() {
    let head = |path| get(path).replace("GET", "HEAD");
    let said =
        answer_to([head("/get"), head("/stream/3"), head("/bytes/9"), get("/status/202")].concat());
    assert_eq!(statuses(&said), ["200", "200", "200", "202"]);
    assert!(said.contains("Content-Length: 9\r\n") && said.contains("chunked\r\n"), "{said}");
    assert!(!said.contains('{'), "{said}");
}

#[test]
fn the_connection_ends_after_the_request_that_says_so() {
    let closing = get("/status/201").replace("Host", "Connection: close\r\nHost");
    let said = answer_to(closing + &get("/status/202"));
    assert_eq!(statuses(&said), ["201"]);
    assert!(said.contains("Connection: close\r\n"), "{said}");
}

#[test]
fn an_old_client_gets_a_body_that_ends_with_the_connection() {
    let old = |path| get(path).replace("/1.1", "/1.0");
    let said = answer_to(old("/stream/2").replace("Host", "Connection: keep-alive\r\nHost"));
    assert!(!said.contains("chunked") && said.contains("Connection: close\r\n"), "{said}");
    assert_eq!(body(&said).lines().count(), 2);
    assert_eq!(statuses(&answer_to(old("/status/201") + &old("/status/202"))), ["201"]);
}

#[test]
fn a_client_that_waits_to_be_told_is_told_to_go_on() {
    let said = with_server(|mut client, _| async move {
        let head =
            "POST /post HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
        client.write_all(head.as_bytes()).await.unwrap();
        assert_eq!(up_to(&mut client, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
        client.write_all(b"hello").await.unwrap();
        client.close().await.unwrap();
        rest(&mut client).await
    });
    assert!(said.starts_with("HTTP/1.1 200 ") && said.contains("\"data\": \"hello\""), "{said}");
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_comes() {
    let head = format!(
        "POST /post HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        crate::server::body::BODY_LIMIT + 1
    );
    assert_eq!(statuses(&answer_to(head)), ["413"]);
}

#[test]
fn after_what_is_no_request_the_connection_ends() {
    let bad_chunk = "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n";
    let large = format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(1 << 16));
    for (wrong, status) in [
        ("\u{16}\u{3}\u{1}", "400"),
        ("nonsense\r\n\r\n", "400"),
        (bad_chunk, "400"),
        (&large, "431"),
    ] {
        let said = answer_to([&get("/status/201"), wrong, &get("/status/202")].concat());
        assert_eq!(statuses(&said), ["201", status], "{wrong:?}");
        assert!(said.contains("Connection: close\r\n") && said.contains("\"error\""), "{said}");
    }
}

#[test]
fn a_request_that_ends_in_the_middle_is_told_so() {
    let half_a_body = "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhello";
    for half in ["GET / HTTP/1.1\r\nHost: ", half_a_body] {
        assert_eq!(statuses(&answer_to(get("/status/201") + half)), ["201", "400"]);
    }
}

#[test]
fn an_answer_is_late_by_as_much_as_was_asked_for() {
    for (path, seconds) in [("/delay/2.5", 2.5), ("/delay/1000", 10.0), ("/drip?delay=3", 3.0)] {
        let waited = with_server(|mut client, _| async move {
            let begin = now();
            client.write_all(get(path).as_bytes()).await.unwrap();
            up_to(&mut client, "\r\n\r\n").await;
            now() - begin
        });
        assert_eq!(waited, Duration::from_secs_f64(seconds), "{path}");
    }
}

#[test]
fn drops_come_one_after_another() {
    with_server(|mut client, _| async move {
        client.write_all(get("/drip?numbytes=4&duration=2").as_bytes()).await.unwrap();
        up_to(&mut client, "\r\n\r\n").await;
        let begin = now();
        for number in 0..4 {
            up_to(&mut client, "*").await;
            assert_eq!(now() - begin, Duration::from_millis(500) * number);
        }
    });
}

#[test]
fn a_client_that_is_silent_for_too_long_is_sent_away() {
    let part_of_body = "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhello";
    for (said, limit, status) in [
        ("", IDLE, &[][..]),
        ("GET / HTTP/1.1\r\nHo", HEAD, &["408"]),
        (part_of_body, BODY, &["408"]),
    ] {
        let (waited, answer) = with_server(|mut client, _| async move {
            let begin = now();
            client.write_all(said.as_bytes()).await.unwrap();
            let answer = rest(&mut client).await;
            (now() - begin, answer)
        });
        assert_eq!((waited, &*statuses(&answer)), (limit, status), "{said:?}");
    }
}

#[test]
fn a_client_that_does_not_take_its_answer_is_given_up() {
    let (waited, ended) = with_server(|mut client, server| async move {
        let begin = now();
        client.write_all(get("/bytes/10000000").as_bytes()).await.unwrap();
        let ended = server.await.unwrap();
        (now() - begin, ended)
    });
    assert_eq!((waited, ended.unwrap_err().kind()), (IDLE, io::ErrorKind::TimedOut));
}

#[test]
fn a_client_that_does_not_say_goodbye_is_not_waited_for_long() {
    let waited = with_server(|mut client, server| async move {
        let begin = now();
        client.write_all(b"nonsense\r\n\r\n").await.unwrap();
        let _ = server.await.unwrap();
        now() - begin
    });
    assert_eq!(waited, GOODBYE);
}

#[test]
fn a_client_that_leaves_in_the_middle_of_an_answer_ends_its_task() {
    let ended = with_server(|mut client, server| async move {
        client.write_all(get("/drip").as_bytes()).await.unwrap();
        up_to(&mut client, "**").await;
        drop(client);
        server.await.unwrap()
    });
    assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}
