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

/// Between the target and the host, which comes first among the fields, as the RFC wishes.
const HOST: &str = " HTTP/1.1\r\nHost: ";

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
        if self.is_usual() {
            return self.write_usual(into);
        }
        self.write(self.url.target(), None, into);
    }

    /// The same for a proxy: it is told the whole URL (RFC 9112, 3.2.2), and who asks.
    pub(crate) fn write_head_for_proxy(&self, authorization: Option<&str>, into: &mut Vec<u8>) {
        self.write(&self.url.to_string(), authorization, into);
    }

    /// Whether it has neither body nor fields of its own, and its method does not promise a body.
    fn is_usual(&self) -> bool {
        self.headers.is_empty()
            && self.body.is_none()
            && self.url.credentials().is_none()
            && matches!(&*self.method, "GET" | "HEAD" | "DELETE")
    }

    /// The head of such a request: most are, and it is put together in six pieces.
    fn write_usual(&self, into: &mut Vec<u8>) {
        const REST: &str = concat!("\r\n", user_agent!(), accept!(), "\r\n");
        let (method, target, host) = (&*self.method, self.url.target(), self.url.authority());
        let parts = [method, " ", target, HOST, host, REST];
        into.reserve(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            into.extend_from_slice(part.as_bytes());
        }
    }

    fn write(&self, target: &str, for_proxy: Option<&str>, into: &mut Vec<u8>) {
        let mut put = |parts: &[&str]| {
            parts.iter().for_each(|part| into.extend_from_slice(part.as_bytes()));
        };
        let host = self.headers_named("host").next().unwrap_or(self.url.authority());
        put(&[&self.method, " ", target, HOST, host, "\r\n"]);
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
        // Methods that mean to send something say so even when it is empty (RFC 9110, 8.6).
        let has_body = self.body.is_some() || matches!(&*self.method, "POST" | "PUT" | "PATCH");
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
mod tests;
