//! In which ways can one thing be done ten times? The four that are compared.

use std::future::Future;
use std::io;
use std::thread;

use runtime::{Runtime, try_join_all};

use super::global_lock::{GlobalLock, Turn};

/// One after another, on this thread.
pub(super) fn in_turn(count: usize, job: impl Fn() -> io::Result<()>) -> io::Result<()> {
    (0..count).try_for_each(|_| job())
}

/// Each on a thread of its own.
pub(super) fn on_threads(count: usize, job: impl Fn() -> io::Result<()> + Sync) -> io::Result<()> {
    thread::scope(|scope| {
        let start = || thread::Builder::new().spawn_scoped(scope, &job);
        let threads = (0..count).map(|_| start()).collect::<io::Result<Vec<_>>>()?;
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(done) => done,
            Err(_) => Err(io::Error::other("a thread panicked")),
        })
    })
}

/// Each on a thread of its own, but only the one that holds the lock runs.
pub(super) fn under_one_lock(
    count: usize,
    job: impl Fn(&mut Turn<'_>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let lock = GlobalLock::default();
    on_threads(count, || job(&mut lock.turn()))
}

/// Each as a task, all on this thread.
pub(super) fn as_tasks<F>(count: usize, job: impl Fn() -> F) -> io::Result<()>
where
    F: Future<Output = io::Result<()>> + 'static,
{
    Runtime::new()?.block_on(async {
        let tasks: Vec<_> = (0..count).map(|_| runtime::spawn(job())).collect();
        let done = try_join_all(tasks).await?;
        done.into_iter().collect()
    })
}
