//! What do most URLs look like? Such a one is read in one pass, without a copy: this is on the way of every request whose URL is
//! given as text, and the way through `iri-string` costs it ten times as many instructions.
//!
//! `url` asks here first, and reads with care what is not usual: all that has to be encoded, decoded, put into lower case
//! or refused. What is read here is read there in the same way, which a test compares.

use crate::url::{Scheme, Url};

/// The URL, if it has no user, no fragment and no percent sign, its host is a name or an IPv4 address in lower case, and its
/// port is not the scheme's own.
pub(super) fn read(text: &str) -> Option<Url> {
    let scheme =
        [Scheme::Http, Scheme::Https].into_iter().find(|s| text.starts_with(s.prefix()))?;
    let begin = scheme.prefix().len();
    let end = begin + length(&text[begin..], HOST);
    let (port, target) = match text[end..].strip_prefix(':') {
        None => (scheme.default_port(), end),
        Some(rest) => {
            let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit);
            let (count, port) = digits.fold((0, 0_u32), |(count, port), digit| {
                (count + 1, 10 * port + u32::from(digit - b'0'))
            });
            let port = u16::try_from(port).ok()?;
            if count == 0 || rest.starts_with('0') || port == scheme.default_port() {
                return None;
            }
            (port, end + 1 + count)
        }
    };
    let text = match &text[target..] {
        _ if begin == end => return None,
        "" => [text, "/"].concat().into(),
        rest if rest.starts_with('/') && may_all_stand(rest, TARGET) => text.into(),
        _ => return None,
    };
    Url::new(text, scheme, port, begin..end, target)
}

/// The same if it has the origin of a URL that was read before, so that path and query are all there is to read.
pub(super) fn read_after(text: &str, last: &Url) -> Option<Url> {
    let target = text.strip_prefix(last.origin())?;
    let is_usual = target.starts_with('/') && may_all_stand(target, TARGET);
    is_usual.then(|| Url { text: text.into(), credentials: None, ..*last })
}

/// Whether all bytes of `text` may stand there. Nothing is decided before the end, which takes half as long as to stop at the
/// first that may not.
fn may_all_stand(text: &str, there: u8) -> bool {
    text.bytes().fold(there, |all, byte| all & MAY_STAND[usize::from(byte)]) != 0
}

/// How many bytes `text` begins with that may stand there.
fn length(text: &str, there: u8) -> usize {
    text.bytes().position(|byte| MAY_STAND[usize::from(byte)] & there == 0).unwrap_or(text.len())
}

const HOST: u8 = 1;
const TARGET: u8 = 2;

/// Where each byte may stand as it is: RFC 3986, 3.2.2, 3.3 and 3.4.
const MAY_STAND: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => HOST | TARGET,
            b'A'..=b'Z' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' => {
                TARGET
            }
            b',' | b';' | b'=' | b':' | b'@' | b'/' | b'?' => TARGET,
            _ => 0,
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_read_as_with_care() {
        let mut random = fastrand::Rng::with_seed(3986);
        let parts = [
            "http://",
            "https://",
            "HTTP://",
            "h.test",
            "H.test",
            "127.0.0.1",
            "[::1]",
            "a-b_c",
            "localhost",
            ":80",
            ":443",
            ":8080",
            ":08",
            ":0",
            ":65535",
            ":65536",
            ":",
            "/",
            "//",
            "/a",
            "/a.b-c_d~e",
            "/A:b@c;d=e",
            "?",
            "?q=1&r=2",
            "?/?",
            "!$&'()*+,",
            "%41",
            "%4",
            "é",
            " ",
            "#f",
            "u@",
            "u:p@",
            "\\",
            "[",
            "..",
        ];
        let (mut usual, mut after) = (0, 0);
        let mut last = Url::parse("http://u:p@h.test/").unwrap();
        for _ in 0..20_000 {
            let begin = if random.bool() { last.origin() } else { parts[random.usize(..3)] };
            let mut text = begin.to_string();
            for _ in 0..random.usize(1..6) {
                text.push_str(parts[random.usize(3..parts.len())]);
            }
            if let Some(url) = read(&text) {
                assert_eq!(Ok(url), Url::parse_any(&text), "{text}");
                usual += 1;
            }
            if let Some(url) = read_after(&text, &last) {
                assert_eq!(Ok(url), Url::parse_any(&text), "{text} after {last}");
                after += 1;
            }
            if random.u8(..) < 64 {
                last = Url::parse_any(&text).unwrap_or(last);
            }
        }
        assert!(usual > 500 && after > 100, "{usual} {after}");
    }

    #[test]
    fn on_the_same_host_it_is_read_from_there_on() {
        let after = |last: &str| read_after("http://h.test/a", &Url::parse(last).unwrap());
        let url = Url::parse("http://h.test/a").unwrap();
        for last in ["http://u:p@h.test/a", "http://u:p@h.test/b", "http://h.test/b"] {
            assert_eq!(after(last), Some(url.clone()), "{last}");
        }
        for last in ["http://h.test:81/a", "https://h.test/a", "http://h.tes/"] {
            assert_eq!(after(last), None, "{last}");
        }
    }

    #[test]
    fn an_address_as_programs_write_it_is_usual() {
        for text in
            ["http://127.0.0.1:8080/bytes/64", "https://example.com", "http://h.test/a/b?c=d&e=f"]
        {
            assert!(read(text).is_some(), "{text}");
        }
    }
}
