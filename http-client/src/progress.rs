//! How far has a request come, what do errors call it, and how long may it take?

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::time::{Duration, Instant};

use runtime::time::{timeout, timeout_at};

use crate::error::{Fault, Kind, Phase};
use crate::proto::encode::Message;
use crate::url::Url;

type First = (Cow<'static, str>, Url);

pub(crate) struct Progress {
    phase: Cell<Phase>,
    /// The method and URL that were given, if redirects have led elsewhere. Set aside, for every request would have to keep and
    /// move room for it.
    first: RefCell<Option<Box<First>>>,
    pub(crate) limit: Duration,
    /// When `limit` is over; `None` is never.
    deadline: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Progress {
        let (phase, first) = (Cell::new(Phase::Request), RefCell::new(None));
        Progress { phase, first, limit: Duration::ZERO, deadline: None }
    }

    /// Gets it ready for a request.
    pub(crate) fn restart(&mut self, limit: Duration) {
        self.phase.set(Phase::Request);
        *self.first.get_mut() = None;
        self.limit = limit;
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// What errors call a request that asks for this now.
    pub(crate) fn name(&self, method: &str, url: &Url) -> String {
        match &*self.first.borrow() {
            None => format!("{method} {url}"),
            Some(first) => {
                let (method, first) = &**first;
                format!("{method} {first}, redirected to {url}")
            }
        }
    }

    /// The time counts from here, which is `now`.
    pub(crate) fn start(&mut self, now: Instant) {
        self.deadline = now.checked_add(self.limit);
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.set(phase);
    }

    /// The request goes on somewhere else than `message` says.
    pub(crate) fn leaves(&self, message: &Message) {
        let given = || Box::new((message.method.clone(), message.url.clone()));
        self.first.borrow_mut().get_or_insert_with(given);
    }

    /// Gives `work` the time that is left. It is lent, and so is `within`'s: a future that takes another one by value has
    /// room for it twice, and a few of those around each other would make every task many times larger.
    pub(crate) async fn within_total<T>(
        &self,
        work: Pin<&mut impl Future<Output = Result<T, Fault>>>,
    ) -> Result<T, Fault> {
        let Some(deadline) = self.deadline else { return work.await };
        let done = timeout_at(deadline, work).await;
        done.unwrap_or_else(|_| Err(too_slow("the whole request", self.limit)))
    }
}

/// Gives `work`, which is called `what`, so much time.
pub(crate) async fn within<T>(
    limit: Duration,
    what: &str,
    work: Pin<&mut impl Future<Output = Result<T, Fault>>>,
) -> Result<T, Fault> {
    timeout(limit, work).await.unwrap_or_else(|_| Err(too_slow(what, limit)))
}

fn too_slow(what: &str, limit: Duration) -> Fault {
    Fault::new(Kind::Timeout, format!("time is up: {what} took longer than {limit:?}"))
}
