//! What follows from a head for all that comes after it? `framing` finds it out, and `head` keeps it, for as long as the server
//! says the same.

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is none, whatever the header says.
    None,
    /// After so many bytes.
    Length(u64),
    /// After the chunk of size 0 and its trailer.
    Chunked,
    /// When the server closes the connection.
    UntilClose,
}

/// What follows from a head: how the end of the body is told, and why the connection ends with it, if it does.
pub(crate) type Follows = (Framing, Option<&'static str>);

/// Whether a field whose name has so many bytes may be one that this follows from: Connection, Content-Length or
/// Transfer-Encoding.
#[inline]
pub(crate) fn may_be_a_sign(length: usize) -> bool {
    matches!(length, 10 | 14 | 17)
}
