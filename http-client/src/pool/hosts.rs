//! How many connections may there be to one host? As many as its own semaphore has permits, if there is a limit at all.
//!
//! A host, which is a URL's origin, has an entry as long as somebody has a connection to it in use, or waits for one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use runtime::sync::{Permit, Semaphore};

pub(super) struct Hosts {
    limit: Option<usize>,
    /// In order, since to compare an origin with those of a few hosts takes less than to hash it.
    entries: RefCell<BTreeMap<Rc<str>, Rc<Host>>>,
}

struct Host {
    origin: Rc<str>,
    in_use: Semaphore,
    /// Those who have a permit, and those who wait for one.
    visitors: Cell<usize>,
}

/// The right to have one connection to a host in use; before it has come, a place in the host's line.
pub(super) struct Visit {
    hosts: Rc<Hosts>,
    host: Rc<Host>,
    permit: Option<Permit>,
}

impl Hosts {
    pub(super) fn new(limit: Option<usize>) -> Rc<Hosts> {
        Rc::new(Hosts { limit, entries: RefCell::default() })
    }

    /// Waits until one more connection to `origin` may be in use; `None` if there is no limit.
    pub(super) async fn visit(self: &Rc<Hosts>, origin: &str) -> Option<Box<Visit>> {
        let host = self.host(origin, self.limit?);
        host.visitors.set(host.visitors.get() + 1);
        let mut visit = Box::new(Visit { hosts: self.clone(), host, permit: None });
        // Without a future, if there is no line to stand in.
        visit.permit = Some(match visit.host.in_use.try_acquire() {
            Ok(permit) => permit,
            Err(_) => visit.host.in_use.acquire().await.expect("nobody closes this semaphore"),
        });
        Some(visit)
    }

    fn host(&self, origin: &str, limit: usize) -> Rc<Host> {
        let mut entries = self.entries.borrow_mut();
        if let Some(host) = entries.get(origin) {
            return host.clone();
        }
        let origin: Rc<str> = origin.into();
        let in_use = Semaphore::new(limit);
        let host = Rc::new(Host { origin: origin.clone(), in_use, visitors: Cell::new(0) });
        entries.insert(origin, host.clone());
        host
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
        drop(self.permit.take());
        let visitors = self.host.visitors.get() - 1;
        self.host.visitors.set(visitors);
        if visitors == 0 {
            self.hosts.entries.borrow_mut().remove(&self.host.origin);
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
