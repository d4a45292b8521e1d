//! How many connections may there be to one host? As many as its own semaphore has permits, if there is a limit at all.
//!
//! A host, which is a URL's origin, has an entry as long as somebody has a connection to it in use, or waits for one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use runtime::sync::{Semaphore, TryAcquireError};

pub(super) struct Hosts {
    limit: Option<usize>,
    /// In order, since to compare an origin with those of a few hosts takes less than to hash it.
    entries: RefCell<BTreeMap<Rc<str>, Rc<Host>>>,
}

struct Host {
    /// Where its entry is, as long as it has one.
    hosts: Rc<Hosts>,
    origin: Rc<str>,
    in_use: Semaphore,
    /// Those who have a permit, and those who wait for one.
    visitors: Cell<usize>,
}

/// The right to have one connection to a host in use: a permit, which is counted by the semaphore alone, for every response
/// keeps room for this.
pub(super) struct Visit(Visitor);

/// One of those who have that right or wait for it.
struct Visitor(Rc<Host>);

impl Hosts {
    pub(super) fn new(limit: Option<usize>) -> Rc<Hosts> {
        Rc::new(Hosts { limit, entries: RefCell::default() })
    }

    /// Waits until one more connection to `origin` may be in use; `None` if there is no limit.
    pub(super) async fn visit(self: &Rc<Hosts>, origin: &str) -> Option<Visit> {
        let visitor = self.visitor(origin, self.limit?);
        visitor.0.in_use.acquire().await.expect("nobody closes this semaphore").forget();
        Some(Visit(visitor))
    }

    /// The same without waiting.
    ///
    /// # Errors
    /// If there is a line to stand in.
    #[inline]
    pub(super) fn visit_at_once(
        self: &Rc<Hosts>,
        origin: &str,
    ) -> Result<Option<Visit>, TryAcquireError> {
        let Some(limit) = self.limit else { return Ok(None) };
        let visitor = self.visitor(origin, limit);
        visitor.0.in_use.try_acquire()?.forget();
        Ok(Some(Visit(visitor)))
    }

    fn visitor(self: &Rc<Hosts>, origin: &str, limit: usize) -> Visitor {
        let mut entries = self.entries.borrow_mut();
        let host = entries.get(origin).cloned().unwrap_or_else(|| {
            let (hosts, origin) = (self.clone(), Rc::<str>::from(origin));
            let (in_use, visitors) = (Semaphore::new(limit), Cell::new(0));
            let host = Rc::new(Host { hosts, origin: origin.clone(), in_use, visitors });
            entries.insert(origin, host.clone());
            host
        });
        host.visitors.set(host.visitors.get() + 1);
        Visitor(host)
    }

    /// How many idle connections to `origin` there may be beside those in use; `None` is any number.
    pub(super) fn room(&self, origin: &str) -> Option<usize> {
        let entries = self.entries.borrow();
        entries.get(origin).map(|host| host.in_use.available_permits()).or(self.limit)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        // It wakes the next in line, who must not find the entries borrowed.
        self.0.0.in_use.add_permits(1);
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        let Host { hosts, origin, visitors, .. } = &*self.0;
        visitors.set(visitors.get() - 1);
        if visitors.get() == 0 {
            hosts.entries.borrow_mut().remove(origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Url;
    use runtime::{Runtime, join, spawn, yield_now};

    fn origin(url: &str) -> String {
        Url::parse(url).unwrap().origin().to_string()
    }

    #[test]
    fn a_host_is_forgotten_when_nobody_is_there_or_waits() {
        Runtime::new().unwrap().block_on(async {
            let (hosts, one) = (Hosts::new(Some(1)), origin("http://one.test/"));
            let held = hosts.visit(&one).await;
            let waits = |hosts: Rc<Hosts>, origin: String| async move {
                hosts.visit(&origin).await.is_some()
            };
            let gives_up = spawn(waits(hosts.clone(), one.clone()));
            let waits = spawn(waits(hosts.clone(), one.clone()));
            yield_now().await;
            assert_eq!(hosts.entries.borrow()[one.as_str()].visitors.get(), 3);
            drop(held);
            gives_up.abort();
            assert!(waits.await.unwrap());
            assert!(hosts.entries.borrow().is_empty());
        });
    }

    #[test]
    fn each_scheme_host_and_port_has_its_own_line() {
        Runtime::new().unwrap().block_on(async {
            let hosts = Hosts::new(Some(1));
            let mut visits = Vec::new();
            for url in ["http://a.test/", "https://a.test/", "http://a.test:81/", "http://b.test/"]
            {
                visits.push(hosts.visit(&origin(url)).await);
            }
            assert_eq!(hosts.entries.borrow().len(), 4);
            assert_eq!(hosts.room(&origin("http://a.test/")), Some(0));
            assert_eq!(hosts.room(&origin("http://c.test/")), Some(1));
        });
    }

    #[test]
    fn without_a_limit_nobody_waits_and_nothing_is_kept() {
        Runtime::new().unwrap().block_on(async {
            let (hosts, origin) = (Hosts::new(None), origin("http://a.test/"));
            let both = join(hosts.visit(&origin), hosts.visit(&origin)).await;
            assert!(both.0.is_none() && both.1.is_none() && hosts.room(&origin).is_none());
            assert!(hosts.entries.borrow().is_empty());
        });
    }
}
