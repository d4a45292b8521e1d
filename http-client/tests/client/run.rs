//! What every test needs: a runtime with a watchdog, and a look at what comes out.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use http_client::{Client, Error};
use runtime::observe::{Direction, Event, Fact, Observer};
use runtime::time::{sleep, timeout};
use runtime::{Runtime, dump};

/// So long that nothing which works takes it, so that what hangs is found.
const HANGS: Duration = Duration::from_secs(60);

/// Runs a test in a runtime of its own.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    run_in(&Runtime::new().unwrap(), test)
}

pub(crate) fn run_in<T>(runtime: &Runtime, test: impl Future<Output = T>) -> T {
    runtime.block_on(async {
        // The test is still there when it is looked at.
        let mut test = pin!(test);
        let done = timeout(HANGS, test.as_mut()).await;
        done.unwrap_or_else(|_| panic!("it hangs:\n{}", dump()))
    })
}

/// Counts what the reactor reports as readable.
#[derive(Default)]
pub(crate) struct News(Cell<usize>);

impl Observer for News {
    fn observe(&self, fact: &Fact) {
        if matches!(fact.event, Event::SourceReady { direction: Direction::Read, .. }) {
            self.0.set(self.0.get() + 1);
        }
    }
}

impl News {
    /// Runs a test that waits for news.
    pub(crate) fn run<T, F: Future<Output = T>>(test: impl FnOnce(Rc<News>) -> F) -> T {
        let news = Rc::new(News::default());
        let runtime = Runtime::builder().observer(news.clone()).build().unwrap();
        run_in(&runtime, test(news))
    }

    /// Does what makes the server say something, and waits until the reactor has heard of it.
    pub(crate) async fn after(&self, cause: impl FnOnce()) {
        let before = self.0.get();
        cause();
        until(|| self.0.get() > before).await;
    }
}

/// Collects what the client says in the trace.
#[derive(Default)]
pub(crate) struct Notes {
    notes: RefCell<Vec<(&'static str, String)>>,
    pub(crate) news: News,
}

impl Observer for Notes {
    fn observe(&self, fact: &Fact) {
        if let Event::Note { subject, text } = &fact.event {
            self.notes.borrow_mut().push((subject, text.to_string()));
        }
        self.news.observe(fact);
    }
}

impl Notes {
    /// What is said during a test.
    pub(crate) fn of<T>(test: impl Future<Output = T>) -> Rc<Notes> {
        Notes::with(|_| test)
    }

    /// The same for a test that waits for news.
    pub(crate) fn with<T, F: Future<Output = T>>(test: impl FnOnce(Rc<Notes>) -> F) -> Rc<Notes> {
        let notes = Rc::new(Notes::default());
        let runtime = Runtime::builder().observer(notes.clone()).build().unwrap();
        run_in(&runtime, test(notes.clone()));
        notes
    }

    pub(crate) fn about(&self, subject: &str) -> Vec<String> {
        let notes = self.notes.borrow();
        let notes = notes.iter().filter(|(about, _)| *about == subject);
        notes.map(|(_, text)| text.clone()).collect()
    }
}

/// Lets time pass until `done`.
pub(crate) async fn until(done: impl Fn() -> bool) {
    while !done() {
        sleep(Duration::from_millis(1)).await;
    }
}

/// Gets a URL with its body, as text.
pub(crate) async fn get(client: &Client, url: &str) -> Result<String, Error> {
    client.get(url).send().await?.text().await
}

pub(crate) fn one_at_a_time() -> Client {
    Client::builder().connections(1).build()
}

/// The error that must have come, which is one line and says phase and cause.
#[track_caller]
pub(crate) fn error_of<T>(result: Result<T, Error>) -> Error {
    let Err(error) = result else { panic!("it went well") };
    let line = error.to_string();
    let expected = format!("{}: {}: {}", error.request(), error.phase(), error.cause());
    assert_eq!((line.lines().count(), &line), (1, &expected));
    error
}
