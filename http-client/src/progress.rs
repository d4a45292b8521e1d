//! How far has a request come, what do errors call it, and how long may it take?

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::time::{Duration, Instant};

use runtime::time::{now, timeout, timeout_at};

use crate::error::{Error, Fault, Kind, Phase};
use crate::url::Url;
use crate::url::into::BadUrl;

/// What one request and its response have in common from `send` to the last byte.
pub(crate) struct Progress {
    phase: Cell<Phase>,
    /// As they were given; put into words only if there is an error to name them.
    method: Cow<'static, str>,
    url: Result<Url, BadUrl>,
    redirected_to: RefCell<Option<Url>>,
    limit: Duration,
    /// `None` is never.
    deadline: Option<Instant>,
}

impl Progress {
    /// The time counts from here.
    pub(crate) fn new(
        method: Cow<'static, str>,
        url: Result<Url, BadUrl>,
        limit: Duration,
    ) -> Progress {
        let (phase, redirected_to) = (Cell::new(Phase::Request), RefCell::new(None));
        Progress { phase, method, url, redirected_to, limit, deadline: now().checked_add(limit) }
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.set(phase);
    }

    /// The request goes on somewhere else.
    pub(crate) fn goes_on(&self, elsewhere: &Url) {
        *self.redirected_to.borrow_mut() = Some(elsewhere.clone());
    }

    /// A fault, with what was asked for and how far it had come.
    pub(crate) fn error(&self, fault: Fault) -> Error {
        let mut request = match &self.url {
            Ok(url) => format!("{} {url}", self.method),
            Err(bad) => format!("{} {bad}", self.method),
        };
        if let Some(elsewhere) = &*self.redirected_to.borrow() {
            request.push_str(&format!(", redirected to {elsewhere}"));
        }
        fault.at(self.phase.get(), &request)
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
