//! Which cookies does a server get back? Those that it may have, by RFC 6265. This file is there with the feature `cookies`
//! alone.
//!
//! The rules are the crate `cookie_store`'s; `sending` asks before each request and tells after each response, redirects
//! included. What is ours is the order, the limits, and what a response without TLS may not do.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::fmt;
use std::rc::Rc;

use cookie_store::{Cookie, CookieDomain, CookieStore};
use url::Url as Place;

use crate::builder::ClientBuilder;
use crate::proto::fields::Headers;
use crate::session::Jar;
use crate::url::Url;

/// A cookie that is longer than this, with its attributes, is not taken; and so many are kept (RFC 6265, 6.1).
const LONGEST: usize = 4096;
const MOST: usize = 3000;

/// Cookies that servers have set. Cloning it is cheap, and clones share everything.
///
/// It is in memory alone, and belongs to one thread. With the feature `cookies`.
///
/// - A cookie goes to the host that set it, or to the hosts under its `Domain`; below its `Path`; with `Secure` only over
///   TLS or to this machine itself; until `Max-Age` or `Expires`. Ports make no difference. `HttpOnly` and `SameSite` have a
///   meaning in browsers alone.
/// - A response without TLS can neither set a `Secure` cookie nor replace one.
/// - `Domain` must be a domain that the host belongs to, and have a dot in it. There is no list of public suffixes, so a
///   server at `a.co.uk` can set a cookie for all of `co.uk`: do not share a jar between sites that must not know of each
///   other. The prefixes `__Host-` and `__Secure-` have no meaning either.
/// - A cookie longer than 4096 bytes is not taken, and no new one once there are 3000.
///
/// ```
/// let jar = http_client::CookieJar::new();
/// let client = http_client::Client::builder().cookie_jar(&jar).build();
/// # drop(client);
/// jar.add("http://h.test/login", "session=1; Path=/; Max-Age=3600");
/// assert_eq!(jar.cookies("http://h.test/any"), [("session".to_string(), "1".to_string())]);
/// assert!(jar.cookies("http://other.test/").is_empty());
/// jar.clear();
/// assert!(jar.cookies("http://h.test/any").is_empty());
/// ```
#[derive(Clone, Default)]
pub struct CookieJar {
    store: Rc<RefCell<CookieStore>>,
}

impl CookieJar {
    /// An empty jar.
    pub fn new() -> CookieJar {
        CookieJar::default()
    }

    /// The names and values that a request for this URL would send, in this order.
    pub fn cookies(&self, url: &str) -> Vec<(String, String)> {
        let Ok(place) = Place::parse(url) else { return Vec::new() };
        let store = self.store.borrow();
        let mut found = store.matches(&place);
        // Those with the longest paths first (RFC 6265, 5.4). The store has no order of its own.
        found.sort_by_key(|cookie| (Reverse(cookie.path.len()), cookie.name()));
        let pair = |cookie: &Cookie<'_>| (cookie.name().to_string(), cookie.value().to_string());
        found.into_iter().map(pair).collect()
    }

    /// Takes a cookie as if this URL had set it, in the form of a `Set-Cookie` field. What it may not set is left out.
    pub fn add(&self, url: &str, set_cookie: &str) {
        let Ok(place) = Place::parse(url) else { return };
        if set_cookie.len() > LONGEST {
            return;
        }
        let Ok(cookie) = Cookie::parse(set_cookie.to_string(), &place) else { return };
        let mut store = self.store.borrow_mut();
        if may_be_set(&cookie, &place, &store) && has_room(&mut store) {
            // What it refuses, it refuses by the RFC: servers are not told either.
            let _ = store.insert(cookie, &place);
        }
    }

    /// Forgets all cookies.
    pub fn clear(&self) {
        self.store.borrow_mut().clear();
    }
}

/// What the store does not look at.
fn may_be_set(cookie: &Cookie<'_>, place: &Place, store: &CookieStore) -> bool {
    let is_wide = match &cookie.domain {
        CookieDomain::Suffix(domain) => !domain.contains('.') && place.host_str() != Some(domain),
        _ => false,
    };
    if is_wide {
        return false;
    }
    // Who can forge a response without TLS must not get into sessions that have it (RFC 6265bis, 5.7).
    let is_secure = |cookie: &Cookie<'_>| cookie.secure() == Some(true);
    let replaces = |old: &Cookie<'_>| {
        is_secure(old) && old.name() == cookie.name() && old.domain.matches(place)
    };
    is_safe(place) || (!is_secure(cookie) && !store.iter_unexpired().any(replaces))
}

/// Whether nobody can listen. The store takes this machine for safe as well, as browsers do.
fn is_safe(place: &Place) -> bool {
    let is_loopback = match place.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    place.scheme() == "https" || is_loopback
}

/// Whether there is room for one more, once those that have expired are gone.
fn has_room(store: &mut CookieStore) -> bool {
    if store.iter_any().count() < MOST {
        return true;
    }
    let expired = store.iter_any().filter(|cookie| cookie.is_expired());
    let names = expired.map(|cookie| {
        let domain = String::from(&cookie.domain);
        (domain, String::from(&cookie.path), cookie.name().to_string())
    });
    let names: Vec<_> = names.collect();
    for (domain, path, name) in &names {
        store.remove(domain, path, name);
    }
    !names.is_empty()
}

impl Jar for CookieJar {
    fn line(&self, url: &Url) -> Option<String> {
        let cookies = self.cookies(&url.to_string());
        let pairs: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { None } else { Some(pairs.join("; ")) }
    }

    fn remember(&self, url: &Url, headers: &Headers) {
        let lines = headers.get_all("set-cookie");
        for set_cookie in lines.filter_map(|line| std::str::from_utf8(line).ok()) {
            self.add(&url.to_string(), set_cookie);
        }
    }
}

impl ClientBuilder {
    /// Remembers the cookies that servers set, and sends them back; not unless set. With the feature `cookies`.
    ///
    /// A response's cookies are taken before its redirect is followed, and each request of a chain gets those that are for
    /// its own URL. A request with a field `Cookie` of its own sends that alone. [`CookieJar`] says what is checked, and
    /// [`cookie_jar`](ClientBuilder::cookie_jar) is for programs that want to look at them.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nContent-Length: 0\r\n\r\n")?;
    /// let client = http_client::Client::builder().cookie_store(true).build();
    /// client.post(&url).form(&[("user", "Ada")]).send().await.unwrap();
    /// let response = client.get(&url).send().await.unwrap(); // Cookie: session=1
    /// # drop(response);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn cookie_store(mut self, remembers: bool) -> ClientBuilder {
        self.jar = None;
        if remembers { self.cookie_jar(&CookieJar::new()) } else { self }
    }

    /// The same with a jar that the program has as well, and other clients perhaps. With the feature `cookies`.
    pub fn cookie_jar(mut self, jar: &CookieJar) -> ClientBuilder {
        self.jar = Some(Rc::new(jar.clone()));
        self
    }
}

/// Without the cookies: they are secrets.
impl fmt::Debug for CookieJar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieJar").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
