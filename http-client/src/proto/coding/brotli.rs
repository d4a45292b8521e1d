//! Brotli (RFC 7932), by brotli-decompressor.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::{Decode, Step};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

/// Its window, and so its memory, is what the stream says, at most 16 MiB: larger ones are not HTTP's Brotli.
pub(super) fn brotli() -> Box<dyn Decode> {
    let alloc = StandardAlloc::default;
    Box::new(Brotli { state: State::new_strict(alloc(), alloc(), alloc()), done: false })
}

struct Brotli {
    state: State,
    done: bool,
}

impl Decode for Brotli {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, String> {
        if self.done {
            let none = Ok(Step::default());
            return if input.is_empty() {
                none
            } else {
                Err("bytes follow the end of its Brotli".into())
            };
        }
        let (mut unused, mut used) = (input.len(), 0);
        let (mut room, mut given) = (output.len(), 0);
        let result = BrotliDecompressStream(
            &mut unused,
            &mut used,
            input,
            &mut room,
            &mut given,
            output,
            &mut 0,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultFailure => Err("its Brotli is malformed".into()),
            result => {
                self.done = matches!(result, BrotliResult::ResultSuccess);
                Ok(Step { used, given })
            }
        }
    }

    fn is_done(&self) -> bool {
        self.done
    }
}
