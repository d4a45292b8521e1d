//! What do all requests of a client have in common? Settings, and how connections are made and kept.
//!
//! `client` makes one, its clones share it, and each request holds on to it while it is under way.

use std::rc::Rc;
use std::time::Duration;

use crate::dial::Dialer;
use crate::limits::Limits;
use crate::pool::Pool;
use crate::route::Routes;

pub(crate) struct Session {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) routes: Routes,
    pub(crate) dialer: Dialer,
    pub(crate) pool: Rc<Pool>,
    pub(crate) limits: Limits,
    /// Whether packed bodies are asked for, and unpacked.
    pub(crate) auto_decompress: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) total_timeout: Duration,
}
