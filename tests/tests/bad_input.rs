//! What if something is wrong? One clear line, the right exit code, and an end.

use std::io::{Read, Write};
use std::net::Ipv4Addr;

use demo::server::{Options, Server};
use tests::peer::{Peer, read_request};
use tests::program::run;

const DEMO: &str = env!("CARGO_BIN_EXE_demo-under-test");

/// `get` says one line that has all of `words`, and ends with this code.
fn refuses(code: i32, arguments: &[&str], words: &[&str]) {
    let ran = run(DEMO, arguments.iter().copied());
    assert_eq!(ran.code, Some(code), "{arguments:?}: {ran:#?}");
    assert_eq!(ran.out, "", "{arguments:?}");
    let line = ran.complaint();
    assert!(words.iter().all(|word| line.contains(word)), "{arguments:?}: {line}");
}

#[test]
fn a_malformed_url_is_a_usage_error() {
    for (url, word) in [
        ("htp://host/", "htp"),
        ("host/path", "neither a command nor a URL"),
        ("http://", "no host"),
        ("http://host:99999/", "99999"),
        ("http://[::1/", "not a URL"),
        ("http://host/\u{7}", "control character"),
    ] {
        refuses(2, &["get", url], &["demo: ", word]);
        refuses(2, &["gather", url], &["demo: ", word]);
    }
}

#[test]
fn a_request_that_could_be_read_as_two_is_a_usage_error() {
    refuses(2, &["get", "http://127.0.0.1/", "-H", "A: b\r\nC: d"], &["header field A"]);
    refuses(2, &["get", "http://127.0.0.1/", "-X", "GE T"], &["GE T", "not a method"]);
}

#[test]
fn a_file_that_is_no_ca_file_is_a_usage_error() {
    refuses(2, &["get", "https://127.0.0.1/", "--ca", "/nowhere"], &["/nowhere", "No such file"]);
    let no_certificate = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    refuses(2, &["gather", "--tls", "--ca", no_certificate], &["Cargo.toml", "no certificate"]);
    refuses(2, &["get", "http://127.0.0.1/", "-d", "@/nowhere"], &["/nowhere"]);
}

#[test]
fn options_that_make_no_sense_are_usage_errors() {
    for arguments in [
        &["gather", "-n", "0"][..],
        &["gather", "-n", "many"],
        &["gather", "--delay", "-1"],
        &["gather", "--timeout", "soon"],
        &["gather", "-H", "no colon"],
        &["gather", "http://127.0.0.1/", "--tls"],
        &["gather", "http://127.0.0.1/", "--delay", "1"],
        &["gather", "--nonsense"],
        &["serve", "--port", "65536"],
        &["get"],
    ] {
        let ran = run(DEMO, arguments.iter().copied());
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{arguments:?}: {ran:#?}");
        assert!(ran.err.starts_with("error: "), "{arguments:?}: {ran:#?}");
    }
}

#[test]
fn a_refused_connection_and_an_unknown_host_are_failures() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", taken.local_addr().unwrap());
    drop(taken);
    refuses(1, &["get", &url], &[&url, "connect", "refused"]);
    refuses(1, &["get", "http://nobody.invalid/"], &["name lookup", "nobody.invalid"]);
}

#[test]
fn a_server_that_hangs_is_given_up_in_whatever_phase_it_hangs() {
    let silent = Peer::that(|mut connection| connection.read_to_end(&mut Vec::new()).map(drop));
    let get = |url: &str, words: &[&str]| {
        refuses(1, &["get", url, "--timeout", "0.2"], words);
    };
    get(&silent.url("http"), &["waiting for the response", "time is up"]);
    get(&silent.url("https"), &["TLS handshake", "time is up"]);
}

#[test]
fn a_body_that_stops_coming_is_a_failure_after_what_came() {
    let stalls = Peer::that(|mut connection| {
        read_request(&mut connection)?;
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")?;
        connection.read_to_end(&mut Vec::new()).map(drop)
    });
    let ran = run(DEMO, ["get", &stalls.url("http"), "--timeout", "0.3"]);
    assert_eq!((ran.code, &*ran.out), (Some(1), "four"));
    assert!(ran.complaint().contains("reading the body: time is up"), "{}", ran.err);
}

#[test]
fn a_server_that_closes_early_is_a_failure() {
    for (answer, word) in [
        (&b""[..], "without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-", "in the middle of the response's head"),
    ] {
        refuses(1, &["get", &Peer::answering(answer).url("http")], &[word]);
    }
    for (answer, came) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour", "four"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n", "four"),
    ] {
        let ran = run(DEMO, ["get", &Peer::answering(answer).url("http")]);
        assert_eq!((ran.code, &*ran.out), (Some(1), came), "{ran:#?}");
        assert!(ran.complaint().contains("closed the connection"), "{}", ran.err);
    }
}

#[test]
fn a_server_that_sends_garbage_is_a_failure() {
    for (answer, words) in [
        ("\0\x01\x02 garbage", &["not an HTTP/1 response"][..]),
        ("SSH-2.0-OpenSSH_9.6\r\n", &["not an HTTP/1 response", "SSH-2.0-OpenSSH"]),
        ("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", &["header field"]),
        ("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", &["Content-Length"]),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            &["both Content-Length and Transfer-Encoding"],
        ),
    ] {
        refuses(1, &["get", &Peer::answering(answer).url("http")], words);
    }
}

/// A TLS server on every address of this machine, with a certificate for `localhost` and 127.0.0.1 alone.
fn tls_server() -> (Server, tempfile::NamedTempFile) {
    let everywhere = (Ipv4Addr::UNSPECIFIED, 0).into();
    let server = Server::start(Options { address: everywhere, tls: true }).unwrap();
    let mut authority = tempfile::NamedTempFile::new().unwrap();
    authority.write_all(server.authority_pem().unwrap().as_bytes()).unwrap();
    (server, authority)
}

#[test]
fn a_certificate_of_an_unknown_authority_is_a_failure() {
    let (server, _) = tls_server();
    let url = format!("https://127.0.0.1:{}/get", server.address().port());
    refuses(1, &["get", &url], &[&url, "TLS handshake", "not trusted"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_certificate_for_another_host_is_a_failure() {
    let (server, authority) = tls_server();
    let (port, authority) = (server.address().port(), authority.path().to_str().unwrap());
    let right = format!("https://127.0.0.1:{port}/get");
    assert_eq!(run(DEMO, ["get", &right, "--ca", authority]).code, Some(0));
    let wrong = format!("https://127.0.0.2:{port}/get");
    refuses(1, &["get", &wrong, "--ca", authority], &["another host", "127.0.0.2"]);
}

#[test]
fn a_server_that_speaks_no_tls_is_a_failure() {
    let plain = Peer::that(|mut connection| {
        connection.write_all(b"HTTP/1.1 400 Speak plainly\r\n\r\n")?;
        connection.read_to_end(&mut Vec::new()).map(drop)
    });
    refuses(1, &["get", &plain.url("https")], &["TLS handshake", "does not speak TLS"]);
}
