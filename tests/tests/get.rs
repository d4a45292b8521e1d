//! `demo get`, from outside: what it sends and what it prints.

use std::fs;
use std::io::{Read, Write};

use demo::server::{Options, Server};
use tests::peer::{Peer, read_request};
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
fn redirects_are_followed_if_that_is_wished() {
    let server = server();
    let url = format!("{}/redirect/3", server.url());
    let ran = run(DEMO, ["get", "-i", &url]);
    assert!(ran.out.starts_with("HTTP/1.1 302 "), "{ran:#?}");
    let ran = run(DEMO, ["get", "-L", &url]);
    assert!(ran.out.contains("/get\""), "{ran:#?}");
}

#[test]
fn who_asks_is_said_in_the_url_or_beside_it() {
    let server = server();
    let url = format!("{}/basic-auth/me/se:cret", server.url());
    let with_user = url.replace("http://", "http://me:se%3Acret@");
    for arguments in [&["get", &with_user][..], &["get", "-u", "me:se:cret", &url]] {
        let ran = run(DEMO, arguments.iter().copied());
        assert!(ran.out.contains("\"authenticated\": true"), "{ran:#?}");
    }
    let ran = run(DEMO, ["get", "-f", "-u", "me:wrong", &url]);
    assert_eq!((ran.code, &*ran.out), (Some(1), ""));
    assert!(ran.complaint().contains("401"), "{}", ran.err);
    assert!(!ran.complaint().contains("wrong"), "{}", ran.err);
}

#[test]
fn json_says_what_it_is_and_what_it_wants() {
    let server = server();
    let url = format!("{}/post", server.url());
    let ran = run(DEMO, ["get", &url, "--json", "{\"n\": 1}"]);
    assert!(ran.out.contains("\"Content-Type\": \"application/json\""), "{ran:#?}");
    assert!(ran.out.contains("\"Accept\": \"application/json\""), "{ran:#?}");
    assert!(ran.out.contains("\"n\": 1"), "{ran:#?}");
}

#[test]
fn a_form_may_have_files_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("note.txt");
    fs::write(&file, "from a file").unwrap();
    let upload = format!("upload=@{}", file.display());
    let peer = Peer::that(|mut connection| {
        let head = String::from_utf8(read_request(&mut connection)?).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        connection.read_exact(&mut body)?;
        let answer = [head.as_bytes(), &body].concat();
        write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len())?;
        connection.write_all(&answer)
    });
    let ran = run(DEMO, ["get", &peer.url("http"), "-F", "name=value", "-F", &upload]);
    assert!(ran.out.starts_with("POST / HTTP/1.1"), "{ran:#?}");
    assert!(ran.out.contains("Content-Type: multipart/form-data; boundary="), "{ran:#?}");
    assert!(ran.out.contains("name=\"name\"\r\n\r\nvalue\r\n"), "{ran:#?}");
    assert!(ran.out.contains("filename=\"note.txt\""), "{ran:#?}");
    assert!(ran.out.contains("\r\n\r\nfrom a file\r\n--"), "{ran:#?}");
}

#[test]
fn a_file_is_put_with_its_length_and_a_pipe_in_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("note.txt");
    fs::write(&file, "from a file").unwrap();
    let server = server();
    let url = format!("{}/put", server.url());
    let ran = run(DEMO, ["get", &url, "-T", file.to_str().unwrap()]);
    assert!(ran.out.contains("\"data\": \"from a file\""), "{ran:#?}");
    assert!(ran.out.contains("\"Content-Length\": \"11\""), "{ran:#?}");
    let ran = run_with_input(DEMO, ["get", &url, "-T", "-"], "from a pipe");
    assert!(ran.out.contains("\"data\": \"from a pipe\""), "{ran:#?}");
    assert!(ran.out.contains("\"Transfer-Encoding\": \"chunked\""), "{ran:#?}");
    let ran = run(DEMO, ["get", &url, "-T", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.complaint().contains("it is a folder"), "{}", ran.err);
}

#[test]
fn a_server_is_reached_by_another_way() {
    let server = server();
    let port = server.address().port();
    let known = format!("h.test:{port}:127.0.0.1");
    let ran = run(DEMO, ["get", "--resolve", &known, &format!("http://h.test:{port}/headers")]);
    assert!(ran.out.contains(&format!("\"Host\": \"h.test:{port}\"")), "{ran:#?}");

    let echo = Peer::that(|mut connection| {
        let head = read_request(&mut connection)?;
        write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", head.len())?;
        connection.write_all(&head)
    });
    let proxy = echo.url("http").replace("http://", "http://me:secret@");
    let ran = run(DEMO, ["get", "-x", &proxy, "http://h.test/page"]);
    assert!(ran.out.starts_with("GET http://h.test/page HTTP/1.1\r\nHost: h.test\r\n"), "{ran:#?}");
    assert!(ran.out.contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{ran:#?}");
    let ran = run(DEMO, ["get", "-x", "socks5://127.0.0.1:1", "http://h.test/"]);
    assert_eq!(ran.code, Some(2), "{ran:#?}");
}

#[test]
fn what_is_compressed_is_printed_as_it_was_meant() {
    // `printf hello | gzip -n`
    let hello: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10,
        0x36, 5, 0, 0, 0,
    ];
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        hello.len()
    );
    let url = Peer::answering([head.as_bytes(), hello].concat()).url("http");
    let ran = run(DEMO, ["get", "--compressed", &url]);
    assert_eq!((ran.code, &*ran.out), (Some(0), "hello"), "{ran:#?}");
    assert_eq!(run(DEMO, ["get", &url]).bytes, hello, "as it came, unless it was wished for");
}

#[test]
fn cookies_are_kept_on_the_way() {
    let visits = Peer::that(|mut connection| {
        loop {
            let head = String::from_utf8(read_request(&mut connection)?).unwrap();
            if head.starts_with("GET /first ") {
                connection.write_all(
                    b"HTTP/1.1 302 Found\r\nSet-Cookie: b=2\r\nLocation: /then\r\nContent-Length: 0\r\n\r\n",
                )?;
                continue;
            }
            write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", head.len())?;
            connection.write_all(head.as_bytes())?;
        }
    });
    let ran = run(DEMO, ["get", "-L", "-b", "a=1", &format!("{}/first", visits.url("http"))]);
    let cookies: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("Cookie: ")).collect();
    assert_eq!(cookies.len(), 1, "{ran:#?}");
    assert!(cookies[0].contains("a=1") && cookies[0].contains("b=2"), "{ran:#?}");
}

#[test]
fn a_password_in_the_url_is_in_no_complaint() {
    let ran = run(DEMO, ["get", "http://me:secret@127.0.0.1:1/"]);
    assert_eq!(ran.code, Some(1));
    assert!(!ran.complaint().contains("secret"), "{}", ran.err);
}
