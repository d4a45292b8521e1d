//! How far has a request come, what do errors call it, and how long may it take?

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::time::{timeout, timeout_at};

use crate::error::{Error, Fault, Kind, Phase};
use crate::proto::encode::Message;
use crate::session::Session;
use crate::url::Url;

/// A request, from the first word about it to the last byte of its response. It goes from hand to hand, so it has a place of its
/// own on the heap, in which it is put together.
pub(crate) struct Errand {
    /// Until it is sent: a response does not keep its client.
    pub(crate) session: Option<Rc<Session>>,
    /// What is asked for now: redirects change it.
    pub(crate) message: Message,
    /// What the body is, unless a header field says something else.
    pub(crate) content_type: Option<&'static str>,
    /// Why there can be no such body.
    pub(crate) wrong: Option<String>,
    pub(crate) progress: Progress,
}

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

impl Errand {
    pub(crate) fn new(session: Rc<Session>, message: Message) -> Box<Errand> {
        let (phase, first) = (Cell::new(Phase::Request), RefCell::new(None));
        let progress = Progress { phase, first, limit: session.total_timeout, deadline: None };
        Box::new(Errand {
            session: Some(session),
            message,
            content_type: None,
            wrong: None,
            progress,
        })
    }

    /// A fault, with what was asked for and how far it had come. It is put into words only now.
    pub(crate) fn error(&self, fault: Fault) -> Error {
        let Message { method, url, .. } = &self.message;
        let request = match &*self.progress.first.borrow() {
            None => format!("{method} {url}"),
            Some(first) => {
                let (method, first) = &**first;
                format!("{method} {first}, redirected to {url}")
            }
        };
        fault.at(self.progress.phase.get(), &request)
    }
}

impl Progress {
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
