//! What do options look like that several commands have? Seconds and header fields, checked where they are read.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http_client::{Client, ClientBuilder, Url};

use crate::scenes;
use crate::stop::Stop;

/// What `gather` and `get` both let people say about requests.
#[derive(Args, Clone, Debug, Default)]
pub struct RequestOptions {
    /// A header field for every request; may be given several times.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub headers: Vec<(String, String)>,

    /// Trust the certificate authorities in this PEM file, and no others.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,

    /// Give up on a request after this many seconds [default: 300].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
}

impl RequestOptions {
    /// A client with these settings, as far as they concern all requests.
    ///
    /// # Errors
    /// If the CA file is none.
    pub fn client(&self) -> Result<ClientBuilder, Stop> {
        let mut builder = Client::builder();
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        if let Some(file) = &self.ca {
            builder = builder.ca_file(file).map_err(|error| Stop::Usage(error.cause().into()))?;
        }
        if let Some(limit) = self.timeout {
            builder = builder.timeout(limit);
        }
        Ok(builder)
    }
}

/// Checks a URL before anything is begun.
///
/// # Errors
/// One line that says what is wrong with it.
pub fn check_url(text: &str) -> Result<(), Stop> {
    match Url::parse(text) {
        Ok(_) => Ok(()),
        Err(_) if !text.contains("://") => Err(Stop::Usage(format!(
            "{} is neither a command nor a URL{}: a URL begins with http:// or https:// (see demo --help \
             and demo scenes)",
            text.escape_debug(),
            scenes::hint(text)
        ))),
        Err(why) => Err(Stop::Usage(format!("{}: {why}", text.escape_debug()))),
    }
}

/// Reads a number of seconds, such as `2` or `0.25`.
///
/// # Errors
/// If it is not a number, or negative, or more than people live.
pub fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=1e9).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "give a number of seconds, such as 2 or 0.25".into())
}

/// Reads a header field, `Name: value`.
///
/// # Errors
/// If there is no colon, or no name before it. Whether the characters are allowed is for the client to say.
pub fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().into(), value.trim().into()))
        }
        _ => Err("write it as 'Name: value'".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_a_number_that_is_not_negative() {
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for wrong in ["", "x", "-1", "nan", "inf", "1e300", "1s"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_header_has_a_name_and_may_have_colons_in_its_value() {
        assert_eq!(header("A: b:c "), Ok(("A".into(), "b:c".into())));
        assert_eq!(header("A:"), Ok(("A".into(), String::new())));
        assert!(header("A").is_err() && header(": b").is_err());
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said_in_one_line() {
        let Err(Stop::Usage(why)) = check_url("htp://x\n/") else { panic!("it was taken") };
        assert!(why.starts_with("htp://x\\n/: ") && !why.contains('\n'), "{why}");
    }
}
