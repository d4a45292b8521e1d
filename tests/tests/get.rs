//! `demo get`, from outside: what it sends and what it prints.

use std::fs;

use demo::server::{Options, Server};
use tests::peer::Peer;
use tests::program::{run, run_with_input};

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");

fn server() -> Server {
    Server::start(Options::default()).unwrap()
}

#[test]
fn the_body_goes_to_standard_output_byte_for_byte() {
    let body: Vec<u8> = (0..200_000_u32).map(|number| (number * 7) as u8).collect();
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend(&body);
    let ran = run(DEMO, ["get", &Peer::answering(answer).url("http")]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert!(ran.bytes == body);
}

#[test]
fn with_o_it_goes_into_a_file_and_nothing_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    let server = server();
    let url = format!("{}/bytes/5000?seed=1", server.url());
    let ran = run(DEMO, ["get", &url, "-o", file.to_str().unwrap()]);
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "", ""));
    assert_eq!(fs::read(&file).unwrap().len(), 5000);

    let nowhere = folder.path().join("no/such/folder");
    let ran = run(DEMO, ["get", &url, "-o", nowhere.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.complaint().contains("cannot write"), "{}", ran.err);
}

#[test]
fn with_i_the_head_comes_first() {
    let answer = "HTTP/1.1 404 Not here\r\nX-A: b\r\nContent-Length: 4\r\n\r\ngone";
    let ran = run(DEMO, ["get", "-i", &Peer::answering(answer).url("http")]);
    assert_eq!(ran.out, "HTTP/1.1 404 Not here\nX-A: b\nContent-Length: 4\n\ngone");
    assert_eq!(ran.code, Some(0), "an answer is an answer");
}

#[test]
fn a_body_is_posted_as_curl_posts_it() {
    let server = server();
    let url = format!("{}/post", server.url());
    let ran = run(DEMO, ["get", &url, "-d", "a=1&b=two"]);
    assert!(ran.out.contains("\"a\": \"1\"") && ran.out.contains("\"b\": \"two\""), "{ran:#?}");

    let json = ["get", &url, "-d", "@-", "-H", "Content-Type: application/json"];
    let ran = run_with_input(DEMO, json, "{\"from\": \"stdin\"}");
    assert!(ran.out.contains("\"from\": \"stdin\""), "{ran:#?}");
}

#[test]
fn the_method_and_the_header_are_what_was_asked_for() {
    let server = server();
    let url = server.url();
    let ran = run(DEMO, ["get", &format!("{url}/put"), "-X", "PUT", "-d", "x", "-H", "X-Me: you"]);
    assert!(ran.out.contains("\"X-Me\": \"you\""), "{ran:#?}");
    let ran = run(DEMO, ["get", &format!("{url}/get"), "-X", "HEAD", "-i"]);
    assert!(ran.out.starts_with("HTTP/1.1 200 ") && ran.out.ends_with("\n\n"), "{ran:#?}");
}

#[test]
fn redirects_are_followed_and_users_in_the_url_are_let_in() {
    let server = server();
    let url = server.url();
    let ran = run(DEMO, ["get", &format!("{url}/redirect/3")]);
    assert!(ran.out.contains("/get\""), "{ran:#?}");
    let with_user = url.replace("http://", "http://me:secret@");
    let ran = run(DEMO, ["get", &format!("{with_user}/basic-auth/me/secret")]);
    assert!(ran.out.contains("\"authenticated\": true"), "{ran:#?}");
}

#[test]
fn a_password_in_the_url_is_in_no_complaint() {
    let ran = run(DEMO, ["get", "http://me:secret@127.0.0.1:1/"]);
    assert_eq!(ran.code, Some(1));
    assert!(!ran.complaint().contains("secret"), "{}", ran.err);
}
