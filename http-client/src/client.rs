//! What does a program hold? One `Client`, shared by all its tasks: what every request has in common, and the connections.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use crate::request::RequestBuilder;
use crate::session::{Held, Session};
use crate::url::into::IntoUrl;

/// Sends requests, and keeps connections for the next ones. Cloning it is cheap, and clones share everything.
///
/// aiohttp's name is `ClientSession`. It belongs to one thread, as everything here does. It may be used in one runtime
/// after another, but a connection stays in the runtime that it was made in.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
/// # runtime::Runtime::new()?.block_on(async {
/// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
/// use http_client::Client;
///
/// let client = Client::new();
/// let texts = runtime::join_all((0..3).map(|_| async {
///     client.get(&url).header("X-Trace", "1").send().await?.text().await
/// }));
/// for text in texts.await {
///     assert_eq!(text.unwrap(), "hello");
/// }
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Rc<Session>,
}

impl Client {
    /// A request with any method. Upper and lower case are different: `get` is not GET.
    pub fn request(&self, method: &str, url: impl IntoUrl) -> RequestBuilder {
        self.asks(method.to_string().into(), url)
    }

    fn asks(&self, method: Cow<'static, str>, url: impl IntoUrl) -> RequestBuilder {
        RequestBuilder::new(Held::new(&self.session, method, url))
    }

    /// A GET request.
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder {
        self.asks("GET".into(), url)
    }

    /// A HEAD request: the response has no body.
    pub fn head(&self, url: impl IntoUrl) -> RequestBuilder {
        self.asks("HEAD".into(), url)
    }

    /// A POST request.
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder {
        self.asks("POST".into(), url)
    }

    /// A PUT request.
    pub fn put(&self, url: impl IntoUrl) -> RequestBuilder {
        self.asks("PUT".into(), url)
    }

    /// A PATCH request.
    pub fn patch(&self, url: impl IntoUrl) -> RequestBuilder {
        self.asks("PATCH".into(), url)
    }

    /// A DELETE request.
    pub fn delete(&self, url: impl IntoUrl) -> RequestBuilder {
        self.asks("DELETE".into(), url)
    }

    /// Closes the idle connections, and keeps none from here on.
    ///
    /// Requests under way go on, and new ones may be sent: each closes its connection. Dropping the last clone of a client
    /// closes the idle connections, too.
    pub fn close(&self) {
        self.session.pool.close();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
