//! Where does the head of a response end, and what does it say? RFC 9112, 2 to 5.

mod alike;
mod plain;

use std::borrow::Cow;
use std::mem::{self, MaybeUninit};
use std::ops::Deref;
use std::rc::Rc;

use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::fields::{Headers, MOST_TEXT};
use crate::proto::follows::Follows;

/// Room for so many fields is on the stack, which costs nothing; for more, it is allocated.
const USUAL: usize = 100;

/// A head that is longer is not kept.
const MOST_KEPT: usize = 4 * 1024;

/// The head of a response. The connection keeps it after it was handed out: the next one is read into the same memory, if nobody
/// holds this one any more; and if the server says the same once more, there is nothing to read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head(Rc<Facts>);

/// What a head says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) status: u16,
    /// The 1 in HTTP/1.1, or 0.
    pub(crate) minor: u8,
    pub(crate) reason: Cow<'static, str>,
    pub(crate) headers: Headers,
    /// How many bytes it takes.
    pub(crate) length: usize,
    /// Whether it was read by `plain`.
    pub(crate) is_plain: bool,
    /// What follows from it when it answers neither HEAD nor CONNECT, once somebody has found out.
    pub(crate) follows: Option<Follows>,
}

impl Facts {
    /// Puts in what the first line says. `words`, what the status is called, most often are what they were, or `OK`.
    #[inline]
    fn begin(&mut self, minor: u8, status: u16, words: &[u8]) {
        (self.minor, self.status) = (minor, status);
        if self.reason.as_bytes() != words {
            self.reason = match words {
                b"OK" => "OK".into(),
                words => String::from_utf8_lossy(words).into_owned().into(),
            };
        }
    }
}

impl Head {
    /// Whether these bytes begin with the very same head. The empty line at its end is a part of it, so there is no other that
    /// they could begin with.
    #[inline]
    pub(crate) fn is_again(&self, bytes: &[u8]) -> bool {
        let length = self.length;
        length > 0 && bytes.get(..length) == self.headers.text().get(..length)
    }

    /// Forgets all lines with these names, and leaves the head to others as it came.
    pub(crate) fn remove(&mut self, names: &[&str]) {
        let facts = self.own();
        names.iter().for_each(|name| facts.headers.remove(name));
        (facts.length, facts.is_plain) = (0, false);
    }

    /// Keeps what follows from it, unless somebody else holds it.
    pub(crate) fn remember(&mut self, follows: Follows) {
        if let Some(facts) = Rc::get_mut(&mut self.0) {
            facts.follows = Some(follows);
        }
    }

    /// Hands it out, and keeps it as well, unless it is so long that an idle connection should not.
    pub(crate) fn lend(&mut self) -> Head {
        if self.length <= MOST_KEPT { self.clone() } else { mem::take(self) }
    }

    /// The facts, to be changed: a copy of them, if somebody else holds them.
    pub(crate) fn own(&mut self) -> &mut Facts {
        Rc::make_mut(&mut self.0)
    }
}

impl Deref for Head {
    type Target = Facts;

    #[inline]
    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl From<Facts> for Head {
    fn from(facts: Facts) -> Head {
        Head(Rc::new(facts))
    }
}

/// Finds the end of a head in bytes that come in pieces. A head that comes whole is parsed at once; of one that does not,
/// each byte is looked at once until its end is there.
#[derive(Default)]
pub(crate) struct Finder {
    seen: usize,
    /// The length at which an unfinished head is looked at again, to tell early that it is none.
    next_look: usize,
}

impl Finder {
    /// Puts the head in `bytes` into `facts`. Whether it is all there.
    #[inline]
    pub(crate) fn find(
        &mut self,
        bytes: &[u8],
        limits: &Limits,
        facts: &mut Facts,
    ) -> Result<bool, Fault> {
        let most = limits.head.min(MOST_TEXT);
        // What is beyond the limit is not looked at, so it does not matter how much of it has come.
        let within = &bytes[..bytes.len().min(most)];
        if facts.is_plain
            && let Some(length) = alike::renew(within, facts)
        {
            facts.length = length;
            return Ok(true);
        }
        (facts.length, facts.is_plain, facts.follows) = (0, false, None);
        let is_due = bytes.len() >= self.next_look || bytes.len() > most;
        if !is_due && !self.sees_end(bytes) {
            return Ok(false);
        }
        self.next_look = if bytes.len() < 32 { bytes.len() + 1 } else { bytes.len() * 2 };
        let plain = plain::read(within, limits.headers, facts);
        let found = if plain.is_some() { plain } else { parse(within, limits, facts)? };
        (facts.length, facts.is_plain) = (found.unwrap_or(0), plain.is_some());
        if found.is_none() && bytes.len() > most {
            let cause =
                format!("the head of the response is longer than {most} bytes (Limits::head)");
            return Err(Fault::new(Kind::HeadTooLarge, cause));
        }
        Ok(found.is_some())
    }

    /// Lets the next `find` look at an unfinished head, however little came since the last look: nothing more will come.
    pub(crate) fn look_now(&mut self) {
        self.next_look = 0;
    }

    /// Whether an empty line has come, which ends a head. Leading empty lines only make it look too early.
    fn sees_end(&mut self, bytes: &[u8]) -> bool {
        // Three bytes back, because the line end may have been cut in two.
        let from = self.seen.saturating_sub(3);
        self.seen = bytes.len();
        let mut rest = &bytes[from..];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            rest = &rest[end + 1..];
            if matches!(rest, [b'\n', ..] | [b'\r', b'\n', ..]) {
                return true;
            }
        }
        false
    }
}

/// Out of line, for it has room on the stack that few heads need.
#[cold]
#[inline(never)]
fn parse(bytes: &[u8], limits: &Limits, facts: &mut Facts) -> Result<Option<usize>, Fault> {
    let (mut usual, mut many) = ([const { MaybeUninit::uninit() }; USUAL], Vec::new());
    let fields = if limits.headers <= USUAL {
        &mut usual[..limits.headers]
    } else {
        // The first line is none, so there is room for as many fields as there can be, and for one that has only begun.
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        many.resize(limits.headers.min(lines), MaybeUninit::uninit());
        &mut many
    };
    let mut response = httparse::Response::new(&mut []);
    let parsed = httparse::ParserConfig::default()
        .allow_obsolete_multiline_headers_in_responses(true)
        .parse_response_with_uninit_headers(&mut response, bytes, fields);
    // The first line is judged before what follows it, which may not have come yet.
    if response.code.is_some_and(|status| status < 100) {
        return Err(bad_status_line(bytes));
    }
    let parsed = parsed.map_err(|error| fault(error, bytes, limits))?;
    let httparse::Status::Complete(length) = parsed else { return Ok(None) };
    let (Some(status), Some(minor)) = (response.code, response.version) else {
        return Err(bad_status_line(bytes));
    };
    facts.begin(minor, status, response.reason.unwrap_or_default().as_bytes());
    facts.headers = Headers::copy(&bytes[..length], response.headers);
    Ok(Some(length))
}

fn fault(error: httparse::Error, bytes: &[u8], limits: &Limits) -> Fault {
    match error {
        httparse::Error::TooManyHeaders => Fault::new(
            Kind::TooManyHeaders,
            format!(
                "the response has more than {} header fields (Limits::headers)",
                limits.headers
            ),
        ),
        httparse::Error::HeaderName | httparse::Error::HeaderValue | httparse::Error::NewLine => {
            Fault::new(
                Kind::BadHeader,
                format!("a header field of the response is malformed: {error}"),
            )
        }
        httparse::Error::Status | httparse::Error::Token | httparse::Error::Version => {
            bad_status_line(bytes)
        }
    }
}

fn bad_status_line(bytes: &[u8]) -> Fault {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    let shown = line[..line.len().min(40)].escape_ascii();
    // A TLS record: an alert or a part of the handshake, and its version (RFC 8446, 5.1).
    let hint = match bytes {
        [0x15 | 0x16, 3, ..] => ": the server speaks TLS here, so the URL begins with https://",
        _ => "",
    };
    let cause = format!("this is not an HTTP/1 response: it begins with \"{shown}\"{hint}");
    Fault::new(Kind::BadStatusLine, cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(bytes: &[u8]) -> Result<bool, Kind> {
        let (limits, facts) = (Limits::default(), &mut Facts::default());
        Finder::default().find(bytes, &limits, facts).map_err(|fault| fault.kind)
    }

    #[test]
    fn a_head_ends_after_the_empty_line_and_not_before() {
        let bytes = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody";
        let (mut finder, mut head) = (Finder::default(), Facts::default());
        let limits = Limits::default();
        for end in 0..25 {
            assert!(!finder.find(&bytes[..end], &limits, &mut head).unwrap(), "{end}");
        }
        assert!(finder.find(bytes, &limits, &mut head).unwrap());
        assert_eq!((head.status, head.minor, &*head.reason, head.length), (200, 1, "OK", 25));
        assert_eq!(head.headers.get("a"), Some("b"));
    }

    #[test]
    fn garbage_is_told_at_its_first_byte() {
        assert_eq!(find(b"\0").unwrap_err(), Kind::BadStatusLine);
        assert_eq!(find(b"Mmmmh").unwrap_err(), Kind::BadStatusLine);
        assert_eq!(find(b"HTTP/1.1 099 No\r\n").unwrap_err(), Kind::BadStatusLine);
        assert_eq!(find(b"HTTP/1.1 099 No\r\nX Y: z\r\n").unwrap_err(), Kind::BadStatusLine);
    }

    #[test]
    fn what_is_wrong_with_a_head_does_not_depend_on_the_pieces_it_came_in() {
        // Malformed, and too large as well.
        let limits = Limits { head: 64, ..Limits::default() };
        let mut bytes = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
        bytes.resize(limits.head, b'a');
        bytes.push(0);
        for step in [1, 2, 30, bytes.len()] {
            let mut finder = Finder::default();
            let ends = (0..=bytes.len()).step_by(step).chain([bytes.len()]);
            let mut finds = ends.map(|end| {
                let facts = &mut Facts::default();
                finder.find(&bytes[..end], &limits, facts)
            });
            let fault = finds.find_map(Result::err).unwrap();
            assert_eq!(fault.kind, Kind::HeadTooLarge, "in steps of {step}");
        }
        // Malformed, and not looked at again before the connection ends.
        let bytes = b"HTTP/1.1 200 OK\r\nX: a long value\r\nY Z: b\r\n";
        let mut finder = Finder::default();
        let mut facts = Facts::default();
        let mut find =
            |finder: &mut Finder, end| finder.find(&bytes[..end], &Limits::default(), &mut facts);
        assert!((0..=bytes.len()).all(|end| find(&mut finder, end).is_ok_and(|found| !found)));
        finder.look_now();
        assert_eq!(find(&mut finder, bytes.len()).unwrap_err().kind, Kind::BadHeader);
    }

    #[test]
    fn a_head_without_end_is_too_large_as_soon_as_it_is() {
        let mut bytes = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
        bytes.resize(Limits::default().head, b'a');
        assert!(!find(&bytes).unwrap());
        bytes.push(b'a');
        assert_eq!(find(&bytes).unwrap_err(), Kind::HeadTooLarge);
    }
}
