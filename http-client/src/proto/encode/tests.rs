use super::*;

fn message(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Message {
    Message {
        method: method.to_string().into(),
        url: Url::parse(url).unwrap(),
        headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        body: body.map(Body::from),
    }
}

#[test]
fn a_request_says_where_it_goes_and_how_long_it_is() {
    let head = message("POST", "http://h.test:81/a?b", &[("X", "y")], Some(b"abc")).head().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "POST /a?b HTTP/1.1\r\nHost: h.test:81\r\nUser-Agent: onethread/{version}\r\nAccept: */*\r\nX: y\r\n\
         Content-Length: 3\r\n\r\n"
    );
    assert_eq!(String::from_utf8(head).unwrap(), expected);
}

#[test]
fn the_head_of_a_usual_request_is_written_as_any_other() {
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "PUT"] {
        let message = message(method, "http://h.test:81/a?b", &[], None);
        let mut whole = Vec::new();
        message.write(message.url.target(), None, &mut whole);
        assert_eq!(message.head().unwrap(), whole, "{method}");
    }
}

#[test]
fn a_proxy_is_told_the_whole_url_and_who_asks() {
    let get = message("GET", "http://u:p@h.test:81/a?b", &[], None);
    let head = String::from_utf8(get.head_for_proxy(Some("Basic x")).unwrap()).unwrap();
    let begins = "GET http://h.test:81/a?b HTTP/1.1\r\nHost: h.test:81\r\n";
    assert!(head.starts_with(begins), "{head}");
    let who = "\r\nAuthorization: Basic dTpw\r\nProxy-Authorization: Basic x\r\n";
    assert!(head.contains(who), "{head}");
    let own = message("GET", "http://h.test/", &[("Proxy-Authorization", "mine")], None);
    let head = String::from_utf8(own.head_for_proxy(Some("Basic x")).unwrap()).unwrap();
    assert_eq!(head.matches("Proxy-Authorization: mine").count(), 1, "{head}");
    assert!(!head.contains("Basic x"), "{head}");
}

#[test]
fn a_request_for_a_tunnel_names_host_and_port_and_who_asks() {
    for (url, host) in [
        ("https://u:p@h.test/a", "h.test:443"),
        ("https://h.test:444", "h.test:444"),
        ("https://[::1]/", "[::1]:443"),
    ] {
        let url = Url::parse(url).unwrap();
        let head = String::from_utf8(connect_head(&url, None)).unwrap();
        let expected = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", user_agent!());
        assert_eq!(head, expected);
        let head = String::from_utf8(connect_head(&url, Some("Basic x"))).unwrap();
        assert!(head.ends_with("\r\nProxy-Authorization: Basic x\r\n\r\n"));
    }
}

#[test]
fn a_user_in_the_url_becomes_basic_auth() {
    let head = message("GET", "http://u:p%3Ax@h.test/", &[], None).head().unwrap();
    assert!(String::from_utf8(head).unwrap().contains("\r\nAuthorization: Basic dTpwOng=\r\n"));
    assert_eq!(
        ["", "f", "fo", "foo"].map(|text| base64(text.as_bytes())),
        ["", "Zg==", "Zm8=", "Zm9v"]
    );
}

#[test]
fn what_could_be_read_as_two_requests_is_refused() {
    let get = |headers: &[(&str, &str)]| message("GET", "http://h.test/", headers, None);
    let post = |headers: &[(&str, &str)]| message("POST", "http://h.test/", headers, Some(b"abc"));
    for refused in [
        get(&[("X", "a\r\nEvil: 1")]),
        get(&[("X", "a\rb")]),
        get(&[("X", "a\0b")]),
        get(&[("X Y", "a")]),
        get(&[("Host", "a\r\nb: c")]),
        get(&[("Host", "a"), ("Host", "b")]),
        post(&[("Content-Length", "5")]),
        post(&[("Content-Length", "+3")]),
        post(&[("Content-Length", "3"), ("Transfer-Encoding", "chunked")]),
        post(&[("Expect", "100-continue")]),
        message("GE T", "http://h.test/", &[], None),
        message("CONNECT", "http://h.test/", &[], None),
        message("GET", "http://u:p@h.test/", &[("Authorization", "x")], None),
    ] {
        assert_eq!(refused.head().unwrap_err().kind, Kind::InvalidRequest, "{refused:?}");
    }
}

#[test]
fn a_secret_that_cannot_be_sent_is_not_shown_either() {
    let token = message("GET", "http://h.test/", &[("Authorization", "Bearer s3cret\n")], None);
    assert_eq!(
        token.head().unwrap_err().cause,
        "the header field Authorization has a control character, '\\n' at byte 13"
    );
}

#[test]
fn a_request_may_be_the_last_on_its_connection() {
    for (value, closes) in [("close", true), ("te, CLOSE", true), ("keep-alive", false)] {
        let request = message("GET", "http://h.test/", &[("Connection", value)], None);
        assert_eq!(request.closes(), closes, "{value}");
    }
}
