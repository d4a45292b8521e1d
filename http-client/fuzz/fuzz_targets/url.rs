//! A URL is the same after it was printed, and a redirect takes no secret elsewhere. What is sent is one request.
#![no_main]

use http_client::fuzzing::{
    Request, authority, credentials, is_same_origin, join, length, shown, target, tunnel,
};
use http_client::{Body, Url};
use libfuzzer_sys::fuzz_target;

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "get"];
const STATUSES: [u16; 8] = [301, 302, 303, 307, 308, 300, 304, 305];
const CONNECT_FIELDS: [&str; 3] = ["host", "user-agent", "proxy-authorization"];
const WHO: &str = "Basic eDp5";
const SECRETS: [&str; 4] = ["authorization", "cookie", "cookie2", "proxy-authorization"];

// The first line is a URL, the second a reference. The lines after them are fields of a request, name and value. In
// these lines, `\r` stands for a line feed, so that there can be one.
fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let mut lines = text.split('\n');
    let (given, reference) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let Ok(url) = Url::parse(given) else {
        assert!(!shown(given).contains('@'), "a secret stands before an @");
        return;
    };
    check(&url);
    let printed = url.to_string();
    assert_eq!(printed, shown(given));

    let joined = join(&url, reference);
    if let Ok(joined) = &joined {
        check(joined);
        assert_eq!(credentials(joined), None, "they belong to the page alone");
        // It is absolute now; only dots may go, which an empty reference leaves (RFC 3986, 5.2.2).
        let again = join(&url, &joined.to_string()).expect("it is a URL");
        assert!(is_same_origin(&again, joined) && target(&again).len() <= target(joined).len());
        assert_eq!(join(&url, &again.to_string()), Ok(again), "there is nothing left to resolve");
    }

    let fields = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_string(), value.trim_start_matches(' ').replace('\r', "\n")));
    let method = METHODS[usize::from(choice & 7) % METHODS.len()];
    let request = Request {
        method: method.into(),
        url: url.clone(),
        fields: fields.collect(),
        body: (choice & 8 != 0).then(|| match choice & 128 {
            0 => "body".into(),
            _ => Body::pieces(|| async { Ok(None) }),
        }),
    };
    check_head(&request);
    let status = STATUSES[usize::from(choice >> 4 & 7)];
    if let Ok(Some(next)) = request.follow(status, reference.as_bytes()) {
        assert!(STATUSES[..5].contains(&status), "only redirects are followed");
        check_follow(&request, &next, status);
        check_head(&next);
    }
});

fn check(url: &Url) {
    let printed = url.to_string();
    let again = Url::parse(&printed).expect("what is printed is a URL");
    assert_eq!(again.to_string(), printed);
    assert!(is_same_origin(url, &again));
    assert_eq!((again.host(), again.port()), (url.host(), url.port()));
    assert_eq!((authority(&again), target(&again)), (authority(url), target(url)));
    assert_eq!(credentials(&again), None, "they are not printed");
    assert!(!authority(url).contains('@') && format!("{url:?}").contains(&printed));
    // Both are sent as they are, the one in the first line, the other in the field Host.
    assert!(printed.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(target(url).starts_with('/') && !target(url).contains('#'));
    assert!(!url.host().is_empty());
}

fn check_follow(request: &Request, next: &Request, status: u16) {
    let names = |name: &str| next.fields.iter().any(|field| field.0.eq_ignore_ascii_case(name));
    if is_same_origin(&request.url, &next.url) {
        assert_eq!(credentials(&request.url), credentials(&next.url));
    } else {
        assert_eq!(credentials(&next.url), None);
        assert!(!SECRETS.iter().any(|name| names(name)), "a secret travels: {next:?}");
        assert!(!names("host"), "it names another host");
    }
    let method = match (status, &*request.method) {
        (303, "HEAD") => "HEAD",
        (303, _) | (301 | 302, "POST") => "GET",
        (_, same) => same,
    };
    assert_eq!(next.method, method, "{status}");
    if next.method == request.method && !(status == 303 && method == "GET") {
        let length = |request: &Request| request.body.as_ref().map(length);
        assert_eq!(length(next), length(request));
    } else {
        assert!(next.body.is_none() && !names("content-type") && !names("content-length"));
    }
    assert!(next.fields.iter().all(|field| request.fields.contains(field)), "nothing is added");
}

/// What is sent can be read as one request and in no other way, by the server and by a proxy.
fn check_head(request: &Request) {
    let tunnel = fields("CONNECT", None, &tunnel(&request.url, WHO));
    assert_eq!(tunnel.iter().map(|field| &*field.0).collect::<Vec<_>>(), CONNECT_FIELDS);
    let (Ok(direct), Ok(proxied)) = (request.head(), request.head_for_proxy(WHO)) else {
        assert!(request.head().is_err() && request.head_for_proxy(WHO).is_err(), "both or none");
        return;
    };
    let direct = fields(&request.method, Some(target(&request.url)), &direct);
    let mut proxied = fields(&request.method, Some(&request.url.to_string()), &proxied);
    let count = |name| direct.iter().filter(|field| field.0 == name).count();
    assert_eq!(count("host"), 1, "the server knows which site is meant");
    assert!(count("authorization") <= 1 || credentials(&request.url).is_none());
    // The end of a body is told in one way; there may be a Content-Length of 0 without a body.
    let (lengths, codings) = (count("content-length"), count("transfer-encoding"));
    let has_body = request.body.is_some();
    assert!(if has_body { lengths + codings == 1 } else { lengths <= 1 && codings == 0 });
    // The proxy hears who asks, and nothing else is different; the server does not hear it.
    if count("proxy-authorization") == 0 {
        let heard = proxied.iter().position(|field| field.0 == "proxy-authorization");
        assert_eq!(proxied.remove(heard.expect("it is told")).1, WHO);
    }
    assert_eq!(direct, proxied);
}

/// The fields of a head, which is to be one of a request with this method and target; names in lower case.
fn fields(method: &str, target: Option<&str>, head: &[u8]) -> Vec<(String, String)> {
    let head = str::from_utf8(head).expect("fields are text");
    let lines = head.strip_suffix("\r\n\r\n").expect("it ends with an empty line");
    let mut lines = lines.split("\r\n");
    let first: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    assert_eq!((first.len(), first[0], first[2]), (3, method, "HTTP/1.1"));
    assert!(target.is_none_or(|target| first[1] == target));
    let field = |line: &str| {
        let is_control = |byte: u8| byte != b'\t' && (byte < b' ' || byte == 0x7f);
        assert!(!line.bytes().any(is_control), "{line:?}");
        let (name, value) = line.split_once(": ").expect("each line is a field");
        http_client_fuzz::assert_sane(name, b"");
        (name.to_ascii_lowercase(), value.to_string())
    };
    lines.map(field).collect()
}
