//! What may a program ask an error, rather than look at its kind and phase? The questions that reqwest's errors answer, too.

use super::{Error, Kind, Phase};

/// Each asks for one thing, and several may be true: a TLS handshake that took too long is `is_timeout` and `is_connect`.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let client = http_client::Client::new();
/// let error = client.get("http://127.0.0.1:1/").send().await.unwrap_err();
/// assert!(error.is_connect() && !error.is_timeout());
/// let error = client.get("no URL").send().await.unwrap_err();
/// assert!(error.is_builder());
/// # });
/// # std::io::Result::Ok(())
/// ```
impl Error {
    /// Whether a time limit was over, in whatever [phase](Error::phase).
    pub fn is_timeout(&self) -> bool {
        self.kind() == Kind::Timeout
    }

    /// Whether it failed while a connection was being made: name lookup, connecting, a proxy's tunnel, the TLS handshake.
    /// The server has not got the request on that connection.
    pub fn is_connect(&self) -> bool {
        use Phase::{Connect, Handshake, Lookup, Proxy};
        matches!(self.phase(), Lookup | Connect | Proxy | Handshake)
    }

    /// Whether TLS failed: a certificate that is not trusted, a server that speaks something else. It will fail again.
    pub fn is_tls(&self) -> bool {
        self.kind() == Kind::Tls
    }

    /// Whether the program has asked for what cannot be sent: a URL that is none, a forbidden character in a field.
    pub fn is_builder(&self) -> bool {
        matches!(self.kind(), Kind::Url | Kind::InvalidRequest)
    }

    /// Whether a redirect could not be followed, or there were too many.
    pub fn is_redirect(&self) -> bool {
        self.kind() == Kind::Redirect
    }

    /// Whether it is a response whose status is taken for an error: [`Error::status`] has it.
    pub fn is_status(&self) -> bool {
        self.kind() == Kind::Status
    }

    /// Whether it failed with the response's body, whose head had come; or because of the source of the request's.
    pub fn is_body(&self) -> bool {
        self.phase() == Phase::Body || self.kind() == Kind::Body
    }

    /// Whether the response's body came, and is not what it should be: packed otherwise than it says, or not JSON.
    pub fn is_decode(&self) -> bool {
        matches!(self.kind(), Kind::BadCoding | Kind::BadJson)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fault;

    fn answers(kind: Kind, phase: Phase) -> Vec<&'static str> {
        let error = Fault::new(kind, "").at(phase, "");
        let all = [
            ("timeout", error.is_timeout()),
            ("connect", error.is_connect()),
            ("tls", error.is_tls()),
            ("builder", error.is_builder()),
            ("redirect", error.is_redirect()),
            ("status", error.is_status()),
            ("body", error.is_body()),
            ("decode", error.is_decode()),
        ];
        all.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
    }

    #[test]
    fn an_error_says_what_it_is_and_nothing_else() {
        for (kind, phase, expected) in [
            (Kind::Url, Phase::Request, &["builder"][..]),
            (Kind::InvalidRequest, Phase::Request, &["builder"]),
            (Kind::Timeout, Phase::Pool, &["timeout"]),
            (Kind::Connect, Phase::Lookup, &["connect"]),
            (Kind::Connect, Phase::Connect, &["connect"]),
            (Kind::Proxy, Phase::Proxy, &["connect"]),
            (Kind::Timeout, Phase::Handshake, &["timeout", "connect"]),
            (Kind::Tls, Phase::Handshake, &["connect", "tls"]),
            // An alert that comes only when the handshake is over.
            (Kind::Tls, Phase::Head, &["tls"]),
            (Kind::Body, Phase::Send, &["body"]),
            (Kind::Io, Phase::Send, &[]),
            (Kind::Closed, Phase::Head, &[]),
            (Kind::Truncated, Phase::Body, &["body"]),
            (Kind::BadCoding, Phase::Body, &["body", "decode"]),
            (Kind::BadJson, Phase::Body, &["body", "decode"]),
            (Kind::Redirect, Phase::Redirect, &["redirect"]),
            (Kind::Status, Phase::Status, &["status"]),
        ] {
            assert_eq!(answers(kind, phase), expected, "{kind:?} in {phase:?}");
        }
    }
}
