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
        let mut usual = 0;
        for _ in 0..20_000 {
            let mut text = parts[random.usize(..3)].to_string();
            for _ in 0..random.usize(1..6) {
                text.push_str(parts[random.usize(3..parts.len())]);
            }
            if let Some(url) = read(&text) {
                assert_eq!(Ok(url), Url::parse_any(&text), "{text}");
                usual += 1;
            }
        }
        assert!(usual > 500, "{usual}");
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
