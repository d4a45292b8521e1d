//! Where does a request go? A URL, taken apart and checked before a single byte is sent. RFC 3986; the syntax is `iri-string`'s.

pub(crate) mod into;
mod usual;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use iri_string::types::{UriAbsoluteStr, UriReferenceStr, UriStr};

use crate::form;

/// An `http` or `https` URL that can be fetched. Its fragment is dropped, for servers never see it.
///
/// Cloning it is cheap. A program that asks for the same URL again and again may keep one, so that it is not read each time.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    /// As it is printed: one piece of memory, for a program that gives text has one made for each request. Scheme and host are
    /// in lower case, and the port is there unless it is the usual one.
    text: Rc<str>,
    scheme: Scheme,
    port: u16,
    /// Where the host is in the text, without the brackets of an IPv6 address.
    host: (u32, u32),
    /// Where path and query begin.
    target: u32,
    /// User and password, decoded, with a colon between them.
    credentials: Option<Rc<str>>,
}

/// The two schemes that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// What a URL with it begins with.
    fn prefix(self) -> &'static str {
        match self {
            Scheme::Http => "http://",
            Scheme::Https => "https://",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

impl Url {
    /// Reads a URL. Characters that no URL may have but people write (a space, `é`) are percent-encoded in path and query.
    ///
    /// # Errors
    /// What is wrong with it.
    ///
    /// ```
    /// let url = http_client::Url::parse("HTTP://user:secret@Example.com:8080/a b#c").unwrap();
    /// assert_eq!((url.host(), url.port()), ("example.com", 8080));
    /// assert_eq!(url.to_string(), "http://example.com:8080/a%20b");
    /// assert!(http_client::Url::parse("example.com").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Url, String> {
        usual::read(text).map_or_else(|| Url::parse_any(text), Ok)
    }

    /// The same for any text.
    fn parse_any(text: &str) -> Result<Url, String> {
        let encoded = encode(text)?;
        let uri = UriStr::new(&encoded).map_err(|_| {
            if text.contains("://") {
                "this is not a URL".to_string()
            } else {
                "a URL begins with http:// or https://".to_string()
            }
        })?;
        let scheme = match uri.scheme_str().to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            other => {
                return Err(format!("{other} is not a scheme this client speaks: http or https"));
            }
        };
        let authority = uri.authority_components().ok_or("the URL has no host")?;
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        if host.is_empty() {
            return Err("the URL has no host".into());
        }
        if host.contains('%') {
            return Err(format!(
                "{host:?} is not a host: percent signs and zones are not allowed there"
            ));
        }
        let port = match authority.port() {
            None | Some("") => scheme.default_port(),
            Some(port) => port.parse().map_err(|_| format!("{port} is not a port: 0 to 65535"))?,
        };
        let userinfo = authority.userinfo().filter(|userinfo| !userinfo.is_empty());
        let credentials = userinfo.map(|userinfo| {
            let decoded = decode(userinfo);
            if decoded.contains(':') { decoded.into() } else { format!("{decoded}:").into() }
        });
        let mut whole = scheme.prefix().to_string();
        let bracket = if host.contains(':') { ["[", "]"] } else { ["", ""] };
        let begin = whole.len() + bracket[0].len();
        whole.extend([bracket[0], &host, bracket[1]]);
        if port != scheme.default_port() {
            whole.push_str(&format!(":{port}"));
        }
        let target = whole.len();
        whole.push_str(if uri.path_str().is_empty() { "/" } else { uri.path_str() });
        whole.extend(uri.query_str().iter().flat_map(|query| ["?", *query]));
        let url = Url::new(whole.into(), scheme, port, begin..begin + host.len(), target);
        Ok(Url { credentials, ..url.ok_or("the URL is too long")? })
    }

    /// `None` if there can be no offsets into the text.
    fn new(
        text: Rc<str>,
        scheme: Scheme,
        port: u16,
        host: Range<usize>,
        target: usize,
    ) -> Option<Url> {
        let offset = |at: usize| u32::try_from(at).ok();
        let (host, target) = ((offset(host.start)?, offset(host.end)?), offset(target)?);
        Some(Url { text, scheme, port, host, target, credentials: None })
    }

    /// The URL that `reference`, from a `Location` field, means on this page. It carries no credentials.
    pub(crate) fn join(&self, reference: &str) -> Result<Url, String> {
        let encoded = encode(reference)?;
        let wrong = || format!("\"{}\" is not a URL", reference.escape_debug());
        let base = UriAbsoluteStr::new(&self.text).map_err(|_| wrong())?;
        let reference = UriReferenceStr::new(&encoded).map_err(|_| wrong())?;
        let resolved = reference.resolve_against(base).to_string();
        Ok(Url { credentials: None, ..Url::parse(&resolved)? })
    }

    /// Whether this text would be read as it.
    pub(crate) fn is(&self, text: &str) -> bool {
        // It has no user, whose name would be missing in what is printed.
        *self.text == *text && self.credentials.is_none()
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The host's name or address, without brackets.
    pub fn host(&self) -> &str {
        let (begin, end) = self.host;
        &self.text[begin as usize..end as usize]
    }

    /// The port, given or usual.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query.
    pub(crate) fn target(&self) -> &str {
        &self.text[self.target as usize..]
    }

    pub(crate) fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
    }

    pub(crate) fn with_credentials(mut self, credentials: &str) -> Url {
        self.credentials = Some(credentials.into());
        self
    }

    /// Adds more behind its query, which is encoded already.
    pub(crate) fn add_query(&mut self, more: &str) {
        let target = form::with_query(self.target(), more);
        self.text = [self.origin(), &target].concat().into();
    }

    /// Scheme, host and port: what a connection is good for, and what a secret may be sent to.
    pub(crate) fn origin(&self) -> &str {
        &self.text[..self.target as usize]
    }

    /// What goes into the `Host` field: with brackets, and with the port unless it is the usual one (RFC 9110, 7.2).
    pub(crate) fn authority(&self) -> &str {
        &self.text[self.scheme.prefix().len()..self.target as usize]
    }
}

/// Without user and password: it is printed in errors and logs.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// As it is printed: credentials are nobody's business here either.
impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

/// How errors name what somebody has given as a URL: without user and password, whether it is one or not.
pub(crate) fn without_secrets(text: &str) -> String {
    if let Ok(url) = Url::parse(text) {
        return url.to_string();
    }
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begin = match text.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => scheme.len() + 3,
        _ => 0,
    };
    // A password with a slash in it is a common reason why it is none, so the path is looked through as well.
    let end = text.rfind('@').map_or(begin, |at| at + 1);
    format!("{}{}", &text[..begin], &text[end.max(begin)..])
}

/// Percent-encodes what may not stand in a URI. The host must be ASCII already: encoding it would name another host.
fn encode(text: &str) -> Result<Cow<'_, str>, String> {
    if text.bytes().all(may_stand) {
        return Ok(Cow::Borrowed(text));
    }
    if let Some(control) = text.chars().find(|letter| letter.is_control()) {
        return Err(format!("the URL has a control character: {:?}", control));
    }
    let after_scheme = text.find("://").map_or(0, |at| at + 3);
    let authority = &text
        [..text[after_scheme..].find(['/', '?', '#']).map_or(text.len(), |end| after_scheme + end)];
    if text.contains("://") && !authority.is_ascii() {
        return Err("the host must be ASCII: write an international name in its xn-- form".into());
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if may_stand(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(Cow::Owned(encoded))
}

/// Whether a byte may stand in a URI as it is.
fn may_stand(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests;
