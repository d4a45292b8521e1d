//! How can another thread wake a task without a global lock? It leaves the ticket in the runtime's mailbox.
//!
//! Every seat has one mailbox. `context::wake` posts into it when the caller is not on the task's own thread; the
//! executor collects once a turn. Taught in chapter 18.
//!
//! **Posting.** Each task slot of the runtime has a mailbox slot with one word, `pending`: the generation that was
//! woken, or 0. Who changes 0 into a generation links the slot into the stack of full slots; who finds a generation
//! there is done, for the wake that is pending already will be the same poll. So ten million wakes of one task take
//! the room of one. If it is another generation, one of the two tickets is stale, and nobody here can tell which: then
//! the wake is for whoever is in the slot, for a poll too many is harmless and a lost one is not.
//!
//! **Collecting.** The owner takes the whole stack with one swap, so nobody can confuse it by taking and putting back
//! single slots (the "ABA" trouble of lock-free stacks). It reads a slot's link *before* it clears `pending`, because
//! from then on a poster may link that slot again.
//!
//! **The bell.** Posting wakes nobody who sleeps in `epoll_wait`. So the owner says `parked`, looks into the mailbox
//! once more, and only then waits; a poster posts first and looks at `parked` afterwards. Both are sequentially
//! consistent, so at least one of the two sees the other: either the owner does not go to sleep or the poster rings. Who
//! rings takes `parked` away, so a flood of posts writes the eventfd once for each time the loop sleeps.
//!
//! The bell hangs in a `RwLock`. No poster ever waits for it, for posters only `try_read`, and no task does, for it is written
//! only while a runtime is built or dropped; whoever drops one waits for a poster that is just ringing. It is what lets a
//! dropped runtime close its eventfd while stale tickets are still about, without `unsafe`.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::{OnceLock, RwLock};

use crate::ticket::{Generation, ROOT, Ticket};

/// Slots come in segments that double, so that they never move: 64, 64, 128, 256, …
const FIRST_SEGMENT: usize = 64;
const SEGMENTS: usize = 23;

/// In `head` and `next`: 0 ends the stack, 1 is the root future's slot, and the rest are task indices plus 2.
const END: u32 = 0;
const ROOT_LINK: u32 = 1;
const FIRST_TASK_LINK: u32 = 2;

/// In `pending`: tickets of several generations were posted. No generation is as large.
const WHOEVER: u32 = u32::MAX;

pub(crate) struct Mailbox {
    head: AtomicU32,
    parked: AtomicBool,
    bell: RwLock<Option<mio::Waker>>,
    root: Slot,
    /// Made by the first foreign wake that needs them, never by the owner; kept for the seat's next runtime.
    segments: [OnceLock<Box<[Slot]>>; SEGMENTS],
}

struct Slot {
    pending: AtomicU32,
    next: AtomicU32,
}

/// What was posted: a task by its index and generation, or whoever is at the index now.
pub(crate) type Posted = (usize, Option<Generation>);

impl Slot {
    const fn new() -> Slot {
        Slot { pending: AtomicU32::new(0), next: AtomicU32::new(END) }
    }
}

impl Mailbox {
    pub(crate) const fn new() -> Mailbox {
        Mailbox {
            head: AtomicU32::new(END),
            parked: AtomicBool::new(false),
            bell: RwLock::new(None),
            root: Slot::new(),
            segments: [const { OnceLock::new() }; SEGMENTS],
        }
    }

    /// Any thread: asks the owner to wake `ticket`'s task. Says whether this was news (else it was pending already).
    pub(crate) fn post(&self, ticket: Ticket) -> bool {
        let link = link_of(ticket.index());
        let slot = self.slot(link);
        let woken = ticket.generation().bits();
        let mut seen = slot.pending.load(Relaxed);
        loop {
            let wanted = if seen == 0 || seen == woken { woken } else { WHOEVER };
            // Also when nothing changes: what this thread wrote before the wake must be seen by the poll that follows,
            // and only a read-modify-write joins the chain that the owner's swap in `collect` acquires.
            match slot.pending.compare_exchange_weak(seen, wanted, AcqRel, Relaxed) {
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
        if seen != 0 {
            return false;
        }
        let mut head = self.head.load(Relaxed);
        loop {
            slot.next.store(head, Relaxed);
            match self.head.compare_exchange_weak(head, link, SeqCst, Relaxed) {
                Ok(_) => break,
                Err(now) => head = now,
            }
        }
        if self.parked.load(SeqCst) && self.parked.swap(false, SeqCst) {
            self.ring();
        }
        true
    }

    /// The owner: whether there is something to collect. A plain load, cheap enough for every turn.
    pub(crate) fn is_empty(&self) -> bool {
        self.head.load(Relaxed) == END
    }

    /// The owner: puts what was posted into `woken`, first come first.
    pub(crate) fn collect(&self, woken: &mut Vec<Posted>) {
        let begin = woken.len();
        let mut link = self.head.swap(END, Acquire);
        while link != END {
            let slot = self.slot(link);
            let next = slot.next.load(Relaxed);
            let pending = slot.pending.swap(0, AcqRel);
            let generation = Generation::from_bits(pending).filter(|_| pending != WHOEVER);
            woken.push((index_of(link), generation));
            link = next;
        }
        woken[begin..].reverse();
    }

    /// The owner, about to sleep: from here on posters ring. `false` if there is post, and sleeping would be wrong.
    pub(crate) fn park(&self) -> bool {
        self.parked.store(true, SeqCst);
        let quiet = self.head.load(SeqCst) == END;
        if !quiet {
            self.unpark();
        }
        quiet
    }

    /// The owner, awake again: posters need not ring.
    pub(crate) fn unpark(&self) {
        self.parked.store(false, Relaxed);
    }

    /// Hangs up the bell of a new runtime, or takes down that of a dropped one, which closes its descriptor.
    pub(crate) fn set_bell(&self, bell: Option<mio::Waker>) {
        // A poisoned lock would mean that `mio::Waker::wake` panicked in a poster; the bell itself is still whole.
        *self.bell.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = bell;
    }

    fn ring(&self) {
        if let Ok(bell) = self.bell.try_read()
            && let Some(bell) = bell.as_ref()
        {
            // It fails only if the eventfd is gone, and then there is no loop to wake.
            let _ = bell.wake();
        }
    }

    fn slot(&self, link: u32) -> &Slot {
        if link == ROOT_LINK {
            return &self.root;
        }
        let place = index_of(link) + FIRST_SEGMENT;
        let segment = (place.ilog2() - FIRST_SEGMENT.ilog2()) as usize;
        let length = FIRST_SEGMENT << segment;
        let slots =
            self.segments[segment].get_or_init(|| (0..length).map(|_| Slot::new()).collect());
        &slots[place - length]
    }
}

fn link_of(index: usize) -> u32 {
    if index == ROOT { ROOT_LINK } else { index as u32 + FIRST_TASK_LINK }
}

fn index_of(link: u32) -> usize {
    if link == ROOT_LINK { ROOT } else { (link - FIRST_TASK_LINK) as usize }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    fn ticket(index: usize, generation: u32) -> Ticket {
        Ticket::new(0, Generation::from_bits(generation).unwrap(), index)
    }

    fn collected(mailbox: &Mailbox) -> Vec<(usize, Option<u32>)> {
        let mut woken = Vec::new();
        mailbox.collect(&mut woken);
        woken.into_iter().map(|(index, woken)| (index, woken.map(Generation::bits))).collect()
    }

    #[test]
    fn posts_are_collected_first_come_first() {
        let mailbox = Mailbox::new();
        for index in [9, ROOT, 1, 100_000, 63, 64, 127, 128] {
            assert!(mailbox.post(ticket(index, 1)));
        }
        let order: Vec<usize> = collected(&mailbox).into_iter().map(|(index, _)| index).collect();
        assert_eq!(order, [9, ROOT, 1, 100_000, 63, 64, 127, 128]);
        assert!(mailbox.is_empty());
    }

    #[test]
    fn a_flood_of_wakes_of_one_task_is_one_entry() {
        let mailbox = Mailbox::new();
        assert!(mailbox.post(ticket(5, 1)));
        for _ in 0..100_000 {
            assert!(!mailbox.post(ticket(5, 1)));
        }
        assert_eq!(collected(&mailbox), [(5, Some(1))]);
    }

    #[test]
    fn tickets_of_two_tenants_of_a_slot_wake_whoever_is_there_in_either_order() {
        let mailbox = Mailbox::new();
        let youngest = (1 << 28) - 1;
        for (first, second) in [(7, 8), (8, 7), (1, youngest), (youngest, 1)] {
            mailbox.post(ticket(5, first));
            mailbox.post(ticket(5, second));
            mailbox.post(ticket(5, first));
            assert_eq!(collected(&mailbox), [(5, None)]);
        }
        mailbox.post(ticket(5, 9));
        assert_eq!(collected(&mailbox), [(5, Some(9))]);
    }

    #[test]
    fn post_between_saying_parked_and_sleeping_is_seen() {
        let mailbox = Mailbox::new();
        assert!(mailbox.park());
        mailbox.unpark();
        mailbox.post(ticket(1, 1));
        assert!(!mailbox.park());
    }

    #[test]
    fn posts_ring_once_for_each_time_the_loop_sleeps_and_not_while_it_is_awake() {
        let mut poll = mio::Poll::new().unwrap();
        let mailbox = Mailbox::new();
        mailbox.set_bell(Some(mio::Waker::new(poll.registry(), mio::Token(0)).unwrap()));
        let mut rings = || {
            let mut events = mio::Events::with_capacity(8);
            poll.poll(&mut events, Some(std::time::Duration::ZERO)).unwrap();
            events.iter().count()
        };
        for _ in 0..2 {
            mailbox.post(ticket(1, 1));
            assert_eq!(rings(), 0, "it is awake");
            assert_eq!(collected(&mailbox).len(), 1);
            assert!(mailbox.park());
            mailbox.post(ticket(1, 1));
            assert_eq!(rings(), 1);
            mailbox.post(ticket(2, 1));
            assert_eq!(rings(), 0, "it is on its way already");
            mailbox.unpark();
            assert_eq!(collected(&mailbox).len(), 2);
        }
    }

    #[test]
    fn eight_threads_posting_lose_no_wake() {
        const ROUNDS: usize = 20_000;
        let mailbox = Arc::new(Mailbox::new());
        let done = Arc::new(AtomicU32::new(0));
        let posters: Vec<_> = (0..8)
            .map(|index| {
                let (mailbox, done) = (mailbox.clone(), done.clone());
                thread::spawn(move || {
                    let mut news = 0;
                    for _ in 0..ROUNDS {
                        news += usize::from(mailbox.post(ticket(index % 4, 1)));
                    }
                    done.fetch_add(1, SeqCst);
                    news
                })
            })
            .collect();
        let mut taken = 0;
        while done.load(SeqCst) < 8 {
            taken += collected(&mailbox).len();
        }
        taken += collected(&mailbox).len();
        let news: usize = posters.into_iter().map(|poster| poster.join().unwrap()).sum();
        assert_eq!(taken, news, "each post that was news is collected exactly once");
    }
}
