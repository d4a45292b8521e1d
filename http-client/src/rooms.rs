//! Where do the bytes go that come on a connection? Into a room that it has only while something lies in it.
//!
//! A connection that waits or is idle has none: of a thousand requests in flight, only those have one whose bytes are being
//! looked at. `connection` takes a room before it reads, and gives it back if nothing came, and when the response is over.

use std::cell::{Cell, RefCell};

/// So many rooms wait for the next reads, and one. Programs that look at more pieces at once make some anew.
const SPARE: usize = 15;

/// The rooms that no connection of a client has at present. They keep their length, for making a room anew costs a byte as
/// much as copying it.
#[derive(Default)]
pub(crate) struct Rooms {
    /// The one that was given back last, by itself: each request takes one twice, most often this one.
    last: Cell<Vec<u8>>,
    others: RefCell<Vec<Vec<u8>>>,
}

impl Rooms {
    /// A room, or what can become one.
    #[inline]
    pub(crate) fn take(&self) -> Vec<u8> {
        let room = self.last.take();
        if room.capacity() == 0 { self.take_other() } else { room }
    }

    /// Takes a room back.
    #[inline]
    pub(crate) fn give(&self, room: Vec<u8>) {
        let other = self.last.replace(room);
        if other.capacity() != 0 {
            self.give_other(other);
        }
    }

    #[cold]
    fn take_other(&self) -> Vec<u8> {
        self.others.borrow_mut().pop().unwrap_or_default()
    }

    #[cold]
    fn give_other(&self, room: Vec<u8>) {
        let mut others = self.others.borrow_mut();
        if others.len() < SPARE {
            others.push(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::reader::ROOM;

    #[test]
    fn a_room_that_was_given_back_is_the_next_one_taken() {
        let rooms = Rooms::default();
        let two = [vec![1; ROOM], vec![2; ROOM]];
        let places = two.each_ref().map(|room| room.as_ptr());
        two.into_iter().for_each(|room| rooms.give(room));
        let taken = [rooms.take(), rooms.take()];
        assert_eq!(taken.each_ref().map(|room| room.as_ptr()), [places[1], places[0]]);
        assert_eq!(rooms.take().capacity(), 0);
    }

    #[test]
    fn few_rooms_are_kept() {
        let rooms = Rooms::default();
        (0..2 * SPARE).for_each(|_| rooms.give(vec![0; ROOM]));
        let mut kept = 0;
        while !rooms.take().is_empty() {
            kept += 1;
        }
        assert_eq!(kept, SPARE + 1);
    }
}
