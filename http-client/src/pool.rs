//! Which connection does a request go on? One that is idle, a new one, or the next that becomes free. Taught in chapter 16.
//!
//! A permit of the semaphore stands for a connection in use, from the first step of connecting on. Who wants one and finds
//! none waits in line; giving one back wakes the next, and one who is gone by then passes it on: that is the semaphore's
//! business. Idle connections have no permit, but count: if there are as many as allowed, the oldest makes room.
//!
//! If there is a limit for each host, its permit comes first: who waits in a host's line takes nothing away from others.

mod hosts;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::sync::{Permit, Semaphore};
use runtime::time::now;

use crate::connection::Connection;
use crate::ending::Ending;
use crate::url::Url;
use hosts::{Hosts, Visit};

/// So long after its last use a connection is taken for what it was; see `Wire::read_unasked`.
const JUST_NOW: Duration = Duration::from_millis(1);

pub(crate) struct Pool {
    limit: usize,
    idle_for: Duration,
    in_use: Semaphore,
    hosts: Rc<Hosts>,
    /// The oldest first.
    idle: RefCell<VecDeque<Idle>>,
    closed: Cell<bool>,
}

struct Idle {
    connection: Box<Connection>,
    since: Instant,
    /// When it is old; `None` is never.
    until: Option<Instant>,
}

/// A place for one connection in use.
pub(crate) struct Slot {
    pool: Rc<Pool>,
    _permit: Permit,
    _visit: Option<Visit>,
}

/// A connection in use. It goes back to the pool only if `finish` finds it reusable; dropping it closes it.
pub(crate) struct Lease {
    pub(crate) connection: Box<Connection>,
    slot: Slot,
}

impl Pool {
    pub(crate) fn new(limit: usize, per_host: Option<usize>, idle_for: Duration) -> Rc<Pool> {
        Rc::new(Pool {
            limit,
            idle_for,
            in_use: Semaphore::new(limit),
            hosts: Hosts::new(per_host),
            idle: RefCell::default(),
            closed: Cell::new(false),
        })
    }

    /// Waits until one more connection to `origin` may be in use.
    pub(crate) async fn slot(self: &Rc<Pool>, origin: &str) -> Slot {
        let visit = self.hosts.visit(origin).await;
        let permit = self.in_use.acquire().await.expect("nobody closes this semaphore");
        Slot { pool: self.clone(), _permit: permit, _visit: visit }
    }

    /// An idle connection to `origin`, if there is one and no line to stand in.
    pub(crate) fn lease_at_once(self: &Rc<Pool>, origin: &str, now: Instant) -> Option<Lease> {
        let visit = self.hosts.visit_at_once(origin).ok()?;
        let permit = self.in_use.try_acquire().ok()?;
        let slot = Slot { pool: self.clone(), _permit: permit, _visit: visit };
        let connection = slot.idle(origin, now)?;
        Some(slot.lease(connection))
    }

    /// No connection is kept any more.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        for idle in self.idle.take() {
            idle.goes(Ending::CLIENT_CLOSED);
        }
    }

    fn why_none_kept(&self) -> Option<Ending> {
        if self.closed.get() {
            Some(Ending::CLIENT_CLOSED)
        } else if self.idle_for.is_zero() {
            Some(Ending::NONE_KEPT)
        } else {
            None
        }
    }

    /// Forgets connections that were idle for too long.
    fn tidy(&self, now: Instant) {
        let is_old = |idle: &Idle| idle.until.is_some_and(|until| until <= now);
        while self.idle.borrow().front().is_some_and(is_old) {
            let old = self.idle.borrow_mut().pop_front();
            old.into_iter().for_each(|old| old.goes(Ending::IdleFor(self.idle_for)));
        }
    }

    fn take_latest(&self, origin: &str) -> Option<Idle> {
        let mut idle = self.idle.borrow_mut();
        let is_there = |idle: &Idle| idle.connection.origin() == origin;
        // Most often the very last, which takes less than any other.
        if idle.back().is_some_and(is_there) {
            return idle.pop_back();
        }
        idle.iter().rposition(is_there).and_then(|place| idle.remove(place))
    }

    /// Makes room for one more connection to `origin`, at the cost of the oldest idle one: there, or anywhere.
    fn make_room(&self, origin: &str) {
        while let Some(room) = self.hosts.room(origin)
            && let Some(oldest) = self.take_oldest_beyond(room, origin)
        {
            oldest.goes(Ending::MAKES_ROOM);
        }
        let used = self.limit - self.in_use.available_permits();
        while used + self.idle.borrow().len() > self.limit {
            let oldest = self.idle.borrow_mut().pop_front();
            oldest.into_iter().for_each(|oldest| oldest.goes(Ending::MAKES_ROOM));
        }
    }

    /// The oldest idle connection to `origin`, if there are more than `room`.
    fn take_oldest_beyond(&self, room: usize, origin: &str) -> Option<Idle> {
        let mut idle = self.idle.borrow_mut();
        let is_there = |idle: &Idle| idle.connection.origin() == origin;
        if idle.iter().filter(|idle| is_there(idle)).count() <= room {
            return None;
        }
        idle.iter().position(is_there).and_then(|place| idle.remove(place))
    }
}

impl Idle {
    /// Nobody will use it any more.
    fn goes(mut self, why: Ending) {
        self.connection.ends(why);
    }
}

impl Slot {
    /// An idle connection to `origin`, the one that was used last, if one is still good.
    pub(crate) fn idle(&self, origin: &str, now: Instant) -> Option<Box<Connection>> {
        self.pool.tidy(now);
        loop {
            let Idle { mut connection, since, .. } = self.pool.take_latest(origin)?;
            match connection.spoiled(now < since + JUST_NOW) {
                Some(ending) => connection.ends(ending),
                None => {
                    connection.restart();
                    runtime::note("pool", || {
                        format!("a connection to {} is used again", connection.host())
                    });
                    return Some(connection);
                }
            }
        }
    }

    /// To be called before a connection is opened for this slot.
    pub(crate) fn make_room(&self, url: &Url) {
        self.pool.make_room(url.origin());
        runtime::note("pool", || format!("a new connection to {}", url.authority()));
    }

    pub(crate) fn lease(self, connection: Box<Connection>) -> Lease {
        Lease { connection, slot: self }
    }
}

impl Lease {
    /// The one way back into the pool. The permits are given back after the connection, so who waits finds it there.
    pub(crate) fn finish(self) {
        let Lease { mut connection, slot } = self;
        let Slot { pool, _permit, _visit } = slot;
        let ending = connection.why_last().or_else(|| pool.why_none_kept());
        let is_kept = ending.is_none();
        connection.ends(ending.unwrap_or(Ending::NO_CLIENT));
        connection.rest();
        if is_kept {
            let since = now();
            let until = since.checked_add(pool.idle_for);
            pool.idle.borrow_mut().push_back(Idle { connection, since, until });
        }
    }
}
