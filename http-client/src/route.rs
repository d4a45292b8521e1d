//! By which way does a request go? Straight to its host, or over a proxy: RFC 9110, 3.7 and 9.3.6.
//!
//! A plain request is handed to the proxy, which asks the host for it. TLS must not be read on the way, so the proxy is asked
//! for a tunnel, and then only passes bytes on. `sending` asks for the way, `dial` goes it.

use std::fmt;

use crate::proto::encode::base64;
use crate::url::Url;

/// Which ways there are for a client's requests.
#[derive(Default)]
pub(crate) struct Routes {
    pub(crate) proxy: Option<Proxy>,
    /// Hosts to which the proxy is not asked, with all below them.
    pub(crate) without: Vec<String>,
}

/// Somebody who asks other servers on a client's behalf.
pub(crate) struct Proxy {
    url: Url,
}

#[derive(Clone, Copy)]
pub(crate) enum Route<'a> {
    Direct,
    /// The proxy gets the request, and what it is to be told about who asks.
    Forward(&'a Proxy),
    /// The proxy digs a tunnel to the host.
    Tunnel(&'a Proxy),
}

impl Routes {
    #[inline]
    pub(crate) fn to(&self, url: &Url) -> Route<'_> {
        self.proxy.as_ref().map_or(Route::Direct, |proxy| self.by(proxy, url))
    }

    fn by<'a>(&self, proxy: &'a Proxy, url: &Url) -> Route<'a> {
        let is_below = |name: &String| {
            url.host()
                .strip_suffix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if self.without.iter().any(is_below) {
            Route::Direct
        } else if url.is_tls() {
            Route::Tunnel(proxy)
        } else {
            Route::Forward(proxy)
        }
    }
}

impl Route<'_> {
    /// Whose connections may be used, as a URL: a proxy's are good for all plain requests, wherever they go.
    pub(crate) fn end<'u>(&'u self, url: &'u Url) -> &'u Url {
        match self {
            Route::Forward(proxy) => &proxy.url,
            Route::Direct | Route::Tunnel(_) => url,
        }
    }
}

impl Proxy {
    /// # Errors
    /// If it is not the URL of a proxy that can be used: why.
    pub(crate) fn parse(text: &str) -> Result<Proxy, String> {
        if !text.contains("://") {
            return Err("a proxy is given as http://host:port".into());
        }
        let url = Url::parse(text)?;
        if url.is_tls() {
            return Err("TLS to the proxy itself is not spoken: give it as http://".into());
        }
        if url.target() != "/" {
            return Err("a proxy has a host and a port, but no path".into());
        }
        Ok(Proxy { url })
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port()
    }

    /// The value of `Proxy-Authorization`: it is a secret of the proxy's, and nobody else may see it.
    pub(crate) fn authorization(&self) -> Option<String> {
        let credentials = self.url.credentials()?;
        Some(format!("Basic {}", base64(credentials.as_bytes())))
    }
}

/// As errors name it: without user and password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {}", self.url.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(routes: &Routes, url: &str) -> &'static str {
        match routes.to(&Url::parse(url).unwrap()) {
            Route::Direct => "direct",
            Route::Forward(_) => "forward",
            Route::Tunnel(_) => "tunnel",
        }
    }

    #[test]
    fn plain_requests_are_forwarded_and_tls_goes_through_a_tunnel() {
        let proxy = Proxy::parse("http://p.test:3128").ok();
        let routes = Routes { proxy, ..Routes::default() };
        let ways = ["http://h.test/", "https://h.test/", "http://p.test/", "http://127.0.0.1/"]
            .map(|url| way(&routes, url));
        assert_eq!(ways, ["forward", "tunnel", "forward", "forward"]);
        assert_eq!(way(&Routes::default(), "http://h.test/"), "direct");
    }

    #[test]
    fn some_hosts_and_all_below_them_are_asked_directly() {
        let proxy = Proxy::parse("http://p.test").ok();
        let without = vec!["h.test".to_string(), "::1".to_string()];
        let routes = Routes { proxy, without };
        for (url, expected) in [
            ("http://h.test/", "direct"),
            ("https://H.test:81/", "direct"),
            ("http://a.b.h.test/", "direct"),
            ("http://[::1]/", "direct"),
            ("http://oh.test/", "forward"),
            ("https://test/", "tunnel"),
        ] {
            assert_eq!(way(&routes, url), expected, "{url}");
        }
    }

    #[test]
    fn only_plain_proxies_without_a_path_can_be_used() {
        for (url, why) in [
            ("https://p.test", "TLS to the proxy itself is not spoken: give it as http://"),
            ("http://p.test/a", "a proxy has a host and a port, but no path"),
            ("socks5://p.test", "socks5 is not a scheme this client speaks: http or https"),
            ("p.test:3128", "a proxy is given as http://host:port"),
        ] {
            assert_eq!(Proxy::parse(url).err().unwrap(), why);
        }
    }

    #[test]
    fn a_proxy_is_told_who_asks_and_nobody_else_is() {
        let proxy = Proxy::parse("http://user:hush@p.test:3128").unwrap();
        assert_eq!(proxy.authorization().unwrap(), "Basic dXNlcjpodXNo");
        assert_eq!(proxy.to_string(), "the proxy p.test:3128");
        assert_eq!(Proxy::parse("http://p.test").unwrap().authorization(), None);
    }
}
