//! Where is a field in the text of a head? A line of the table that `fields` keeps behind that text.
//!
//! `head` makes them, and `fields` reads them.

use std::ops::Range;

/// Where a name and its value are in the text.
#[derive(Clone, Copy, Default)]
pub(in crate::proto) struct Line {
    name: Place,
    value: Place,
}

/// 32 bits are enough, and half the table.
#[derive(Clone, Copy, Default)]
struct Place {
    begin: u32,
    length: u32,
}

impl Place {
    fn new(place: Range<usize>) -> Place {
        Place { begin: place.start as u32, length: (place.end - place.start) as u32 }
    }

    fn range(self) -> Range<usize> {
        let begin = self.begin as usize;
        begin..begin + self.length as usize
    }

    fn of(self, text: &[u8]) -> &[u8] {
        &text[self.begin as usize..][..self.length as usize]
    }
}

impl Line {
    /// How many bytes one takes in the table.
    pub(in crate::proto) const SIZE: usize = size_of::<u128>();

    #[inline]
    pub(in crate::proto) fn to_bytes(self) -> [u8; Line::SIZE] {
        let Line { name, value } = self;
        let number = [value.length, value.begin, name.length, name.begin].into_iter();
        number.fold(0, |number, offset| number << 32 | u128::from(offset)).to_ne_bytes()
    }

    #[inline]
    pub(in crate::proto) fn from_bytes(bytes: &[u8; Line::SIZE]) -> Line {
        let number = u128::from_ne_bytes(*bytes);
        let place =
            |at: u32| Place { begin: (number >> at) as u32, length: (number >> (at + 32)) as u32 };
        Line { name: place(0), value: place(64) }
    }

    /// A name and a value that stand there.
    #[inline]
    pub(in crate::proto) fn at(name: Range<usize>, value: Range<usize>) -> Line {
        Line { name: Place::new(name), value: Place::new(value) }
    }

    pub(super) fn name(self, text: &[u8]) -> &[u8] {
        self.name.of(text)
    }

    pub(in crate::proto) fn name_length(self) -> usize {
        self.name.length as usize
    }

    pub(in crate::proto) fn name_place(self) -> Range<usize> {
        self.name.range()
    }

    pub(in crate::proto) fn value_place(self) -> Range<usize> {
        self.value.range()
    }

    /// The same line so much further in the text, or before, if that wraps around.
    pub(in crate::proto) fn moved(self, by: usize) -> Line {
        let Line { mut name, mut value } = self;
        name.begin = name.begin.wrapping_add(by as u32);
        value.begin = value.begin.wrapping_add(by as u32);
        Line { name, value }
    }

    pub(super) fn value(self, text: &[u8]) -> &[u8] {
        self.value.of(text)
    }

    /// Whether this is its name; most others are of another length.
    pub(super) fn is_named(&self, name: &str, text: &[u8]) -> bool {
        self.name_length() == name.len() && self.name.of(text).eq_ignore_ascii_case(name.as_bytes())
    }
}
