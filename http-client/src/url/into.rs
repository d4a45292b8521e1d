//! What may a program give for a URL? One that was read before, or text, which may be none.
//!
//! `client` takes it, `request` keeps what came of it until it is sent.

use std::error::Error;
use std::fmt;

use crate::url::{Url, usual, without_secrets};

/// What can be asked for: a [`Url`], or text that is one.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
/// # runtime::Runtime::new()?.block_on(async {
/// # let text = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
/// use http_client::{Client, Url};
///
/// let (client, url) = (Client::new(), Url::parse(&text).unwrap());
/// for _ in 0..2 {
///     client.get(&url).send().await.unwrap();
/// }
/// client.get(&text).send().await.unwrap();
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
pub trait IntoUrl {
    /// The URL.
    ///
    /// # Errors
    /// What is wrong with it.
    fn into_url(self) -> Result<Url, BadUrl>;

    /// The same in the place of a URL that was asked for before. Often it is the same, or one on the same host.
    #[doc(hidden)]
    fn renew(self, url: &mut Url) -> Result<(), BadUrl>
    where
        Self: Sized,
    {
        *url = self.into_url()?;
        Ok(())
    }
}

impl IntoUrl for &str {
    fn into_url(self) -> Result<Url, BadUrl> {
        Url::parse(self).map_err(|why| BadUrl { text: self.into(), why })
    }

    fn renew(self, url: &mut Url) -> Result<(), BadUrl> {
        if !url.is(self) {
            *url = usual::read_after(self, url).map_or_else(|| self.into_url(), Ok)?;
        }
        Ok(())
    }
}

impl IntoUrl for &String {
    fn into_url(self) -> Result<Url, BadUrl> {
        self.as_str().into_url()
    }

    fn renew(self, url: &mut Url) -> Result<(), BadUrl> {
        self.as_str().renew(url)
    }
}

impl IntoUrl for String {
    fn into_url(self) -> Result<Url, BadUrl> {
        self.as_str().into_url()
    }

    fn renew(self, url: &mut Url) -> Result<(), BadUrl> {
        self.as_str().renew(url)
    }
}

impl IntoUrl for Url {
    fn into_url(self) -> Result<Url, BadUrl> {
        Ok(self)
    }
}

impl IntoUrl for &Url {
    fn into_url(self) -> Result<Url, BadUrl> {
        Ok(self.clone())
    }
}

/// Text that is no URL, and why. Printed, it is the text without what looks like user and password.
#[derive(Clone)]
pub struct BadUrl {
    text: String,
    pub(crate) why: String,
}

impl fmt::Display for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_secrets(&self.text))
    }
}

impl fmt::Debug for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BadUrl({self}: {})", self.why)
    }
}

impl Error for BadUrl {}
