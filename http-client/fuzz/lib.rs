//! How does a fuzz target read its input? The first bytes say how the rest is delivered; the rest is what a server sends.
//!
//! So a seed is five bytes of choices, which letters do for, and then a response as it is on the wire.

use http_client::Limits;

/// What the first five bytes of an input choose.
#[derive(Clone, Copy)]
pub struct Choices {
    choice: u8,
    sizes: [u8; 4],
}

/// Takes the choices off an input. `None` if it is too short for them.
pub fn choices(input: &[u8]) -> Option<(Choices, &[u8])> {
    let (choice, rest) = input.split_first()?;
    let (sizes, rest) = rest.split_first_chunk()?;
    Some((Choices { choice: *choice, sizes: *sizes }, rest))
}

impl Choices {
    /// The usual limits, or such as are reached with a few bytes.
    pub fn limits(self) -> Limits {
        match self.choice & 1 {
            0 => Limits::default(),
            _ => Limits {
                head: 128,
                headers: 3,
                interim: 2,
                chunk_line: 8,
                trailer: 24,
                ..Limits::default()
            },
        }
    }

    pub fn method(self) -> &'static str {
        ["GET", "HEAD", "POST", "CONNECT"][usize::from(self.choice >> 1 & 3)]
    }

    /// Whether the connection ends after the response, and if so, whether cleanly.
    pub fn end(self) -> Option<bool> {
        [None, Some(true), Some(false), None][usize::from(self.choice >> 3 & 3)]
    }

    /// Nearly the same bytes: one or two others are put in, in the place of one or of none.
    pub fn alike(self, bytes: &[u8]) -> Vec<u8> {
        let [place, one, two, out] = self.sizes;
        let at = bytes.len().min(usize::from(place) + usize::from(out & 0x80));
        let end = bytes.len().min(at + usize::from(out & 1));
        let others = &[one, two][..1 + usize::from(out >> 1 & 1)];
        [&bytes[..at], others, &bytes[end..]].concat()
    }

    /// Cuts bytes into pieces of 1 to 256 bytes. Four sizes take turns.
    pub fn cut(self, mut bytes: &[u8]) -> Vec<&[u8]> {
        let mut pieces = Vec::new();
        for size in self.sizes.iter().cycle() {
            if bytes.is_empty() {
                break;
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(usize::from(*size) + 1));
            pieces.push(piece);
            bytes = rest;
        }
        pieces
    }
}

/// A field's name can only be a token, and its value has no line of its own (RFC 9110, 5.1 and 5.5).
pub fn assert_sane<'a>(name: &str, value: impl IntoIterator<Item = &'a u8>) {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    assert!(!name.is_empty() && name.bytes().all(is_token), "{name:?}");
    assert!(value.into_iter().all(|byte| !matches!(byte, 0 | b'\r' | b'\n')), "{name}");
}
