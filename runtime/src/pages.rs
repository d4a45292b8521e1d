//! Where are the tasks kept? In pages of slots, which stay where they are.
//!
//! Only `roster` uses it. A table that doubles would copy all tasks again and again and be half empty afterwards; a page is
//! added when the others are full, and no task ever moves. What each turn of a task needs stands together, so that a wake
//! brings it into the cache for the poll that follows; what is needed once or never stands apart. Taught in chapter 06.
//!
//! ```text
//!             page 0        page 1
//!   rows      1024 x 24     1024 x 24     head: state and generation; task: the future or its output
//!   spawned   1024 x 2      1024 x 2      the number of a line
//!   joiners   1024 x 16     -             made when the first task of the page is awaited
//! ```
//!
//! So an idle task costs 26 bytes here, and one whose end somebody awaits 42. The first slot is the root future's, whose
//! task is never here: it lives on the stack.

use std::task::Waker;

use crate::head::{Flag, Head};
use crate::lines::Line;
use crate::task::Task;
use crate::ticket::ROOT;

/// So many that pages are made seldom: the allocator puts them between the tasks, which are polled fastest where they lie together.
const PAGE: usize = 1024;

/// Links a slot that was never used to the one after it. No other link is zero, for the root future's slot is never vacant; so a
/// new page is nothing but zeros, which the allocator has at hand, and is not filled slot by slot.
const NEIGHBOUR: usize = ROOT;

pub(crate) struct Pages {
    pages: Vec<Box<Page>>,
    /// The slot that was vacated last, whose head links to the one before it, and so on, and at the end to those that were
    /// never used. After the last one of all comes the first of a page that is yet to be added.
    vacant: usize,
}

struct Page {
    rows: [Row; PAGE],
    spawned: [Line; PAGE],
    joiners: Option<Box<[Option<Waker>; PAGE]>>,
}

struct Row {
    head: Head,
    /// Taken out while it is polled. In a vacant slot it is a spent one, or none.
    task: Option<Task>,
}

/// A slot, to be changed.
pub(crate) struct Slot<'a> {
    page: &'a mut Page,
    place: usize,
    vacant: &'a mut usize,
}

impl<'a> Slot<'a> {
    #[inline]
    pub(crate) fn head(&self) -> Head {
        self.page.rows[self.place % PAGE].head
    }

    #[inline]
    pub(crate) fn head_mut(&mut self) -> &mut Head {
        &mut self.page.rows[self.place % PAGE].head
    }

    #[inline]
    pub(crate) fn task(&mut self) -> &mut Option<Task> {
        &mut self.page.rows[self.place % PAGE].task
    }

    pub(crate) fn leave_joiner(&mut self, joiner: Waker) -> Option<Waker> {
        self.head_mut().set(Flag::AWAITED);
        let joiners = &mut self.page.joiners;
        let joiners = joiners.get_or_insert_with(|| Box::new([const { None }; PAGE]));
        joiners[self.place % PAGE].replace(joiner)
    }

    #[inline]
    pub(crate) fn take_joiner(&mut self) -> Option<Waker> {
        if !self.head().has(Flag::AWAITED) {
            return None;
        }
        self.head_mut().clear(Flag::AWAITED);
        self.page.joiners.as_mut()?[self.place % PAGE].take()
    }

    /// Makes the slot, which is the one at `index`, vacant: now or, if it is in the queue, when it comes to the front there.
    /// Its task is taken out or spent.
    #[inline]
    pub(crate) fn vacate(&mut self, index: usize) {
        let vacant = *self.vacant;
        let head = self.head_mut();
        if head.has(Flag::QUEUED) {
            head.vacate();
        } else {
            *head = Head::vacant(vacant);
            *self.vacant = index;
        }
    }
}

impl Pages {
    /// Begins with the root future's slot, which is filled by this head.
    pub(crate) fn new(root: Head) -> Pages {
        let mut pages = Pages { pages: Vec::new(), vacant: ROOT };
        pages.occupy(root, Line::NONE);
        pages
    }

    /// The index of the slot that is filled next; greater than `LAST_INDEX` if all are taken.
    #[inline]
    pub(crate) fn next_vacant(&self) -> usize {
        self.vacant
    }

    /// Fills a vacant slot: the one that was vacated last, where the caches are warm, or the next one. There must be one. Its
    /// task is the caller's to put there, in the place of the spent one.
    #[inline]
    pub(crate) fn occupy(&mut self, head: Head, spawned: Line) -> (usize, Slot<'_>) {
        let index = self.vacant;
        if index / PAGE >= self.pages.len() {
            self.add_page();
        }
        let (page, place) = (&mut *self.pages[index / PAGE], index % PAGE);
        self.vacant = match page.rows[place].head.link() {
            NEIGHBOUR => index + 1,
            vacant => vacant,
        };
        page.rows[place].head = head;
        page.spawned[place] = spawned;
        (index, Slot { page, place, vacant: &mut self.vacant })
    }

    /// Each of its slots links to the next.
    #[cold]
    #[inline(never)]
    fn add_page(&mut self) {
        self.pages.push(Box::new(Page {
            rows: [const { Row { head: Head::vacant(NEIGHBOUR), task: None } }; PAGE],
            spawned: [Line::NONE; PAGE],
            joiners: None,
        }));
    }

    #[inline]
    pub(crate) fn head(&self, index: usize) -> Option<Head> {
        self.pages.get(index / PAGE).map(|page| page.rows[index % PAGE].head)
    }

    pub(crate) fn spawned(&self, index: usize) -> Line {
        self.pages.get(index / PAGE).map_or(Line::NONE, |page| page.spawned[index % PAGE])
    }

    #[inline]
    pub(crate) fn slot(&mut self, index: usize) -> Option<Slot<'_>> {
        let page = self.pages.get_mut(index / PAGE)?;
        Some(Slot { page, place: index % PAGE, vacant: &mut self.vacant })
    }

    /// The indices of all slots, but for the root future's.
    pub(crate) fn indices(&self) -> impl Iterator<Item = usize> + use<> {
        ROOT + 1..self.pages.len() * PAGE
    }
}
