//! What goes to whom, without a socket.

use super::*;

/// The `Cookie` field for each URL, after these cookies were set.
fn lines<const N: usize>(set: &[(&str, &str)], urls: [&str; N]) -> [String; N] {
    let jar = CookieJar::new();
    for (url, set_cookie) in set {
        jar.add(url, set_cookie);
    }
    urls.map(|url| jar.line(&Url::parse(url).unwrap()).unwrap_or_default())
}

#[test]
fn a_cookie_goes_to_its_host_alone_unless_it_has_a_domain() {
    let asked = ["http://a.test/", "http://x.a.test/", "http://b.test/", "http://ba.test/"];
    let of = |domain: &str| lines(&[("http://a.test/", &format!("k=v{domain}"))], asked);
    assert_eq!(of(""), ["k=v", "", "", ""]);
    assert_eq!(of("; Domain="), ["k=v", "", "", ""]);
    assert_eq!(of("; Domain=a.test"), ["k=v", "k=v", "", ""]);
    assert_eq!(of("; DOMAIN=.A.test"), ["k=v", "k=v", "", ""]);
    for wrong in ["x.a.test", "b.test", "test", ".test", "st", "a.tes", "127.0.0.1"] {
        assert_eq!(of(&format!("; Domain={wrong}")), ["", "", "", ""], "{wrong}");
    }
}

#[test]
fn an_address_is_no_domain() {
    let set = [("http://127.0.0.1/", "a=1; Domain=0.0.1"), ("http://127.0.0.1/", "b=2")];
    let asked = ["http://127.0.0.1:81/", "http://0.0.1/", "http://127.0.0.2/", "http://localhost/"];
    assert_eq!(lines(&set, asked), ["b=2", "", "", ""]);
    assert_eq!(lines(&[("http://[::1]/", "c=3")], ["http://[::1]:81/"]), ["c=3"]);
}

#[test]
fn a_cookie_goes_where_its_path_is_and_the_longest_comes_first() {
    let set = [
        ("http://a.test/x/y", "of=x"),
        ("http://a.test/x/y", "all=1; Path=/"),
        ("http://a.test/", "y=2; Path=/x/y"),
        ("http://a.test/", "wrong=3; Path=x"),
        ("http://a.test/", "b=4"),
    ];
    let asked = ["http://a.test/", "http://a.test/x/y?q", "http://a.test/xy", "http://a.test/x/yz"];
    let all = "all=1; b=4; wrong=3";
    assert_eq!(
        lines(&set, asked),
        [all, &format!("y=2; of=x; {all}"), all, &format!("of=x; {all}")]
    );
}

#[test]
fn a_secure_cookie_is_set_sent_and_replaced_over_tls_alone() {
    let (plain, tls) = ("http://a.test/", "https://a.test/");
    assert_eq!(lines(&[(tls, "k=v; Secure")], [plain, tls]), ["", "k=v"]);
    assert_eq!(lines(&[(plain, "k=v; Secure")], [plain, tls]), ["", ""]);
    assert_eq!(lines(&[(tls, "k=v; secure"), (plain, "k=forged")], [plain, tls]), ["", "k=v"]);
    let forged = [(tls, "k=v; Secure"), (plain, "k=forged; Path=/x"), (plain, "k=; Max-Age=0")];
    assert_eq!(lines(&forged, [plain, "https://a.test/x/"]), ["", "k=v"]);
    assert_eq!(lines(&[(plain, "k=v")], [plain, tls]), ["k=v", "k=v"]);
    // On one machine there is nobody to listen.
    let here = "http://localhost/";
    assert_eq!(lines(&[(here, "k=v; Secure")], [here, "https://localhost/"]), ["k=v", "k=v"]);
}

#[test]
fn a_cookie_stays_until_it_is_replaced_or_its_time_is_over() {
    let url = "http://a.test/";
    let now = |set: &[&str]| {
        let set: Vec<_> = set.iter().map(|set| (url, *set)).collect();
        lines(&set, [url])[0].clone()
    };
    assert_eq!(now(&["k=1", "k=2", "j=3"]), "j=3; k=2");
    let (past, future) = ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2100 23:59:59 GMT");
    assert_eq!(now(&[&format!("k=1; Expires={future}")]), "k=1");
    assert_eq!(now(&[&format!("k=1; Expires={past}")]), "");
    assert_eq!(now(&["k=1", &format!("k=; Expires={past}")]), "");
    assert_eq!(now(&["k=1", "k=; Max-Age=0"]), "");
    assert_eq!(now(&["k=1", "k=; Max-Age=-1", "k=2"]), "k=2");
    // Max-Age counts, wherever it stands; what cannot be read is not there.
    assert_eq!(now(&[&format!("k=1; Max-Age=60; Expires={past}")]), "k=1");
    assert_eq!(now(&["k=1; Max-Age=soon; Expires=soon"]), "k=1");
    assert_eq!(now(&["k=1; Max-Age=99999999999999999999"]), "k=1");
}

#[test]
fn values_come_back_as_they_were() {
    let set = ["a=\"quoted\"", "b=x=y=z", "c= spaced ", "d=", "e=%20", "f=é", "g=a,b"];
    let set = set.map(|set| ("http://a.test/", set));
    let line = "a=\"quoted\"; b=x=y=z; c=spaced; d=; e=%20; f=é; g=a,b";
    assert_eq!(lines(&set, ["http://a.test/"]), [line]);
}

#[test]
fn what_is_no_cookie_is_left_out() {
    let url = "http://a.test/";
    for wrong in ["", "=", "k", "=v", ";", "; Path=/", &format!("k={}", "x".repeat(LONGEST))] {
        assert_eq!(lines(&[(url, wrong)], [url]), [""], "{wrong:.20}");
    }
    let jar = CookieJar::new();
    jar.add("not a URL", "k=v");
    assert!(jar.cookies("not a URL").is_empty());
}

#[test]
fn a_server_cannot_fill_the_memory_with_cookies() {
    let jar = CookieJar::new();
    for number in 0..MOST + 10 {
        let age = if number < 20 { "; Max-Age=0" } else { "" };
        // The first ones are set, and taken back.
        jar.add("https://a.test/", &format!("k{number}=v"));
        jar.add("https://a.test/", &format!("k{number}=v{age}"));
    }
    assert_eq!(jar.store.borrow().iter_any().count(), MOST - 10);
    for number in 0..20 {
        jar.add("https://b.test/", &format!("k{number}=v"));
    }
    assert_eq!(jar.store.borrow().iter_any().count(), MOST);
    assert_eq!(jar.cookies("https://b.test/").len(), 10);
}

#[test]
fn a_jar_does_not_show_its_secrets() {
    let jar = CookieJar::new();
    jar.add("http://a.test/", "name=hush");
    assert!(!format!("{jar:?}").contains("hush"));
}
