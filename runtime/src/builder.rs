//! What can be set before a runtime is built?

use std::fs::File;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::clock::Clock;
use crate::executor::{Core, Settings};
use crate::observe::Observer;
use crate::record::Recorder;
use crate::runtime::Runtime;

/// How many helper threads do blocking work, at most, unless the builder says otherwise.
const HELPERS: usize = 8;

/// Settings for a [`Runtime`].
///
/// ```
/// use std::time::Duration;
/// let rt = runtime::Runtime::builder().paused_clock().build()?;
/// rt.block_on(runtime::time::sleep(Duration::from_secs(3600))); // takes no time at all
/// # std::io::Result::Ok(())
/// ```
#[derive(Default)]
pub struct Builder {
    paused: bool,
    observer: Option<Rc<dyn Observer>>,
    slow_poll: Option<Duration>,
    helpers: Option<usize>,
}

impl Runtime {
    /// Builds a runtime with the usual settings.
    ///
    /// # Errors
    /// If the system gives no epoll or eventfd, mostly because the process has too many descriptors open, or if 256
    /// runtimes are alive already.
    pub fn new() -> io::Result<Runtime> {
        Runtime::builder().build()
    }

    /// Begins to build a runtime with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Time stands still, and jumps to the next deadline when no task is ready and no socket or helper is outstanding.
    /// For tests and for traces that are the same each time.
    ///
    /// A socket is outstanding from a read or write that had to wait until the system reports something, also if nobody
    /// waits any more; not when it is dropped.
    pub fn paused_clock(mut self) -> Builder {
        self.paused = true;
        self
    }

    /// Tells `observer` everything the runtime does.
    pub fn observer(mut self, observer: Rc<dyn Observer>) -> Builder {
        self.observer = Some(observer);
        self
    }

    /// Writes everything the runtime does into the file at `path`, to be stepped through with `demo step`. It takes the
    /// place of another observer.
    ///
    /// # Errors
    /// If the file cannot be created.
    ///
    /// ```no_run
    /// let rt = runtime::Runtime::builder().record("mine.trace")?.build()?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn record(self, path: impl AsRef<Path>) -> io::Result<Builder> {
        Ok(self.observer(Recorder::new(File::create(path)?)))
    }

    /// Warns on standard error, and tells the observer, when one poll takes longer than `limit`: nothing else can run
    /// meanwhile. By the real clock, also when the other one is paused. asyncio calls this `slow_callback_duration`, in
    /// its debug mode.
    pub fn slow_poll(mut self, limit: Duration) -> Builder {
        self.slow_poll = Some(limit);
        self
    }

    /// At most `threads` helper threads for [`spawn_blocking`](crate::spawn_blocking); 8 unless set, and at least 1.
    pub fn helper_threads(mut self, threads: usize) -> Builder {
        self.helpers = Some(threads);
        self
    }

    /// Builds the runtime on this thread.
    ///
    /// # Errors
    /// Those of [`Runtime::new`].
    pub fn build(self) -> io::Result<Runtime> {
        let core = Core::new(Settings {
            clock: if self.paused { Clock::paused() } else { Clock::Real },
            observer: self.observer,
            slow_poll: self.slow_poll,
            helpers: self.helpers.unwrap_or(HELPERS).max(1),
        })?;
        Ok(Runtime::from_core(core))
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("paused", &self.paused)
            .field("observed", &self.observer.is_some())
            .field("slow_poll", &self.slow_poll)
            .field("helpers", &self.helpers)
            .finish()
    }
}
