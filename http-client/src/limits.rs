//! How much may a server send before it is taken for hostile?

/// How much of each thing a response may have. What is beyond is an error, never more memory.
///
/// ```
/// use http_client::Limits;
/// let limits = Limits { redirects: 0, ..Limits::default() };
/// assert_eq!(limits.body, 10 * 1024 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the head, with all its lines; 64 KiB.
    pub head: usize,
    /// Header fields, and fields in a trailer; 100.
    pub headers: usize,
    /// Interim (1xx) responses before the one that counts; 100.
    pub interim: usize,
    /// Bytes of one chunk's size line with its extensions; 16 KiB.
    pub chunk_line: usize,
    /// Bytes of the trailer after the last chunk; 16 KiB.
    pub trailer: usize,
    /// Bytes that `bytes()` and `text()` collect; 10 MiB. `chunk()` has no limit.
    pub body: u64,
    /// Redirects in a row; 10. With 0, none is followed: the redirect itself is the response.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: 64 * 1024,
            headers: 100,
            interim: 100,
            chunk_line: 16 * 1024,
            trailer: 16 * 1024,
            body: 10 * 1024 * 1024,
            redirects: 10,
        }
    }
}
