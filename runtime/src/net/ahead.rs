//! How does a read that fills its buffer learn whether the socket has more? It asks for one byte more than was wanted.
//!
//! Who reads messages of a known length fills the buffer each time, and that leaves open whether the socket is empty now: the
//! next read would have to try in vain before it waits, which is a fourth system call for each round trip. With room for
//! one byte more, a message that came alone comes short. A byte that does come is kept for the next read.
//!
//! Only small reads do so: their bytes go through a space of their own, which costs next to nothing; a large one is followed
//! by a try anyway, for more is there.

use std::cell::Cell;
use std::io;

use crate::net::socket::Socket;
use crate::source::Done;

/// The largest read that asks for a byte more.
const SMALL: usize = 256;

/// A byte that was read before it was wanted. While there is one, the reactor takes the socket for ready.
#[derive(Default)]
pub(super) struct Ahead(Cell<Option<u8>>);

impl Ahead {
    /// Reads from `io`, after the byte that is kept.
    #[inline]
    pub(super) fn receive(&self, io: &impl Socket, buf: &mut [u8]) -> io::Result<Done<usize>> {
        match self.0.get() {
            None if buf.len() > SMALL => Ok(Done::bytes(io.receive(buf)?, buf.len())),
            None => self.receive_rest(io, buf),
            Some(kept) => self.receive_after(kept, io, buf),
        }
    }

    // This and the next are out of the way of large reads, which are nearly all of those that are worth counting.
    #[inline(never)]
    fn receive_after(&self, kept: u8, io: &impl Socket, buf: &mut [u8]) -> io::Result<Done<usize>> {
        let Some((first, rest)) = buf.split_first_mut() else {
            return Ok(Done { value: 0, amount: 0, drained: false });
        };
        *first = kept;
        let (more, drained) = match self.receive_rest(io, rest) {
            Ok(done) => (done.value, done.drained),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.0.set(None);
                (0, true)
            }
            Err(error) => return Err(error),
        };
        Ok(Done { value: 1 + more, amount: 1 + more, drained })
    }

    /// What is kept is in the buffer already.
    #[inline(never)]
    fn receive_rest(&self, io: &impl Socket, buf: &mut [u8]) -> io::Result<Done<usize>> {
        let room = buf.len();
        if room > SMALL {
            let done = Done::bytes(io.receive(buf)?, room);
            self.0.set(None);
            return Ok(done);
        }
        let mut space = [0; SMALL + 1];
        let received = io.receive(&mut space[..=room])?;
        let value = received.min(room);
        buf[..value].copy_from_slice(&space[..value]);
        self.0.set((received > room).then_some(space[room]));
        let drained = Done::bytes(received, room + 1).drained;
        Ok(Done { value, amount: value, drained })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::Shutdown;
    use std::os::unix::net::UnixStream;

    use super::*;

    /// What is written here is read there.
    fn pair() -> (UnixStream, mio::net::UnixStream) {
        let (far, near) = UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        (far, mio::net::UnixStream::from_std(near))
    }

    /// Reads so many bytes at most: what came, and whether the socket is known to be empty.
    fn read(ahead: &Ahead, io: &mio::net::UnixStream, room: usize) -> (Vec<u8>, bool) {
        let mut buf = vec![b'-'; room];
        let Done { value, amount, drained } = ahead.receive(io, &mut buf).unwrap();
        assert_eq!(value, amount);
        buf.truncate(value);
        (buf, drained)
    }

    #[test]
    fn a_message_of_the_length_that_was_asked_for_leaves_the_socket_empty_and_that_is_known() {
        let (mut far, near) = pair();
        let ahead = Ahead::default();
        for _ in 0..2 {
            far.write_all(b"four").unwrap();
            assert_eq!(read(&ahead, &near, 4), (b"four".to_vec(), true));
        }
    }

    #[test]
    fn bytes_come_in_order_whatever_the_sizes_of_the_reads() {
        let (mut far, near) = pair();
        let sent: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let ahead = Ahead::default();
        far.write_all(&sent).unwrap();
        let mut received = Vec::new();
        let mut rooms =
            [1, 2, 1, SMALL - 1, SMALL, SMALL + 1, 3, SMALL + 2, 5000, 4, 1].iter().cycle();
        while received.len() < sent.len() {
            let (bytes, drained) = read(&ahead, &near, *rooms.next().unwrap());
            received.extend(bytes);
            assert!(!drained || received.len() == sent.len());
        }
        assert_eq!(received, sent);
    }

    #[test]
    fn the_byte_that_is_kept_comes_alone_if_no_other_follows() {
        for room in [1, 2, SMALL + 2] {
            let (mut far, near) = pair();
            let ahead = Ahead::default();
            far.write_all(b"more").unwrap();
            assert_eq!(read(&ahead, &near, 3), (b"mor".to_vec(), false));
            assert_eq!(read(&ahead, &near, 0), (vec![], false));
            assert_eq!(read(&ahead, &near, room), (b"e".to_vec(), true));
            let error = ahead.receive(&near, &mut [0]).map(|done| done.value).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        }
    }

    #[test]
    fn the_end_comes_after_the_byte_that_is_kept() {
        let (mut far, near) = pair();
        let ahead = Ahead::default();
        far.write_all(b"more").unwrap();
        far.shutdown(Shutdown::Write).unwrap();
        assert_eq!(read(&ahead, &near, 3), (b"mor".to_vec(), false));
        assert_eq!(read(&ahead, &near, 3), (b"e".to_vec(), false));
        assert_eq!(read(&ahead, &near, 3), (vec![], false));
    }
}
