//! What does a program say to ask for something? Method, URL, fields and body, put together piece by piece.

use std::borrow::Borrow;
use std::fmt::{self, Display};
use std::pin::pin;
use std::time::Duration;

use runtime::time::now;

use crate::body::Body;
use crate::error::{Error, Fault, Kind};
use crate::form;
use crate::proto::coding;
use crate::proto::encode::{Message, base64};
use crate::response::Response;
use crate::sending::Sending;
use crate::session::{Errand, Held, Refused};

/// A request that is being put together.
///
/// What is wrong with it (the URL, a header field) is said by `send`, before a connection is opened.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
/// # runtime::Runtime::new()?.block_on(async {
/// # let url = doc::serve("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")?;
/// use std::time::Duration;
///
/// let client = http_client::Client::new();
/// let response = client
///     .post(&url)
///     .header("Content-Type", "text/plain")
///     .body("hello")
///     .timeout(Duration::from_secs(5))
///     .send()
///     .await
///     .unwrap();
/// assert_eq!(response.status(), 201);
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "a request is sent by `send`"]
pub struct RequestBuilder {
    errand: Result<Held, Box<Refused>>,
}

impl RequestBuilder {
    pub(crate) fn new(errand: Result<Held, Box<Refused>>) -> RequestBuilder {
        RequestBuilder { errand }
    }

    /// Says more about a request that can be one.
    fn with(mut self, say: impl FnOnce(&mut Errand)) -> RequestBuilder {
        if let Ok(errand) = &mut self.errand {
            say(errand);
        }
        self
    }

    /// Adds pairs of a name and a value to the URL's query, encoded as browsers encode a form: whatever is in them, they
    /// arrive as they are. A space becomes `+`.
    ///
    /// aiohttp's name is `params`.
    ///
    /// ```
    /// let client = http_client::Client::new();
    /// let request = client.get("http://h.test/find?all").query(&[("q", "a&b c")]).query([("page", 2)]);
    /// assert_eq!(format!("{request:?}"), "RequestBuilder(GET http://h.test/find?all&q=a%26b+c&page=2)");
    /// ```
    pub fn query<K: Display, V: Display>(
        self,
        pairs: impl IntoIterator<Item: Borrow<(K, V)>>,
    ) -> RequestBuilder {
        let more = form::encoded(pairs);
        if more.is_empty() { self } else { self.with(|errand| errand.message.url.add_query(&more)) }
    }

    /// Adds a header field for this request alone. It takes the place of the client's own fields of that name.
    ///
    /// `Content-Length` is not needed. `Connection: close` keeps the connection from being used again.
    pub fn header(self, name: &str, value: &str) -> RequestBuilder {
        self.with(|errand| errand.message.headers.push((name.to_string(), value.to_string())))
    }

    /// Says who asks, with a name and a password: `Authorization: Basic …`. Redirects to other origins do not get it.
    pub fn basic_auth(self, user: &str, password: &str) -> RequestBuilder {
        let credentials = base64(format!("{user}:{password}").as_bytes());
        self.header("Authorization", &format!("Basic {credentials}"))
    }

    /// Says who asks, with a token: `Authorization: Bearer …`. Redirects to other origins do not get it.
    pub fn bearer_auth(self, token: &str) -> RequestBuilder {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Sends this as the body: bytes, text, or whatever a [`Body`] can be made of.
    pub fn body(self, body: impl Into<Body>) -> RequestBuilder {
        let body = body.into();
        self.with(|errand| {
            errand.message.body = Some(body);
            errand.content_type = None;
            errand.wrong = None;
        })
    }

    /// Sends pairs of a name and a value as the body, as browsers send a form. `Content-Type` says so, unless the request
    /// has such a field of its own.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    /// let client = http_client::Client::new();
    /// let form = [("name", "Ada"), ("born", "1815")];
    /// assert_eq!(client.post(&url).form(&form).send().await.unwrap().status(), 200);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn form<K: Display, V: Display>(
        self,
        pairs: impl IntoIterator<Item: Borrow<(K, V)>>,
    ) -> RequestBuilder {
        self.content("application/x-www-form-urlencoded", Ok(form::encoded(pairs).into()))
    }

    /// Sends a body of a known type, if it could be made.
    pub(crate) fn content(
        self,
        content_type: &'static str,
        body: Result<Vec<u8>, String>,
    ) -> RequestBuilder {
        let (body, wrong) = match body {
            Ok(body) => (body, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        self.body(body).with(|errand| {
            errand.content_type = Some(content_type);
            errand.wrong = wrong;
        })
    }

    /// The time for everything, in place of the client's.
    pub fn timeout(self, limit: Duration) -> RequestBuilder {
        self.with(|errand| errand.progress.limit = limit)
    }

    /// Sends it, follows redirects, and waits for the head of the response. Its body is read afterwards.
    ///
    /// An idle connection that turns out to be closed by the server is replaced by a new one, once, if sending the request
    /// twice cannot do its work twice: GET, HEAD, PUT, DELETE, OPTIONS, TRACE, or not a byte was written.
    ///
    /// Cancel safe in that dropping it closes the connection it was using, and leaves nothing behind. The server may have
    /// got the request.
    ///
    /// # Errors
    /// An [`Error`] that says phase, URL and cause. A status such as 404 is no error.
    ///
    /// # Panics
    /// Outside a runtime.
    pub async fn send(self) -> Result<Response, Error> {
        let mut errand = match self.errand {
            Ok(errand) => errand,
            Err(refused) => return Err(refused.error()),
        };
        if let Some(why) = errand.wrong.take() {
            return Err(errand.error(Fault::new(Kind::InvalidRequest, why)));
        }
        let session = errand.take_session();
        let Errand { message, content_type, progress, .. } = &mut *errand;
        if let Some(content_type) = content_type {
            add_content_type(&mut message.headers, content_type);
        }
        if !session.headers.is_empty() {
            add_usual(&mut message.headers, &session.headers);
        }
        let unpacks = session.auto_decompress && coding::ask(&message.method, &mut message.headers);
        let start = now();
        progress.start(start);
        let sending = Sending { session: &session, progress };
        let sent = progress.within_total(pin!(sending.chain(message, start))).await;
        match sent {
            Ok(lease) => Ok(Response::new(lease, errand, session.limits.body, unpacks)),
            Err(fault) => Err(errand.error(fault)),
        }
    }
}

/// Says what the body is, if it is known and the request has not said it.
fn add_content_type(headers: &mut Vec<(String, String)>, content_type: &str) {
    if !headers.iter().any(|(own, _)| own.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".into(), content_type.into()));
    }
}

/// Adds those of the client's fields that a request does not have itself.
fn add_usual(headers: &mut Vec<(String, String)>, usual: &[(String, String)]) {
    let own = headers.len();
    for (name, value) in usual {
        if !headers[..own].iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            headers.push((name.clone(), value.clone()));
        }
    }
}

/// Without user and password.
impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.errand {
            Ok(errand) => {
                let Message { method, url, .. } = &errand.message;
                write!(f, "RequestBuilder({method} {url})")
            }
            Err(refused) => write!(f, "RequestBuilder({} {})", refused.method, refused.url),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Client;

    #[test]
    fn a_request_on_its_way_is_a_small_future() {
        let sending = Client::new().get("http://h.test/").send();
        assert!(size_of_val(&sending) <= 576, "{} bytes", size_of_val(&sending));
    }

    #[test]
    fn a_request_s_name_has_no_secrets() {
        let client = Client::new();
        for (url, name) in [
            ("http://u:secret@h.test/a?b#c", "RequestBuilder(GET http://h.test/a?b)"),
            ("http//u:secret@h.test/", "RequestBuilder(GET h.test/)"),
        ] {
            let request = client.get(url).bearer_auth("secret").body("secret");
            assert_eq!(format!("{request:?}"), name);
        }
    }
}
