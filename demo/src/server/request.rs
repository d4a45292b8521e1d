//! What does a client ask for? The head of a request, from bytes. RFC 9112, 2 to 6.
//!
//! `connection` reads it, `routes` answers it. Where the RFC leaves a choice, the strict one: a head that two servers could
//! read in two ways is refused.

use std::net::IpAddr;

use crate::server::response::Refusal;

/// How many bytes a head may have, with all its lines.
pub(super) const HEAD_LIMIT: usize = 64 * 1024;
/// How many header fields it may have.
const FIELDS: usize = 100;

/// One request. Its body is read after its head.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// Up to the question mark, and after it; both percent-encoded, as they came.
    pub(super) path: String,
    pub(super) query: String,
    /// The 1 in HTTP/1.1, or 0.
    pub(super) minor: u8,
    /// Bytes that are not UTF-8 have become `�`.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) peer: Peer,
}

/// Who asks, and how: the same for all requests of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    pub(super) ip: IpAddr,
    /// `http` or `https`.
    pub(super) scheme: &'static str,
}

/// How the end of a request's body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
}

impl Request {
    /// The request whose head begins `bytes`, and the head's length. `None` if it is not all there yet.
    ///
    /// A head in many pieces is parsed from its beginning at each of them. The limit bounds what that can cost.
    pub(super) fn parse(bytes: &[u8], peer: Peer) -> Result<Option<(Request, usize)>, Refusal> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut parsed = httparse::Request::new(&mut fields);
        let length = match parsed.parse(bytes).map_err(malformed)? {
            httparse::Status::Complete(length) => Some(length),
            httparse::Status::Partial => None,
        };
        if length.unwrap_or(bytes.len()) > HEAD_LIMIT {
            return Err(Refusal::new(431, format!("the head is longer than {HEAD_LIMIT} bytes")));
        }
        let (Some(length), Some(method), Some(target), Some(minor)) =
            (length, parsed.method, parsed.path, parsed.version)
        else {
            return Ok(None);
        };
        let headers = parsed.headers.iter().map(|field| {
            (field.name.to_string(), String::from_utf8_lossy(field.value).into_owned())
        });
        let mut request = Request {
            method: method.to_string(),
            path: String::new(),
            query: String::new(),
            minor,
            headers: headers.collect(),
            body: Vec::new(),
            peer,
        };
        request.check_host()?;
        request.aim(target)?;
        Ok(Some((request, length)))
    }

    /// Takes the target apart. A client that takes us for a proxy sends a whole URL (RFC 9112, 3.2.2).
    fn aim(&mut self, target: &str) -> Result<(), Refusal> {
        let schemes = ["http://", "https://"];
        let whole = schemes.iter().find_map(|scheme| target.strip_prefix(scheme));
        let local = if let Some(rest) = whole {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, local) = rest.split_at(end);
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
            self.headers.push(("Host".into(), authority.into()));
            local
        } else if target.starts_with('/') {
            target
        } else {
            return Err(Refusal::new(400, format!("{target:?} is not a path on this server")));
        };
        let (path, query) = local.split_once('?').unwrap_or((local, ""));
        self.path = if path.is_empty() { "/".into() } else { path.into() };
        self.query = query.into();
        Ok(())
    }

    fn check_host(&self) -> Result<(), Refusal> {
        match self.values("host").count() {
            1 => Ok(()),
            0 if self.minor == 0 => Ok(()),
            0 => Err(Refusal::new(400, "there is no Host field")),
            _ => Err(Refusal::new(400, "there is more than one Host field")),
        }
    }

    /// The values of all fields with this name.
    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = move |other: &str| other.eq_ignore_ascii_case(name);
        self.headers.iter().filter(move |(other, _)| same(other)).map(|(_, value)| value.as_str())
    }

    /// The value of the first field with this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// Whether a list that may be spread over several fields has this member.
    fn list_has(&self, name: &str, member: &str) -> bool {
        let mut members = self.values(name).flat_map(|value| value.split(','));
        members.any(|found| found.trim().eq_ignore_ascii_case(member))
    }

    /// The value of the first argument in the query with this name.
    pub(super) fn argument(&self, name: &str) -> Option<String> {
        let mut arguments = form_urlencoded::parse(self.query.as_bytes());
        arguments.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    /// The URL that was asked for, as far as the client told.
    pub(super) fn url(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let host = self.header("host").unwrap_or_default();
        format!("{}://{host}{}{mark}{}", self.peer.scheme, self.path, self.query)
    }

    /// Whether the client wants to send another request on this connection (RFC 9112, 9.3).
    pub(super) fn keeps_alive(&self) -> bool {
        !self.list_has("connection", "close")
            && (self.minor >= 1 || self.list_has("connection", "keep-alive"))
    }

    /// Whether the client waits to be told that its body is wanted (RFC 9110, 10.1.1).
    pub(super) fn waits_for_continue(&self) -> bool {
        self.minor >= 1 && self.list_has("expect", "100-continue")
    }

    /// How long the body is. A length in two ways, or twice, is what request smuggling lives on.
    pub(super) fn framing(&self) -> Result<Framing, Refusal> {
        let refuse = |status, why: &str| Err(Refusal::new(status, why));
        let lengths: Vec<&str> = self.values("content-length").collect();
        let codings: Vec<&str> = self.values("transfer-encoding").collect();
        match (&lengths[..], &codings[..]) {
            ([], []) => Ok(Framing::Length(0)),
            // The standard library's parser would take a sign.
            ([length], []) if length.bytes().all(|byte| byte.is_ascii_digit()) => length
                .parse()
                .map(Framing::Length)
                .or_else(|_| refuse(400, "Content-Length is not a number that a length can be")),
            (_, []) => refuse(400, "Content-Length is not one number"),
            ([], [coding]) if self.minor >= 1 && coding.eq_ignore_ascii_case("chunked") => {
                Ok(Framing::Chunked)
            }
            ([], _) if self.minor >= 1 => refuse(501, "the only transfer coding here is chunked"),
            ([], _) => refuse(400, "HTTP/1.0 has no Transfer-Encoding"),
            (_, _) => refuse(400, "there are both Content-Length and Transfer-Encoding"),
        }
    }
}

fn malformed(error: httparse::Error) -> Refusal {
    match error {
        httparse::Error::TooManyHeaders => {
            Refusal::new(431, format!("there are more than {FIELDS} header fields"))
        }
        httparse::Error::Version => Refusal::new(505, "this server speaks HTTP/1.1 and 1.0"),
        error => Refusal::new(400, format!("this is not an HTTP/1.1 request: {error}")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    pub(in crate::server) const PEER: Peer =
        Peer { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), scheme: "http" };

    /// The request with this request line, header and body.
    pub(in crate::server) fn request(line: &str, headers: &str, body: &[u8]) -> Request {
        let head = format!("{line} HTTP/1.1\r\nHost: h.test\r\n{headers}\r\n");
        let (mut request, length) = Request::parse(head.as_bytes(), PEER).unwrap().unwrap();
        assert_eq!(length, head.len());
        request.body = body.to_vec();
        request
    }

    fn status_of(head: &str) -> u16 {
        Request::parse(head.as_bytes(), PEER).unwrap_err().status
    }

    #[test]
    fn a_head_is_read_when_it_is_all_there_and_not_before() {
        let bytes = b"GET /a%20b?c=%64 HTTP/1.1\r\nHost: h.test\r\n\r\nGET";
        for end in 0..bytes.len() - 3 {
            assert!(Request::parse(&bytes[..end], PEER).unwrap().is_none(), "{end}");
        }
        let (request, length) = Request::parse(bytes, PEER).unwrap().unwrap();
        assert_eq!((&*request.path, &*request.query), ("/a%20b", "c=%64"));
        assert_eq!((request.argument("c").as_deref(), length), (Some("d"), bytes.len() - 3));
        assert_eq!(request.url(), "http://h.test/a%20b?c=%64");
    }

    #[test]
    fn what_is_no_request_is_refused_with_the_status_that_says_why() {
        assert_eq!(status_of("\0"), 400);
        assert_eq!(status_of("GET /\r\n\r\n"), 400);
        assert_eq!(status_of("GET / HTTP/1.1\r\nA : b\r\n\r\n"), 400);
        assert_eq!(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
        assert_eq!(status_of("GET x HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
        assert_eq!(status_of("PRI * HTTP/2.0\r\n\r\n"), 505);
        assert_eq!(status_of(&format!("GET / HTTP/1.1\r\n{}", "A: b\r\n".repeat(101))), 431);
    }

    #[test]
    fn a_head_may_be_just_so_long() {
        let with = |length: usize| {
            let begin = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
            format!("{begin}{}\r\n\r\n", "a".repeat(length - begin.len() - 4))
        };
        let longest = with(HEAD_LIMIT) + "POST";
        let (_, length) = Request::parse(longest.as_bytes(), PEER).unwrap().unwrap();
        assert_eq!(length, HEAD_LIMIT);
        assert_eq!(status_of(&with(HEAD_LIMIT + 1)), 431);
        assert_eq!(status_of(&format!("GET /{}", "a".repeat(HEAD_LIMIT))), 431);
    }

    #[test]
    fn a_whole_url_says_the_host() {
        let request = request("GET http://other.test?a", "", b"");
        assert_eq!((&*request.path, &*request.url()), ("/", "http://other.test/?a"));
    }

    #[test]
    fn the_length_of_a_body_is_said_once_and_in_one_way() {
        let framing = |headers: &str| {
            request("POST /post", headers, b"").framing().map_err(|refusal| refusal.status)
        };
        assert_eq!(framing(""), Ok(Framing::Length(0)));
        assert_eq!(framing("Content-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
        for wrong in
            ["+5", "-5", "5, 5", "0x5", "", "99999999999999999999", "5\r\nContent-Length: 5"]
        {
            assert_eq!(framing(&format!("Content-Length: {wrong}\r\n")), Err(400), "{wrong}");
        }
        assert_eq!(framing("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Err(400));
        assert_eq!(framing("Transfer-Encoding: gzip, chunked\r\n"), Err(501));
    }

    #[test]
    fn a_connection_is_kept_unless_one_side_is_old_or_says_close() {
        let keeps = |version: &str, headers: &str| {
            let head = format!("GET / HTTP/1.{version}\r\nHost: h\r\n{headers}\r\n");
            Request::parse(head.as_bytes(), PEER).unwrap().unwrap().0.keeps_alive()
        };
        assert!(keeps("1", "") && keeps("0", "Connection: Keep-Alive\r\n"));
        assert!(!keeps("0", "") && !keeps("1", "Connection: keep-alive, Close\r\n"));
    }
}
