//! Header fields: names without regard to case, values as bytes, all in one piece of memory.

mod line;

use std::fmt;
use std::ops::Range;

pub(super) use line::Line;

/// The header fields of a response, or its trailer. They are offsets into one copy of the head's bytes, and stand before it.
///
/// Names are compared without regard to case (RFC 9110, 5.1). The same name may stand in several lines.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
/// # runtime::Runtime::new()?.block_on(async {
/// # let url = doc::serve("HTTP/1.1 204 No Content\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n")?;
/// let response = http_client::Client::new().get(&url).send().await.unwrap();
/// let headers = response.headers();
/// assert_eq!(headers.get("set-cookie"), Some("a=1"));
/// assert_eq!(headers.get_all("Set-Cookie").collect::<Vec<_>>(), [b"a=1", b"b=2"]);
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Default)]
pub struct Headers {
    /// Places for the table of its lines, each a number in bytes, and behind them the text, which comes last when a head is read:
    /// a response pays for one allocation, not for two.
    memory: Vec<u8>,
    /// How many places there are, which stay when another head is read into the same memory.
    places: usize,
    /// How many of them are taken.
    lines: usize,
}

/// Few heads have more lines.
const PLACES: usize = 16;

/// And so much memory holds them with a text that is not unusually long.
const ROOM: usize = 512;

/// A text that is longer is not looked at, whatever its limit is: so there are 32 bits for offsets into it, and what is unfolded
/// behind it.
pub(super) const MOST_TEXT: usize = 1 << 30;

/// Whether this is `word`, which is of small letters and dashes, in whatever case. With this bit a capital letter becomes a small
/// one, and of all that may stand in a line nothing else becomes a letter or a dash.
///
/// Eight bytes at a time are one number. The last eight are looked at whether or not some of them were before, so there must be
/// as many.
#[inline]
pub(super) fn is_word<const N: usize>(bytes: &[u8], word: &[u8; N]) -> bool {
    const { assert!(N >= 8) };
    let Ok(bytes) = <&[u8; N]>::try_from(bytes) else { return false };
    let number =
        |text: &[u8; N], at: usize| text[at..].first_chunk().copied().map(u64::from_le_bytes);
    (0..N)
        .step_by(8)
        .map(|at| at.min(N - 8))
        .all(|at| number(bytes, at).map(|eight| eight | 0x2020_2020_2020_2020) == number(word, at))
}

/// Whether a byte may stand in a token, such as a name (RFC 9110, 5.6.2).
pub(super) fn is_token(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(
            byte as u8,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-'
                | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        );
        byte += 1;
    }
    table
};

impl Headers {
    /// The value of the first line with this name, if it is text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The values of all lines with this name, in order.
    pub fn get_all<'h, 'n>(
        &'h self,
        name: &'n str,
    ) -> impl Iterator<Item = &'h [u8]> + use<'h, 'n> {
        let (text, table) = self.parts();
        table
            .iter()
            .map(Line::from_bytes)
            .filter(|line| line.is_named(name, text))
            .map(|line| line.value(text))
    }

    /// Whether there is a line with this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get_all(name).next().is_some()
    }

    /// All lines, in the order in which the server sent them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.lines(|_| true).map(|(name, value)| {
            // The parser lets only ASCII through in a name.
            (std::str::from_utf8(name).unwrap_or_default(), value)
        })
    }

    /// The same for names of some lengths alone, as bytes.
    pub(super) fn lines(
        &self,
        lengths: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (&[u8], &[u8])> {
        let (text, table) = self.parts();
        let lines = table.iter().map(Line::from_bytes);
        lines
            .filter(move |line| lengths(line.name_length()))
            .map(|line| (line.name(text), line.value(text)))
    }

    fn parts(&self) -> (&[u8], &[[u8; Line::SIZE]]) {
        let (table, text) = self.memory.split_at(self.places * Line::SIZE);
        (text, &table.as_chunks().0[..self.lines])
    }

    /// The text, and the table to be changed.
    pub(super) fn parts_mut(&mut self) -> (&[u8], &mut [[u8; Line::SIZE]]) {
        let (table, text) = self.memory.split_at_mut(self.places * Line::SIZE);
        (text, &mut table.as_chunks_mut().0[..self.lines])
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.parts().1.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The places for lines, to be taken one after the other. All that was there before is forgotten.
    #[inline]
    pub(super) fn places(&mut self) -> &mut [[u8; Line::SIZE]] {
        if self.places == 0 {
            self.have_places(PLACES);
        }
        self.lines = 0;
        self.memory.truncate(self.places * Line::SIZE);
        self.memory.as_chunks_mut().0
    }

    /// Makes more places, when they were too few for the lines of a head.
    #[cold]
    pub(super) fn have_more_places(&mut self) {
        self.have_places(PLACES.max(2 * self.places));
    }

    #[cold]
    fn have_places(&mut self, places: usize) {
        self.memory.clear();
        self.memory.reserve(ROOM);
        self.memory.resize(places * Line::SIZE, 0);
        self.places = places;
    }

    /// So many places have been taken, by lines in this text, of which it makes a copy in the place of the one that was there.
    #[inline]
    pub(super) fn finish(&mut self, lines: usize, text: &[u8]) {
        self.lines = lines;
        self.memory.truncate(self.places * Line::SIZE);
        self.memory.extend_from_slice(text);
    }

    /// All of it, as it came, and what was unfolded behind it.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.parts().0
    }

    fn with_table(text: &[u8], lines: &[Line]) -> Headers {
        let mut memory = Vec::with_capacity(lines.len() * Line::SIZE + text.len());
        lines.iter().for_each(|line| memory.extend_from_slice(&line.to_bytes()));
        memory.extend_from_slice(text);
        Headers { memory, places: lines.len(), lines: lines.len() }
    }

    /// Forgets all lines with this name.
    pub(crate) fn remove(&mut self, name: &str) {
        let (text, table) = self.parts();
        let lines = table.iter().map(Line::from_bytes);
        let others: Vec<Line> = lines.filter(|line| !line.is_named(name, text)).collect();
        *self = Headers::with_table(text, &others);
    }

    /// Copies what the parser has found in `bytes`, all in one piece. A value that was folded over several lines becomes one
    /// (RFC 9112, 5.2).
    pub(crate) fn copy(bytes: &[u8], parsed: &[httparse::Header<'_>]) -> Headers {
        let base = bytes.as_ptr().addr();
        // An empty value need not lie among the bytes.
        let place = |part: &[u8]| {
            let begin = part.as_ptr().addr().wrapping_sub(base);
            if part.is_empty() { 0..0 } else { begin..begin + part.len() }
        };
        let (mut text, mut lines) = (bytes.to_vec(), Vec::with_capacity(parsed.len()));
        for field in parsed {
            let name = place(field.name.as_bytes());
            let value = if field.value.contains(&b'\n') {
                unfold(field.value, &mut text)
            } else {
                place(field.value.trim_ascii())
            };
            lines.push(Line::at(name, value));
        }
        Headers::with_table(&text, &lines)
    }

    /// The members of a list that may be spread over several lines (RFC 9110, 5.6.1), without empty ones.
    pub(crate) fn list<'h, 'n>(
        &'h self,
        name: &'n str,
    ) -> impl Iterator<Item = &'h [u8]> + use<'h, 'n> {
        self.get_all(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .map(<[u8]>::trim_ascii)
            .filter(|member| !member.is_empty())
    }

    /// Whether a list has this member, without regard to case.
    pub(crate) fn list_has(&self, name: &str, member: &str) -> bool {
        self.list(name).any(|found| found.eq_ignore_ascii_case(member.as_bytes()))
    }
}

/// With as much room: the copy may be for the next head.
impl Clone for Headers {
    fn clone(&self) -> Headers {
        let mut memory = Vec::with_capacity(self.memory.capacity());
        memory.extend_from_slice(&self.memory);
        Headers { memory, ..*self }
    }
}

/// Puts a folded value behind everything else, in one line.
fn unfold(value: &[u8], text: &mut Vec<u8>) -> Range<usize> {
    let begin = text.len();
    let lines = value.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    for (number, line) in lines.filter(|line| !line.is_empty()).enumerate() {
        if number > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(line);
    }
    begin..text.len()
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)));
        f.debug_map().entries(lines).finish()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn headers(lines: &[(&str, &str)]) -> Headers {
        let text: String = lines.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        let mut rest = text.as_str();
        let mut next = |length| {
            let (part, after) = rest.split_at(length);
            rest = after;
            part
        };
        let mut parsed = Vec::new();
        for (name, value) in lines {
            let name = next(name.len());
            next(1);
            parsed.push(httparse::Header { name, value: next(value.len()).as_bytes() });
        }
        Headers::copy(text.as_bytes(), &parsed)
    }

    #[test]
    fn names_are_found_without_regard_to_case_and_lists_over_several_lines() {
        let found = headers(&[("Via", "a, b"), ("X", "1"), ("vIA", " c ,,")]);
        assert_eq!(found.get("via"), Some("a, b"));
        assert_eq!(found.list("VIA").collect::<Vec<_>>(), [b"a", b"b", b"c"]);
        assert!(found.list_has("via", "C") && !found.contains("y"));
    }

    #[test]
    fn a_folded_value_becomes_one_line() {
        let found = headers(&[("Fold", "just\r\n some\r\n\t folding")]);
        assert_eq!(found.get("fold"), Some("just some folding"));
    }
}
