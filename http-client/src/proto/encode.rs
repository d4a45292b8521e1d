//! What goes on the wire for a request? Nothing that could be read as two. RFC 9112, 2 to 3.

use std::borrow::Cow;

use crate::body::Body;
use crate::error::{Fault, Kind};
use crate::proto::fields;
use crate::proto::framing::digits;
use crate::url::Url;

/// Macros, so that the compiler can put lines together.
macro_rules! user_agent {
    () => {
        concat!("User-Agent: onethread/", env!("CARGO_PKG_VERSION"), "\r\n")
    };
}
macro_rules! accept {
    () => {
        "Accept: */*\r\n"
    };
}

/// A request as it will be sent. Cloned for a retry or a redirect.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) method: Cow<'static, str>,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Body>,
}

impl Message {
    /// Whether sending it twice does what sending it once does (RFC 9110, 9.2.2).
    pub(crate) fn is_idempotent(&self) -> bool {
        matches!(&*self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE")
    }

    /// Whether it tells the server that the connection ends after it (RFC 9112, 9.6).
    #[inline]
    pub(crate) fn closes(&self) -> bool {
        !self.headers.is_empty() && self.says_close()
    }

    fn says_close(&self) -> bool {
        let mut options = self.headers_named("connection").flat_map(|value| value.split(','));
        options.any(|option| option.trim().eq_ignore_ascii_case("close"))
    }

    /// How long the body is; `None` if only its end will tell.
    fn body_length(&self) -> Option<u64> {
        self.body.as_ref().map_or(Some(0), Body::length)
    }

    pub(crate) fn remove_header(&mut self, name: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    fn headers_named(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = move |other: &str| other.eq_ignore_ascii_case(name);
        self.headers.iter().filter(move |(other, _)| same(other)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers_named(name).next().is_some()
    }

    /// Writes the bytes before the body, of a message that was checked.
    pub(crate) fn write_head(&self, into: &mut Vec<u8>) {
        self.write(self.url.target(), None, into);
    }

    /// The same for a proxy: it is told the whole URL (RFC 9112, 3.2.2), and who asks.
    pub(crate) fn write_head_for_proxy(&self, authorization: Option<&str>, into: &mut Vec<u8>) {
        self.write(&self.url.to_string(), authorization, into);
    }

    fn write(&self, target: &str, for_proxy: Option<&str>, into: &mut Vec<u8>) {
        let mut put = |parts: &[&str]| {
            parts.iter().for_each(|part| into.extend_from_slice(part.as_bytes()));
        };
        // Host comes first, as the RFC wishes.
        let host = self.headers_named("host").next().unwrap_or(self.url.authority());
        put(&[&self.method, " ", target, " HTTP/1.1\r\nHost: ", host]);
        // Methods that mean to send something say so even when it is empty (RFC 9110, 8.6).
        let has_body = self.body.is_some() || matches!(&*self.method, "POST" | "PUT" | "PATCH");
        // Most requests say no more than this.
        if self.headers.is_empty()
            && self.url.credentials().is_none()
            && for_proxy.is_none()
            && !has_body
        {
            return put(&[concat!("\r\n", user_agent!(), accept!(), "\r\n")]);
        }
        put(&["\r\n"]);
        if let Some(credentials) = self.url.credentials() {
            put(&["Authorization: Basic ", &base64(credentials.as_bytes()), "\r\n"]);
        }
        if let Some(authorization) = for_proxy.filter(|_| !self.has_header("proxy-authorization")) {
            put(&["Proxy-Authorization: ", authorization, "\r\n"]);
        }
        if !self.has_header("user-agent") {
            put(&[user_agent!()]);
        }
        if !self.has_header("accept") {
            put(&[accept!()]);
        }
        let own = |name: &str| {
            ["host", "content-length"].iter().any(|own| name.eq_ignore_ascii_case(own))
        };
        for (name, value) in self.headers.iter().filter(|(name, _)| !own(name)) {
            put(&[name, ": ", value, "\r\n"]);
        }
        match self.body_length() {
            Some(length) if has_body => put(&["Content-Length: ", &length.to_string(), "\r\n"]),
            Some(_) => {}
            None => put(&["Transfer-Encoding: chunked\r\n"]),
        }
        put(&["\r\n"]);
    }

    /// The whole head, for who does not send it.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn head(&self) -> Result<Vec<u8>, Fault> {
        let mut head = Vec::new();
        self.check()?;
        self.write_head(&mut head);
        Ok(head)
    }

    /// And for a proxy.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn head_for_proxy(&self, authorization: Option<&str>) -> Result<Vec<u8>, Fault> {
        let mut head = Vec::new();
        self.check()?;
        self.write_head_for_proxy(authorization, &mut head);
        Ok(head)
    }

    /// Whether it can be sent at all, and not be read as two.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let refuse = |cause: String| Err(Fault::new(Kind::InvalidRequest, cause));
        // What is borrowed is a name in this crate, such as GET.
        if let Cow::Owned(method) = &self.method {
            if !is_token(method) {
                return refuse(format!("{method:?} is not a method"));
            }
            if method == "CONNECT" {
                return refuse("CONNECT asks for a tunnel, which this client does not dig".into());
            }
        }
        if self.headers.is_empty() {
            return Ok(());
        }
        for (name, value) in &self.headers {
            if !is_token(name) {
                return refuse(format!("{name:?} is not the name of a header field"));
            }
            // Not the value itself, which may be a secret: a token read from a file often ends with a line feed.
            let is_control = |byte: u8| byte != b'\t' && (byte < b' ' || byte == 0x7f);
            if let Some(at) = value.bytes().position(is_control) {
                let letter = char::from(value.as_bytes()[at]);
                return refuse(format!(
                    "the header field {name} has a control character, {letter:?} at byte {at}"
                ));
            }
        }
        if self.headers_named("host").count() > 1 {
            return refuse("there are two Host fields".into());
        }
        if self.url.credentials().is_some() && self.has_header("authorization") {
            return refuse(
                "the URL has a user, and there is an Authorization field as well".into(),
            );
        }
        if self.has_header("transfer-encoding") {
            return refuse(
                "Transfer-Encoding follows from the body: leave it out, and a body from a source is sent in chunks".into(),
            );
        }
        if self.has_header("expect") {
            return refuse(
                "Expect is not supported: leave it out, for a server that refuses early is heard while the body is sent".into(),
            );
        }
        for given in self.headers_named("content-length") {
            match self.body_length() {
                Some(length) if digits(given.as_bytes(), 10) == Some(length) => {}
                Some(length) => {
                    return refuse(format!(
                        "Content-Length is {given}, but the body has {length} bytes"
                    ));
                }
                None => {
                    return refuse(
                        "leave Content-Length out, and say with_length of the body".into(),
                    );
                }
            }
        }
        Ok(())
    }
}

/// The head of a request for a tunnel to a URL's host (RFC 9112, 3.2.3): the port is always there.
pub(crate) fn connect_head(url: &Url, authorization: Option<&str>) -> Vec<u8> {
    let host =
        if url.host().contains(':') { format!("[{}]", url.host()) } else { url.host().into() };
    let host = format!("{host}:{}", url.port());
    let mut head = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}", user_agent!());
    if let Some(authorization) = authorization {
        head.push_str(&format!("Proxy-Authorization: {authorization}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(fields::is_token)
}

/// RFC 4648, 4.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let number = number << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Message {
        Message {
            method: method.to_string().into(),
            url: Url::parse(url).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            body: body.map(Body::from),
        }
    }

    #[test]
    fn a_request_says_where_it_goes_and_how_long_it_is() {
        let head =
            message("POST", "http://h.test:81/a?b", &[("X", "y")], Some(b"abc")).head().unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(
            "POST /a?b HTTP/1.1\r\nHost: h.test:81\r\nUser-Agent: onethread/{version}\r\nAccept: */*\r\nX: y\r\n\
             Content-Length: 3\r\n\r\n"
        );
        assert_eq!(String::from_utf8(head).unwrap(), expected);
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
            let expected =
                format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", user_agent!());
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
        let post =
            |headers: &[(&str, &str)]| message("POST", "http://h.test/", headers, Some(b"abc"));
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
}
