use super::*;

#[test]
fn a_url_is_taken_apart() {
    let url = Url::parse("https://u:p%3Ax@EXAMPLE.test:8443/a/b?c=d#e").unwrap();
    assert_eq!((url.host(), url.port(), url.target()), ("example.test", 8443, "/a/b?c=d"));
    assert_eq!(url.credentials(), Some("u:p:x"));
    assert_eq!(url.to_string(), "https://example.test:8443/a/b?c=d");
}

#[test]
fn the_usual_port_and_the_path_may_be_left_out() {
    for (given, authority, target) in [
        ("http://h.test", "h.test", "/"),
        ("http://h.test:80/", "h.test", "/"),
        ("http://h.test:/", "h.test", "/"),
        ("http://h.test?a=b", "h.test", "/?a=b"),
        ("https://h.test:80/", "h.test:80", "/"),
        ("http://[::1]:8080/x", "[::1]:8080", "/x"),
        ("http://h.test/é ü", "h.test", "/%C3%A9%20%C3%BC"),
        ("http://@h.test/", "h.test", "/"),
    ] {
        let url = Url::parse(given).unwrap();
        assert_eq!((url.authority(), url.target()), (authority, target), "{given}");
    }
    assert_eq!(Url::parse("http://[::1]/").unwrap().host(), "::1");
}

#[test]
fn what_is_wrong_with_a_url_is_said() {
    for (wrong, why) in [
        ("h.test/path", "http://"),
        ("", "http://"),
        ("ftp://h.test/", "ftp is not a scheme"),
        ("http:///x", "no host"),
        ("http://h.test:65536/", "65536 is not a port"),
        ("http://h.test:8x/", "not a URL"),
        ("http://h.test/a\r\nX: y", "control character"),
        ("http://é.test/", "ASCII"),
        ("http://[fe80::1%25eth0]/", ""),
        ("http://[::1/", "not a URL"),
        ("http://a b/", ""),
    ] {
        let error = Url::parse(wrong).unwrap_err();
        assert!(error.contains(why), "{wrong}: {error}");
    }
}

#[test]
fn user_and_password_are_never_shown() {
    let url = Url::parse("http://u:secret@h.test/p@th").unwrap();
    assert_eq!(
        (url.to_string(), format!("{url:?}")),
        ("http://h.test/p@th".into(), "Url(http://h.test/p@th)".into())
    );
    for (wrong, shown) in [
        ("http://u:sec/ret@h.test/", "http://h.test/"),
        ("http://u:s@cr@t@[h.test/", "http://[h.test/"),
        ("u:secret@h.test/", "h.test/"),
        ("u:s://secret@h.test/", "h.test/"),
        ("http://h.test:x/", "http://h.test:x/"),
        ("h.test", "h.test"),
        ("@", ""),
    ] {
        assert!(Url::parse(wrong).is_err());
        assert_eq!(without_secrets(wrong), shown);
    }
    assert_eq!(Url::parse("http://@h.test/").unwrap().credentials(), None);
}

#[test]
fn a_reference_is_resolved_against_the_page_it_stands_on() {
    let page = Url::parse("http://u:p@a.test/dir/page?x=1#frag").unwrap();
    for (reference, whole) in [
        ("http://b.test/new", "http://b.test/new"),
        ("http://v:q@b.test/", "http://b.test/"),
        ("//v:q@a.test/", "http://a.test/"),
        ("y/foo.html", "http://a.test/dir/y/foo.html"),
        ("../../../up", "http://a.test/up"),
        ("//b.test/x", "http://b.test/x"),
        ("/n", "http://a.test/n"),
        ("?q", "http://a.test/dir/page?q"),
        ("", "http://a.test/dir/page?x=1"),
    ] {
        let joined = page.join(reference).unwrap();
        assert_eq!((&*joined.to_string(), joined.credentials()), (whole, None));
    }
    assert!(page.join("http://:bad:/").is_err() && page.join("ftp://a.test/").is_err());
}
