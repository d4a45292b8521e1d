//! Which executors hold to the contract? This runtime, and Tokio on one thread.

use std::time::Duration;

use docs::contract::{Cancel, Executor};
use runtime::Runtime;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

pub(crate) struct Onethread(Runtime);

impl Executor for Onethread {
    fn new() -> Self {
        Onethread(Runtime::new().unwrap())
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
        let task = self.0.spawn(future);
        Cancel::by(move || task.abort())
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        runtime::time::sleep(duration)
    }
}

pub(crate) struct Tokio {
    // Dropped first: its tasks may have timers of the runtime.
    tasks: LocalSet,
    runtime: tokio::runtime::Runtime,
}

impl Executor for Tokio {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        Tokio { tasks: LocalSet::new(), runtime }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.tasks.block_on(&self.runtime, future)
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) -> Cancel {
        let task = self.tasks.spawn_local(future);
        Cancel::by(move || task.abort())
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        // A timer of Tokio's belongs to the runtime that is running.
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
