//! Where are the tasks kept? In pages of slots, which stay where they are.
//!
//! Only `roster` uses it. A table that doubles would copy all tasks again and again and be half empty afterwards; a page is
//! added when the others are full, and no task ever moves. In a page everything of one kind stands together: a wake
//! touches nothing but heads, eight of which share a cache line. Taught in chapter 06.
//!
//! ```text
//!             page 0        page 1
//!   heads     64 x 8        64 x 8        state and generation
//!   tasks     64 x 16       64 x 16       the future or its output; taken out while it is polled
//!   spawned   64 x 2        64 x 2        the number of a line
//!   joiners   64 x 16       -             made when the first task of the page is awaited
//! ```
//!
//! So an idle task costs 26 bytes here, and one whose end somebody awaits 42. The first slot is the root future's, whose
//! task is never here: it lives on the stack.

use std::task::Waker;

use crate::head::{Flag, Head};
use crate::lines::Line;
use crate::task::Task;
use crate::ticket::{LAST_INDEX, ROOT};

const PAGE: usize = 64;

pub(crate) struct Pages {
    #[expect(clippy::vec_box, reason = "a page stays where it is while the list of pages grows")]
    pages: Vec<Box<Page>>,
    /// How many slots were ever used.
    used: usize,
    /// The slot that was vacated last, whose head links to the one before it, and so on; the last links to `used`.
    vacant: usize,
}

struct Page {
    heads: [Head; PAGE],
    tasks: [Option<Task>; PAGE],
    spawned: [Line; PAGE],
    joiners: Option<Box<[Option<Waker>; PAGE]>>,
}

/// A slot, to be changed.
pub(crate) struct Slot<'a> {
    page: &'a mut Page,
    place: usize,
}

impl<'a> Slot<'a> {
    #[inline]
    pub(crate) fn head(&self) -> Head {
        self.page.heads[self.place % PAGE]
    }

    #[inline]
    pub(crate) fn head_mut(&mut self) -> &mut Head {
        &mut self.page.heads[self.place % PAGE]
    }

    #[inline]
    pub(crate) fn into_head_mut(self) -> &'a mut Head {
        &mut self.page.heads[self.place % PAGE]
    }

    #[inline]
    pub(crate) fn task(&mut self) -> &mut Option<Task> {
        &mut self.page.tasks[self.place % PAGE]
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
}

impl Pages {
    /// Begins with the root future's slot, which is filled by this head.
    pub(crate) fn new(root: Head) -> Pages {
        let mut pages = Pages { pages: Vec::new(), used: 0, vacant: ROOT };
        pages.occupy(root, Line::NONE);
        pages
    }

    /// Whether every index is taken.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.vacant > LAST_INDEX
    }

    /// Fills a vacant slot: the one that was vacated last, where the caches are warm, or the next one. Its task is the
    /// caller's to put there. There must be one.
    #[inline]
    pub(crate) fn occupy(&mut self, head: Head, spawned: Line) -> (usize, Slot<'_>) {
        let index = self.vacant;
        if index == self.used {
            self.used += 1;
            self.vacant = self.used;
            if index.is_multiple_of(PAGE) {
                self.add_page();
            }
        }
        let page = &mut *self.pages[index / PAGE];
        let place = index % PAGE;
        if self.vacant == index {
            self.vacant = page.heads[place].link();
        }
        page.heads[place] = head;
        page.spawned[place] = spawned;
        (index, Slot { page, place })
    }

    #[cold]
    #[inline(never)]
    fn add_page(&mut self) {
        self.pages.push(Box::new(Page {
            heads: [Head::VACANT; PAGE],
            tasks: [const { None }; PAGE],
            spawned: [Line::NONE; PAGE],
            joiners: None,
        }));
    }

    /// Makes a slot vacant whose task is taken out: now or, if it is in the queue, when it comes to the front there.
    #[inline]
    pub(crate) fn vacate(&mut self, index: usize) {
        let Some(page) = self.pages.get_mut(index / PAGE) else { return };
        let head = &mut page.heads[index % PAGE];
        if head.has(Flag::QUEUED) {
            head.vacate();
        } else {
            *head = Head::VACANT;
            head.set_link(self.vacant);
            self.vacant = index;
        }
    }

    #[inline]
    pub(crate) fn head(&self, index: usize) -> Option<Head> {
        self.pages.get(index / PAGE).map(|page| page.heads[index % PAGE])
    }

    pub(crate) fn spawned(&self, index: usize) -> Line {
        self.pages.get(index / PAGE).map_or(Line::NONE, |page| page.spawned[index % PAGE])
    }

    #[inline]
    pub(crate) fn slot(&mut self, index: usize) -> Option<Slot<'_>> {
        self.pages.get_mut(index / PAGE).map(|page| Slot { page, place: index % PAGE })
    }

    /// The indices of all slots that were ever used, but for the root future's.
    pub(crate) fn indices(&self) -> impl Iterator<Item = usize> + use<> {
        ROOT + 1..self.used
    }
}
