//! gzip (RFC 1952) and deflate (RFC 1950 and 1951), by flate2.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Decode, Step};

/// The largest window, in bits; what a stream needs less of is no harm.
const WINDOW: u8 = 15;

/// gzip: one member after another (RFC 1952, 2.2).
#[cfg(feature = "gzip")]
pub(super) fn gzip() -> Box<dyn Decode> {
    let begin = |_| Decompress::new_gzip(WINDOW);
    Box::new(Flate { name: "gzip", begin, has_members: true, inflate: None, done: false })
}

/// What HTTP calls deflate is zlib's format, but some servers have taken the name at its word and leave out zlib's header
/// and check sum (RFC 9110, 8.4.1.2).
#[cfg(feature = "deflate")]
pub(super) fn deflate() -> Box<dyn Decode> {
    let begin = |first| Decompress::new_with_window_bits(is_zlib(first), WINDOW);
    Box::new(Flate { name: "deflate", begin, has_members: false, inflate: None, done: false })
}

/// Whether this is the first byte of zlib's format: 8 for deflate, and a window of at most 32 KiB. As the beginning of bare
/// deflate it would be a stored block with bits set that every compressor leaves empty.
#[cfg(feature = "deflate")]
fn is_zlib(first: u8) -> bool {
    first & 0x0f == 8 && first >> 4 <= 7
}

struct Flate {
    name: &'static str,
    /// Begins to read, by the first byte.
    begin: fn(u8) -> Decompress,
    /// Whether what follows the end is another beginning.
    has_members: bool,
    inflate: Option<Decompress>,
    done: bool,
}

impl Decode for Flate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, String> {
        if self.done && !input.is_empty() {
            if !self.has_members {
                return Err(format!("bytes follow the end of its {}", self.name));
            }
            self.inflate = None;
            self.done = false;
        }
        let inflate = match (&mut self.inflate, input.first()) {
            (Some(inflate), _) => inflate,
            (none, Some(first)) => none.insert((self.begin)(*first)),
            (None, None) => return Ok(Step::default()),
        };
        let before = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(input, output, FlushDecompress::None).map_err(|error| {
            let why = error.message().unwrap_or("it needs a dictionary");
            format!("its {} is malformed: {why}", self.name)
        })?;
        self.done = status == Status::StreamEnd;
        let used = (inflate.total_in() - before.0) as usize;
        let given = (inflate.total_out() - before.1) as usize;
        Ok(Step { used, given })
    }

    fn is_done(&self) -> bool {
        self.done
    }
}
