//! Where does the body end? RFC 9112, 6.3, in its order; where the RFC leaves a choice, the strict one.

use crate::error::{Fault, Kind};
use crate::proto::fields::{Headers, is_word};
use crate::proto::follows::{Follows, Framing, may_be_a_sign};
use crate::proto::head::Head;

/// What follows from a head. It is found out once, for nearly all methods have it in common.
#[inline]
pub(crate) fn follows(method: &str, head: &mut Head) -> Result<Follows, Fault> {
    let is_usual = !matches!(method, "HEAD" | "CONNECT");
    match head.follows {
        Some(follows) if is_usual => Ok(follows),
        _ => {
            let follows = look(method, head)?;
            if is_usual {
                head.remember(follows);
            }
            Ok(follows)
        }
    }
}

fn look(method: &str, head: &Head) -> Result<Follows, Fault> {
    let signs = Signs::of(head);
    Ok((signs.framing(method, head)?, signs.why_last(head)))
}

/// What the fields of a head say about its end and its connection's, found in one look at them: a look for each of these names
/// would cost more than all that follows from them.
#[derive(Default)]
pub(crate) struct Signs<'h> {
    length: Found<'h>,
    connection: Found<'h>,
    has_coding: bool,
}

/// How many lines there are with a name, and the last one's value.
#[derive(Default)]
struct Found<'h> {
    lines: usize,
    value: &'h [u8],
}

impl Signs<'_> {
    #[inline]
    pub(crate) fn of(head: &Head) -> Signs<'_> {
        let mut signs = Signs::default();
        for (name, value) in head.headers.lines(may_be_a_sign) {
            let found = if is_word(name, b"connection") {
                &mut signs.connection
            } else if is_word(name, b"content-length") {
                &mut signs.length
            } else {
                signs.has_coding |= is_word(name, b"transfer-encoding");
                continue;
            };
            *found = Found { lines: found.lines + 1, value };
        }
        signs
    }

    #[inline]
    pub(crate) fn framing(&self, method: &str, head: &Head) -> Result<Framing, Fault> {
        let is_tunnel = method == "CONNECT" && matches!(head.status, 200..=299);
        if method == "HEAD" || is_tunnel || matches!(head.status, 100..=199 | 204 | 304) {
            return Ok(Framing::None);
        }
        if self.has_coding {
            if self.length.lines > 0 {
                // One server's chunked body is another's fixed one: the gap that response smuggling uses.
                let cause = "the response has both Content-Length and Transfer-Encoding";
                return Err(Fault::new(Kind::BadFraming, cause));
            }
            if head.minor == 0 {
                // Somebody on the way may have passed on what it does not understand (RFC 9112, 6.1).
                let cause = "the response is HTTP/1.0, which has no Transfer-Encoding, but has one";
                return Err(Fault::new(Kind::BadFraming, cause));
            }
            return transfer_encoding(&head.headers);
        }
        match (self.length.lines, digits(self.length.value, 10)) {
            (0, _) => Ok(Framing::UntilClose),
            (1, Some(length)) => Ok(Framing::Length(length)),
            _ => content_length(&head.headers).map(Framing::Length),
        }
    }

    /// Why the server does not keep the connection after this response, if it does not (RFC 9112, 9.3). `close` wins,
    /// wherever it stands.
    #[inline]
    pub(crate) fn why_last(&self, head: &Head) -> Option<&'static str> {
        // Which is what most servers say.
        let keeps_alive =
            self.connection.lines == 1 && is_word(self.connection.value, b"keep-alive");
        if keeps_alive || (self.connection.lines == 0 && head.minor == 1) {
            return None;
        }
        let connection = |option| head.headers.list_has("connection", option);
        if connection("close") {
            Some("the server said Connection: close")
        } else if head.minor == 0 && !connection("keep-alive") {
            Some("the server speaks HTTP/1.0, and did not say Connection: keep-alive")
        } else {
            None
        }
    }
}

fn transfer_encoding(headers: &Headers) -> Result<Framing, Fault> {
    let codings: Vec<&[u8]> = headers.list("transfer-encoding").collect();
    let is_chunked = |coding: &&[u8]| coding.eq_ignore_ascii_case(b"chunked");
    let name =
        |coding: &[u8]| coding.split(|byte| *byte == b';').next().unwrap_or_default().to_vec();
    if codings.iter().any(|coding| !is_chunked(coding) && is_chunked(&name(coding).trim_ascii())) {
        return Err(Fault::new(Kind::BadFraming, "Transfer-Encoding: chunked takes no parameters"));
    }
    match codings.iter().filter(|coding| is_chunked(coding)).count() {
        0 => Ok(Framing::UntilClose),
        1 if codings.last().is_some_and(is_chunked) => Ok(Framing::Chunked),
        1 => Ok(Framing::UntilClose),
        _ => Err(Fault::new(Kind::BadFraming, "Transfer-Encoding says chunked more than once")),
    }
}

/// All lines and all members must be the same number, in digits alone: no sign, no space, no `0x`.
pub(crate) fn content_length(headers: &Headers) -> Result<u64, Fault> {
    let wrong = |value: &[u8]| {
        let cause = format!("Content-Length is not one number: \"{}\"", value.escape_ascii());
        Fault::new(Kind::BadContentLength, cause)
    };
    let mut length = None;
    for value in headers.get_all("content-length") {
        for member in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let number = digits(member, 10).ok_or_else(|| wrong(value))?;
            if length.is_some_and(|length| length != number) {
                return Err(wrong(value));
            }
            length = Some(number);
        }
    }
    length.ok_or_else(|| wrong(b""))
}

/// A number of nothing but digits; the standard library's parser would take a sign.
pub(crate) fn digits(text: &[u8], radix: u32) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = char::from(*byte).to_digit(radix)?;
        number.checked_mul(u64::from(radix))?.checked_add(u64::from(digit))
    })
}

/// Whether the server keeps the connection open after this response.
pub(crate) fn keeps_alive(head: &Head) -> bool {
    Signs::of(head).why_last(head).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::fields::tests::headers;
    use crate::proto::head::Facts;

    fn decide(method: &str, head: &Head) -> Result<Framing, Fault> {
        Signs::of(head).framing(method, head)
    }

    fn head(status: u16, lines: &[(&str, &str)]) -> Head {
        with_minor(1, status, lines)
    }

    fn with_minor(minor: u8, status: u16, lines: &[(&str, &str)]) -> Head {
        Facts { status, minor, headers: headers(lines), ..Facts::default() }.into()
    }

    #[test]
    fn the_method_and_the_status_come_before_the_header() {
        let length = [("Content-Length", "5")];
        assert_eq!(decide("HEAD", &head(200, &length)).unwrap(), Framing::None);
        for status in [100, 199, 204, 304] {
            assert_eq!(decide("GET", &head(status, &length)).unwrap(), Framing::None);
        }
        assert_eq!(decide("GET", &head(200, &length)).unwrap(), Framing::Length(5));
        assert_eq!(decide("GET", &head(200, &[])).unwrap(), Framing::UntilClose);
        assert_eq!(decide("CONNECT", &head(299, &length)).unwrap(), Framing::None);
        assert_eq!(decide("CONNECT", &head(407, &length)).unwrap(), Framing::Length(5));
    }

    #[test]
    fn codings_came_with_http_1_1() {
        let chunked = |minor| with_minor(minor, 200, &[("Transfer-Encoding", "chunked")]);
        assert_eq!(decide("GET", &chunked(1)).unwrap(), Framing::Chunked);
        let old = chunked(0);
        assert_eq!(decide("GET", &old).unwrap_err().kind, Kind::BadFraming);
    }

    #[test]
    fn only_digits_are_a_content_length() {
        for wrong in ["+5", "-1", "0x5", "1 5", "5;", "", "5,6", "99999999999999999999", "\u{b2}"] {
            let fault = decide("GET", &head(200, &[("Content-Length", wrong)])).unwrap_err();
            assert_eq!(fault.kind, Kind::BadContentLength, "{wrong}");
        }
    }

    #[test]
    fn close_wins_over_keep_alive_in_whatever_order() {
        for lines in [["close", "keep-alive"], ["keep-alive", "x, CLOSE"]] {
            let both = [("Connection", lines[0]), ("Connection", lines[1])];
            assert!(!keeps_alive(&head(200, &both)));
        }
        let old = |lines: &[_]| with_minor(0, 200, lines);
        assert!(!keeps_alive(&old(&[])) && keeps_alive(&old(&[("Connection", "Keep-Alive")])));
    }
}
