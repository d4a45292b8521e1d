//! What does the head of most responses look like? Such a one is read here in one pass, straight into the table of its fields.
//!
//! `head` asks here first. What is odd in any way, and so all that is wrong, is left to httparse, which knows every corner of
//! the grammar. What is read here is read there in the same way, which a test compares, but with nearly twice as many
//! instructions.

use crate::proto::fields::Line;
use crate::proto::head::Facts;

/// Puts the head that `bytes` begin with into `facts`. Its length; `None` if it is not plain, or not all there, or has more than
/// `most` fields.
///
/// Plain is a status line with a reason in ASCII, and no line that is folded, ends without CR, or has a name of
/// anything but letters, digits and `-`.
// What is still to be read is a slice that gets shorter, and where that is follows from its length: to cut something off needs
// one comparison, while an offset would be compared with the length each time that it is used.
pub(super) fn read(bytes: &[u8], most: usize, facts: &mut Facts) -> Option<usize> {
    let (version, rest) = bytes.split_first_chunk()?;
    let is_version = |minor: &[u8; 8]| u64::from_le_bytes(*version) == u64::from_le_bytes(*minor);
    let minor = if is_version(b"HTTP/1.1") {
        1
    } else if is_version(b"HTTP/1.0") {
        0
    } else {
        return None;
    };
    let [b' ', hundreds @ b'1'..=b'9', tens @ b'0'..=b'9', ones @ b'0'..=b'9', b' ', rest @ ..] =
        rest
    else {
        return None;
    };
    let status = [hundreds, tens, ones].into_iter();
    let status = status.fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    let (words, mut rest) = match rest {
        [b'O', b'K', b'\r', b'\n', rest @ ..] => (&b"OK"[..], rest),
        _ => line(rest).filter(|(words, _)| words.is_ascii())?,
    };

    let places = facts.headers.places();
    let count = most.min(places.len());
    let mut free = places[..count].iter_mut();
    let place = |rest: &[u8]| bytes.len() - rest.len();
    while *rest.first()? != b'\r' {
        let begin = place(rest);
        let (length, mut value) = name(rest)?;
        // Most often it is one space, for which no loop is begun.
        if let [b' ', more @ ..] = value {
            value = more;
        }
        while let [b' ' | b'\t', more @ ..] = value {
            value = more;
        }
        let value_begin = place(value);
        // A line that is folded goes on with what is no name.
        let (mut text, after) = line(value)?;
        // Nothing less than a space is text but a tab.
        if let [.., ..=b' '] = text {
            text = text.trim_ascii_end();
        }
        let value = value_begin..value_begin + text.len();
        let Some(free) = free.next() else {
            return if count < most { read_long(bytes, most, facts) } else { None };
        };
        *free = Line::at(begin..begin + length, value).to_bytes();
        rest = after;
    }
    let [b'\r', b'\n', rest @ ..] = rest else { return None };
    let length = place(rest);
    let lines = count - free.len();
    facts.headers.finish(lines, &bytes[..length]);
    facts.begin(minor, status, words);
    Some(length)
}

/// The same for one that has more lines than there are places for.
#[cold]
fn read_long(bytes: &[u8], most: usize, facts: &mut Facts) -> Option<usize> {
    facts.headers.have_more_places();
    read(bytes, most, facts)
}

/// Eight bytes at a time are looked at as one number, in which the highest bit of each byte is the answer for it.
const EACH: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = 0x80 * EACH;

/// The length of a name that begins here, of letters, digits and `-`, and what is behind its colon. `None` if something else is
/// there, or nothing yet.
// Inlined, and so is the next one: what the bytes are compared with is put into registers once for a head, not once for a line.
#[inline(always)]
fn name(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut rest = bytes;
    while let Some(eight) = rest.first_chunk() {
        let name = u64::from_le_bytes(*eight);
        // A sum that is more than 255 reaches the next byte, but only from one that is no ASCII, and so is found first.
        let small = name | (0x20 * EACH);
        let letter = small.wrapping_add(u64::from(0x80 - b'a') * EACH)
            & !small.wrapping_add(u64::from(0x7f - b'z') * EACH);
        let no_dash = (name ^ (u64::from(b'-') * EACH)).wrapping_add(0x7f * EACH);
        let other = ((no_dash & !letter) | name) & HIGHEST;
        if other == 0 {
            rest = &rest[8..];
            continue;
        }
        rest = &rest[other.trailing_zeros() as usize / 8..];
        match rest {
            [b':', value @ ..] if rest.len() < bytes.len() => {
                return Some((bytes.len() - rest.len(), value));
            }
            // So few names have digits that those are not looked for eight at a time.
            [b'0'..=b'9', more @ ..] => rest = more,
            _ => return None,
        }
    }
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')?;
    let length = bytes.len() - rest.len() + end;
    (rest[end] == b':' && length > 0).then(|| (length, &rest[end + 1..]))
}

/// The text from here to the end of the line, which is CR and LF, and what is behind that. `None` if something else is there, or
/// nothing yet.
#[inline(always)]
pub(super) fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    loop {
        while let Some(eight) = rest.first_chunk() {
            // Less than a space, or more than `~`. The lowest bit that is set may be one too many, and text that is no ASCII is
            // not meant, for which each is looked at again below; but none is missing: a sum or a difference that reaches the
            // next byte brings it nearer to being found.
            let text = u64::from_le_bytes(*eight);
            let other = (text.wrapping_sub(0x20 * EACH) | text.wrapping_add(EACH)) & HIGHEST;
            if other != 0 {
                rest = &rest[other.trailing_zeros() as usize / 8..];
                break;
            }
            rest = &rest[8..];
        }
        match rest {
            [b'\r', b'\n', after @ ..] => {
                return Some((&bytes[..bytes.len() - rest.len()], after));
            }
            [b'\t' | b' '..=b'~' | 0x80.., more @ ..] => rest = more,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::proto::head::parse;

    /// All that a head says.
    fn said(facts: &Facts, length: usize) -> String {
        let Facts { status, minor, reason, headers, .. } = facts;
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
        // One after the other in the same place.
        let mut ours = Facts::default();
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
            if let Some(length) = read(&bytes, limits.headers, &mut ours) {
                let mut theirs = Facts::default();
                let their_length = parse(&bytes, &limits, &mut theirs).unwrap().unwrap();
                let theirs = said(&theirs, their_length);
                assert_eq!(said(&ours, length), theirs, "{}", bytes.escape_ascii());
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
            assert!(read(&bytes[..end], 100, &mut Facts::default()).is_none(), "{end}");
        }
        assert_eq!(read(bytes, 100, &mut Facts::default()), Some(length));
        assert!(read(bytes, 1, &mut Facts::default()).is_none());
    }
}
