//! Which connection does a request go on? One that is idle, a new one, or the next that becomes free. Taught in chapter 16.
//!
//! A permit of the semaphore stands for a connection in use, from the first step of connecting on. Who wants one and finds
//! none waits in line; giving one back wakes the next, and one who is gone by then passes it on: that is the semaphore's
//! business. Idle connections have no permit, but count: if there are as many as allowed, the oldest makes room.
//!
//! If there is a limit for each host, its permit comes first: who waits in a host's line takes nothing away from others.

mod hosts;
mod idle;

use std::cell::Cell;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::sync::{Permit, Semaphore};
use runtime::time::now;

use crate::connection::Connection;
use crate::ending::Ending;
use crate::url::Url;
use hosts::{Hosts, Visit};
use idle::Idle;

/// So long after its last use a connection is taken for what it was; see `Wire::read_unasked`.
const JUST_NOW: Duration = Duration::from_millis(1);

pub(crate) struct Pool {
    limit: usize,
    idle_for: Duration,
    in_use: Semaphore,
    hosts: Rc<Hosts>,
    idle: Idle,
    /// Before this moment none of them is too old: the oldest need not be looked at for each request.
    fresh_until: Cell<Option<Instant>>,
    closed: Cell<bool>,
}

/// A connection, idle or in use.
pub(crate) struct Pooled {
    pub(crate) connection: Connection,
    /// Dropped after the connection, so who waits for it may open another one.
    slot: Option<Slot>,
    /// Since when it is idle.
    since: Option<Instant>,
}

/// A place for one connection in use.
pub(crate) struct Slot {
    pool: Rc<Pool>,
    _permit: Permit,
    _visit: Option<Visit>,
}

/// A connection in use. It goes back to the pool only if `finish` finds it reusable; dropping it closes it.
///
/// One word, for it is handed from future to future, and the slot is with the connection on the heap.
pub(crate) struct Lease(Box<Pooled>);

impl Pool {
    pub(crate) fn new(limit: usize, per_host: Option<usize>, idle_for: Duration) -> Rc<Pool> {
        Rc::new(Pool {
            limit,
            idle_for,
            in_use: Semaphore::new(limit),
            // One that is not below the limit for all says nothing.
            hosts: Hosts::new(per_host.filter(|per_host| *per_host < limit)),
            idle: Idle::default(),
            fresh_until: Cell::new(None),
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
    #[inline]
    pub(crate) fn lease_at_once(self: &Rc<Pool>, origin: &str, now: Instant) -> Option<Lease> {
        let visit = self.hosts.visit_at_once(origin).ok()?;
        let permit = self.in_use.try_acquire().ok()?;
        let mut idle = self.take_good(origin, now)?;
        idle.slot = Some(Slot { pool: self.clone(), _permit: permit, _visit: visit });
        Some(Lease(idle))
    }

    /// No connection is kept any more.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        let all = mem::take(&mut *self.idle.all());
        for idle in all {
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

    /// Takes a connection back.
    fn keep(&self, mut idle: Box<Pooled>) {
        let since = now();
        idle.since = Some(since);
        if self.fresh_until.get().is_none() {
            self.fresh_until.set(since.checked_add(self.idle_for));
        }
        self.idle.push(idle);
    }

    /// Forgets connections that were idle for too long.
    #[inline]
    fn tidy(&self, now: Instant) {
        if self.fresh_until.get().is_some_and(|until| until <= now) {
            self.tidy_old(now);
        }
    }

    #[cold]
    fn tidy_old(&self, now: Instant) {
        loop {
            let since = self.idle.all().front().and_then(|oldest| oldest.since);
            let until = since.and_then(|since| since.checked_add(self.idle_for));
            if until.is_none_or(|until| now < until) {
                return self.fresh_until.set(until);
            }
            let old = self.idle.all().pop_front();
            old.into_iter().for_each(|old| old.goes(Ending::IdleFor(self.idle_for)));
        }
    }

    /// Takes out the connection to `origin` that was used last, if one is still good.
    fn take_good(&self, origin: &str, now: Instant) -> Option<Box<Pooled>> {
        self.tidy(now);
        while let Some(mut idle) = self.idle.take_latest(origin) {
            let just_used = idle.since.is_some_and(|since| now < since + JUST_NOW);
            match idle.connection.spoiled(just_used) {
                Some(ending) => idle.goes(ending),
                None => {
                    idle.connection.restart();
                    runtime::note("pool", || {
                        format!("a connection to {} is used again", idle.connection.host())
                    });
                    return Some(idle);
                }
            }
        }
        None
    }

    /// Makes room for one more connection to `origin`, at the cost of the oldest idle one: there, or anywhere.
    fn make_room(&self, origin: &str) {
        while let Some(room) = self.hosts.room(origin)
            && let Some(oldest) = self.take_oldest_beyond(room, origin)
        {
            oldest.goes(Ending::MAKES_ROOM);
        }
        let used = self.limit - self.in_use.available_permits();
        while used + self.idle.all().len() > self.limit {
            let oldest = self.idle.all().pop_front();
            oldest.into_iter().for_each(|oldest| oldest.goes(Ending::MAKES_ROOM));
        }
    }

    /// The oldest idle connection to `origin`, if there are more than `room`.
    fn take_oldest_beyond(&self, room: usize, origin: &str) -> Option<Box<Pooled>> {
        let mut idle = self.idle.all();
        if idle.iter().filter(|idle| idle.is_to(origin)).count() <= room {
            return None;
        }
        idle.iter().position(|idle| idle.is_to(origin)).and_then(|place| idle.remove(place))
    }
}

impl Pooled {
    fn is_to(&self, origin: &str) -> bool {
        self.connection.origin() == origin
    }

    /// Nobody will use it any more.
    fn goes(mut self: Box<Pooled>, why: Ending) {
        self.connection.ends(why);
    }
}

impl Slot {
    /// An idle connection to `origin`, if one is still good.
    ///
    /// # Errors
    /// The slot, if there is none.
    pub(crate) fn idle(self, origin: &str, now: Instant) -> Result<Lease, Slot> {
        match self.pool.take_good(origin, now) {
            Some(mut idle) => {
                idle.slot = Some(self);
                Ok(Lease(idle))
            }
            None => Err(self),
        }
    }

    /// To be called before a connection is opened for this slot.
    pub(crate) fn make_room(&self, url: &Url) {
        self.pool.make_room(url.origin());
        runtime::note("pool", || format!("a new connection to {}", url.authority()));
    }

    pub(crate) fn lease(self, connection: Connection) -> Lease {
        Lease(Box::new(Pooled { connection, slot: Some(self), since: None }))
    }
}

impl Lease {
    /// The one way back into the pool. The permits are given back after the connection, so who waits finds it there.
    pub(crate) fn finish(self) {
        let Lease(mut pooled) = self;
        let Some(slot) = pooled.slot.take() else { return };
        match pooled.connection.why_last().or_else(|| slot.pool.why_none_kept()) {
            None => {
                pooled.connection.rest();
                slot.pool.keep(pooled);
            }
            Some(ending) => pooled.goes(ending),
        }
    }
}

impl Deref for Lease {
    type Target = Pooled;

    fn deref(&self) -> &Pooled {
        &self.0
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Pooled {
        &mut self.0
    }
}
