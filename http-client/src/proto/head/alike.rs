//! Does a server say the same once more, with another date and another length? Then only those are to be read.
//!
//! `head` asks here before it reads all.

use crate::proto::fields::Line;
use crate::proto::follows::may_be_a_sign;
use crate::proto::head::{Facts, plain};

/// Puts the head that `bytes` begin with in the place of these facts, if it has the same fields with other values, and they are
/// plain. Its length; `None` if it is not like that, or not all there, and then the facts are good for nothing.
pub(super) fn renew(bytes: &[u8], facts: &mut Facts) -> Option<usize> {
    let (text, table) = facts.headers.parts_mut();
    // How far the texts have been compared, and how much further that is in the new one, which may be less than nothing.
    let (mut at, mut shift) = (same(text, bytes), 0_usize);
    for number in 0..table.len() {
        if at == text.len() && shift == 0 {
            break;
        }
        let next = table.get(number + 1).map(|next| Line::from_bytes(next).name_place().start);
        let end = next.unwrap_or(text.len() - END.len());
        let old = Line::from_bytes(&table[number]);
        let line = old.moved(shift);
        if at >= end {
            if shift != 0 {
                table[number] = line.to_bytes();
            }
            continue;
        }
        // This is the one in which they are not the same any more.
        let value = old.value_place();
        if at < value.start {
            return None;
        }
        // What is behind the value is looked at once more: a CR is none without its LF.
        let (begin, here) = (line.value_place().start, at.min(value.end).wrapping_add(shift));
        let (rest, after) = plain::line(&bytes[here..])?;
        let value = bytes[begin..here + rest.len()].trim_ascii_end();
        if *value.first()? <= b' ' {
            return None;
        }
        table[number] = Line::at(line.name_place(), begin..begin + value.len()).to_bytes();
        if may_be_a_sign(line.name_length()) {
            facts.follows = None;
        }
        shift = (bytes.len() - after.len()).wrapping_sub(end);
        at = end + same(&text[end..], after);
    }
    if at < text.len() {
        return None;
    }
    let (lines, length) = (table.len(), at.wrapping_add(shift));
    facts.headers.finish(lines, &bytes[..length]);
    Some(length)
}

/// The empty line.
const END: &[u8] = b"\r\n";

/// How many bytes are the same, from the first on.
fn same(one: &[u8], other: &[u8]) -> usize {
    let eights = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
    let at = 8 * eights.take_while(|(one, other)| one == other).count();
    let rest = one[at..].iter().zip(&other[at..]);
    at + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::proto::follows::Framing;

    fn read(text: &str) -> Option<(String, Facts)> {
        let mut facts = Facts::default();
        let length = plain::read(text.as_bytes(), Limits::default().headers, &mut facts)?;
        Some((format!("{length} {facts:?}"), facts))
    }

    #[test]
    fn other_values_are_read_and_for_anything_else_all_is() {
        let head = "HTTP/1.1 200 OK\r\nDate:  1 Jan \r\nA:\r\nContent-Length: 12\r\nX: y\r\n\r\n";
        let known = read(head).unwrap().1;
        for (from, to, is_alike) in [
            ("", "", true),
            ("1 Jan", "2 Feb", true),
            ("1 Jan ", "31 December", true),
            ("1 Jan ", "1 \t ", true),
            ("Jan \r", "\u{e4}\r", true),
            ("12", "7", true),
            ("12", "1234", true),
            ("y\r", "y \t\r", true),
            ("y\r\n\r", "long\r\n\r", true),
            ("200", "201", false),
            ("OK", "KO", false),
            ("Date", "Late", false),
            ("  1", "   1", false),
            ("1 Jan", "", false),
            ("Jan", "J\0n", false),
            ("Jan", "Jan\n", false),
            ("Jan \r", "Jan \ra\r", false),
            ("12\r", "12\ra\r", false),
            ("A:\r", "A: b\r", false),
            ("A:\r\n", "", false),
            ("12\r\n", "12\r\nB: c\r\n", false),
            ("X: y\r\n", "", false),
            ("y\r\n\r", "y\r\nZ: z\r\n\r", false),
            ("y\r\n\r\n", "y\r\n\r", false),
        ] {
            let mut facts = Facts { follows: Some((Framing::None, None)), ..known.clone() };
            let other = head.replace(from, to) + "body";
            let renewed = renew(other.as_bytes(), &mut facts);
            assert_eq!(renewed.is_some(), is_alike, "{from:?} {to:?}");
            let Some(length) = renewed else { continue };
            assert_eq!(facts.follows.is_some(), from != "12");
            facts.follows = None;
            assert_eq!(format!("{length} {facts:?}"), read(&other).unwrap().0);
        }
    }
}
