//! What is a request, from the first word about it to the last byte of its response? An errand: what is asked for, and how far
//! it has come.
//!
//! `request` puts it together, `sending` carries it out, `response` keeps it. It goes from hand to hand, so it has a place of its
//! own on the heap; and when it is over, the client's next one is put together in that place.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::rc::{Rc, Weak};

use crate::error::{Error, Fault, Kind, Phase};
use crate::progress::Progress;
use crate::proto::encode::Message;
use crate::session::Session;
use crate::url::Url;
use crate::url::into::{BadUrl, IntoUrl};

pub(crate) struct Errand {
    /// Until it is sent: a response does not keep its client.
    session: Option<Rc<Session>>,
    /// Where it goes when it is over.
    home: Weak<Session>,
    /// What is asked for now: redirects change it.
    pub(crate) message: Message,
    /// What the body is, unless a header field says something else.
    pub(crate) content_type: Option<&'static str>,
    /// Why there can be no such body.
    pub(crate) wrong: Option<String>,
    pub(crate) progress: Progress,
}

/// An errand in somebody's hands.
pub(crate) struct Held(Option<Box<Errand>>);

/// A request without a URL. Whatever else is said about it does not matter.
pub(crate) struct Refused {
    pub(crate) method: Cow<'static, str>,
    pub(crate) url: BadUrl,
}

impl Held {
    /// Begins one, in the place of the one that is over if there is one. Its URL is most often the same, or on the same host.
    #[inline]
    pub(crate) fn new(
        session: &Rc<Session>,
        method: Cow<'static, str>,
        url: impl IntoUrl,
    ) -> Result<Held, Box<Refused>> {
        // It is not borrowed meanwhile, for what makes the URL may be the program's.
        let begun = match session.over.take() {
            Some(mut errand) => url.renew(&mut errand.message.url).map(|()| errand),
            None => url.into_url().map(|url| Errand::to(url, session)),
        };
        match begun {
            Ok(errand) => Ok(errand.begin(session.clone(), method)),
            Err(url) => Err(Box::new(Refused { method, url })),
        }
    }
}

impl Errand {
    fn to(url: Url, session: &Rc<Session>) -> Box<Errand> {
        let message = Message { method: "".into(), url, headers: Vec::new(), body: None };
        let home = Rc::downgrade(session);
        let (session, content_type, wrong, progress) = (None, None, None, Progress::new());
        Box::new(Errand { session, home, message, content_type, wrong, progress })
    }

    fn begin(mut self: Box<Errand>, session: Rc<Session>, method: Cow<'static, str>) -> Held {
        self.message.method = method;
        self.progress.restart(session.total_timeout);
        self.session = Some(session);
        Held(Some(self))
    }

    /// The client, for who sends it.
    #[inline]
    pub(crate) fn take_session(&mut self) -> Rc<Session> {
        self.session.take().expect("an errand is sent once")
    }

    /// A fault, with what was asked for and how far it had come. It is put into words only now.
    pub(crate) fn error(&self, fault: Fault) -> Error {
        let Message { method, url, .. } = &self.message;
        fault.at(self.progress.phase(), &self.progress.name(method, url))
    }

    /// Forgets what the server has got, or never will, and only the URL may be asked for again.
    #[inline]
    pub(crate) fn forget(&mut self) {
        // Most often there is nothing, and it is asked twice.
        if self.message.headers.capacity() > 0 || self.message.body.is_some() {
            (self.message.headers, self.message.body) = (Vec::new(), None);
        }
    }
}

impl Deref for Held {
    type Target = Errand;

    #[inline]
    fn deref(&self) -> &Errand {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Held {
    #[inline]
    fn deref_mut(&mut self) -> &mut Errand {
        self.0.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(mut errand) = self.0.take() else { return };
        let Some(home) = errand.session.take().or_else(|| errand.home.upgrade()) else { return };
        errand.forget();
        (errand.content_type, errand.wrong) = (None, None);
        home.over.set(Some(errand));
    }
}

impl Refused {
    pub(crate) fn error(self) -> Error {
        let request = format!("{} {}", self.method, self.url);
        Fault::new(Kind::Url, self.url.why).at(Phase::Request, &request)
    }
}
