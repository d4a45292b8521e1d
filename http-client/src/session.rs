//! What do all requests of a client have in common? Settings, and how connections are made and kept.
//!
//! `client` makes one, its clones share it, and each request holds on to it while it is under way.

mod errand;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::dial::Dialer;
use crate::limits::Limits;
use crate::pool::Pool;
use crate::proto::fields::Headers;
use crate::rooms::Rooms;
use crate::route::Routes;
use crate::url::Url;
pub(crate) use errand::{Errand, Held, Refused};

pub(crate) struct Session {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) routes: Routes,
    pub(crate) dialer: Dialer,
    pub(crate) pool: Rc<Pool>,
    pub(crate) rooms: Rc<Rooms>,
    pub(crate) limits: Limits,
    /// Whether packed bodies are asked for, and unpacked.
    pub(crate) auto_decompress: bool,
    pub(crate) jar: Option<Rc<dyn Jar>>,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) total_timeout: Duration,
    /// The errand that was over last.
    pub(crate) over: Cell<Option<Box<Errand>>>,
}

/// What remembers cookies from one request to the next, if anything does.
pub(crate) trait Jar {
    /// What the `Cookie` field says in a request for this URL.
    fn line(&self, url: &Url) -> Option<String>;

    /// Takes what a response from this URL wants to be remembered.
    fn remember(&self, url: &Url, headers: &Headers);
}
