//! What does the head of most responses look like? Such a one is read here in one pass, straight into the table of its fields.
//!
//! `head` asks here first. What is odd in any way, and so all that is wrong, is left to httparse, which knows every corner of
//! the grammar. What is read here is read there in the same way, which a test compares, but with nearly twice as many
//! instructions.

use crate::proto::fields::{Headers, Line};
use crate::proto::head::{Head, reason};

/// Few heads have more fields, and a table for so many costs nothing on the stack.
const FIELDS: usize = 32;

/// The head that `bytes` begin with, and its length. `None` if it is not plain, or not all there, or has more than `most`
/// fields.
///
/// Plain is a status line with a reason in ASCII, and no line that is folded, ends without CR, or has a name of
/// anything but letters, digits and `-`.
pub(super) fn read(bytes: &[u8], most: usize) -> Option<(Head, usize)> {
    let [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor @ b'0'..=b'1', b' ', rest @ ..] = bytes
    else {
        return None;
    };
    let [hundreds @ b'1'..=b'9', tens @ b'0'..=b'9', ones @ b'0'..=b'9', b' ', ..] = rest else {
        return None;
    };
    let status = [hundreds, tens, ones].into_iter();
    let status = status.fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    let begin = "HTTP/1.1 200 ".len();
    let end = line_end(bytes, begin)?;
    let words = &bytes[begin..end];
    if words != b"OK" && !words.is_ascii() {
        return None;
    }

    let (mut lines, mut count) = ([Line::default(); FIELDS], 0);
    let mut at = end + 2;
    while *bytes.get(at)? != b'\r' {
        let colon = name_end(bytes, at)?;
        if colon == at || count == most {
            return None;
        }
        let end = line_end(bytes, colon + 1)?;
        *lines.get_mut(count)? = Line::new(bytes, at..colon, colon + 1..end);
        count += 1;
        at = end + 2;
        if matches!(bytes.get(at)?, b' ' | b'\t') {
            return None;
        }
    }
    if bytes.get(at + 1) != Some(&b'\n') {
        return None;
    }
    // Nothing was allocated before it was certain that all of it is there: it may come byte by byte.
    let headers = Headers::new(&bytes[..at + 2], &lines[..count]);
    let head = Head { status, minor: minor - b'0', reason: reason(words), headers };
    Some((head, at + 2))
}

/// Eight bytes at a time are looked at as one number, in which the highest bit of each byte is the answer for it.
const EACH: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = 0x80 * EACH;

/// Where the colon is after a name that begins here, of letters, digits and `-`. `None` if something else is there, or nothing
/// yet.
// Inlined, and so is the next one: what the bytes are compared with is put into registers once for a head, not once for a line.
#[inline(always)]
fn name_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let name = u64::from_le_bytes(*eight);
        // No sum is more than 255, so none reaches the next byte.
        let low = name & !HIGHEST;
        let small = low | (0x20 * EACH);
        let letter =
            (small + u64::from(0x80 - b'a') * EACH) & !(small + u64::from(0x7f - b'z') * EACH);
        let no_dash = (low ^ (u64::from(b'-') * EACH)) + 0x7f * EACH;
        let other = ((no_dash & !letter) | name) & HIGHEST;
        if other == 0 {
            at += 8;
            continue;
        }
        at += other.trailing_zeros() as usize / 8;
        match bytes[at] {
            b':' => return Some(at),
            // So few names have digits that those are not looked for eight at a time.
            b'0'..=b'9' => at += 1,
            _ => return None,
        }
    }
    at +=
        bytes.get(at..)?.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')?;
    (bytes[at] == b':').then_some(at)
}

/// Where the line ends that has text from here on: at its CR. `None` if something else is there, or nothing yet.
#[inline(always)]
fn line_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        // Less than a space, or one less than 0x80. The lowest bit that is set may be one too many, which is looked at again
        // below, but none is missing: a sum or a difference that reaches the next byte brings it nearer to being found.
        let text = u64::from_le_bytes(*eight);
        let control = (text.wrapping_sub(0x20 * EACH) | text.wrapping_add(EACH)) & !text & HIGHEST;
        if control != 0 {
            at += control.trailing_zeros() as usize / 8;
            break;
        }
        at += 8;
    }
    let is_text = |byte: u8| byte >= b' ' && byte != 0x7f || byte == b'\t';
    at += bytes.get(at..)?.iter().position(|byte| !is_text(*byte))?;
    bytes[at..].starts_with(b"\r\n").then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::proto::head::parse;

    /// All that a head says.
    fn said((head, length): &(Head, usize)) -> String {
        let Head { status, minor, reason, headers } = head;
        let fields: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name:?}: {}", value.escape_ascii()))
            .collect();
        format!("{minor} {status} {reason:?} {fields:?} {length}")
    }

    #[test]
    fn what_is_plain_is_read_as_httparse_reads_it() {
        let mut random = fastrand::Rng::with_seed(9112);
        let lines = [
            "Server: nginx/1.28.0",
            "Content-Length: 64",
            "X:",
            "X: ",
            "X: \t a \t b\t ",
            "Date:Thu, 01 Jan 2026 00:00:00 GMT",
            "Connection:  keep-alive, x",
            "ETag: \"69558a80-d\"",
            " folded",
            "Sp ace: a",
            "Colon : a",
            ": a",
            "no colon",
            "\u{e4}: a",
            "X: \u{e4}\u{f6}\u{fc}",
            "X: del\u{7f}",
            "X: nul\0",
            "!#$%&'*+-.^_`|~09azAZ: token",
            "X: 12345678\t",
        ];
        let starts = [
            "HTTP/1.1 200 OK",
            "HTTP/1.0 404 Not Found",
            "HTTP/1.1 200 ",
            "HTTP/1.1 200",
            "HTTP/1.1 099 No",
            "HTTP/1.1 204  x\ty",
            "HTTP/1.1 200 \u{e4}",
            "HTTP/1.2 200 OK",
            "HTTP/2.0 200 OK",
            "\r\nHTTP/1.1 200 OK",
            "HTTP/1.1 2000 OK",
        ];
        let (mut plain, limits) = (0, Limits { headers: 6, ..Limits::default() });
        for _ in 0..50_000 {
            let mut text = random.choice(starts).unwrap().to_string();
            for _ in 0..random.usize(0..8) {
                text.push_str(random.choice(["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r"]).unwrap());
                text.push_str(random.choice(lines).unwrap());
            }
            text.push_str(
                random.choice(["\r\n\r\n", "\r\n\r\nbody", "\r\n\n", "\r\n\r", "\r\n"]).unwrap(),
            );
            let mut bytes: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
            if random.u8(..) < 30 {
                let at = random.usize(..bytes.len());
                bytes[at] = random.u8(..);
            }
            if let Some(found) = read(&bytes, limits.headers) {
                let theirs = parse(&bytes, &limits).unwrap().unwrap();
                assert_eq!(said(&found), said(&theirs), "{}", bytes.escape_ascii());
                plain += 1;
            }
        }
        assert!(plain > 1000, "{plain}");
    }

    #[test]
    fn a_head_as_servers_write_it_is_plain_when_all_of_it_is_there() {
        let bytes = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 3\r\n\r\nabc";
        let length = bytes.len() - 3;
        for end in 0..length {
            assert!(read(&bytes[..end], 100).is_none(), "{end}");
        }
        assert_eq!(read(bytes, 100).unwrap().1, length);
        assert!(read(bytes, 1).is_none());
    }
}
