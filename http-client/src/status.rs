//! What does a status that is a failure mean for who gets it? For programs that take one for an error.
//!
//! `response` asks.

use crate::error::{Fault, Kind};
use crate::proto::head::Head;

/// The failure that a 4xx or 5xx status tells; `None` for any other.
pub(crate) fn failure(head: &Head) -> Option<Fault> {
    if !(400..600).contains(&head.status) {
        return None;
    }
    let mut cause = format!("{} {}", head.status, head.reason).trim_end().to_string();
    if let Some(meaning) = meaning(head) {
        cause.push_str(&format!(": {meaning}"));
    }
    let mut fault = Fault::new(Kind::Status, cause);
    fault.status = Some(head.status);
    Some(fault)
}

/// What the reason alone does not say (RFC 9110, 15.5 and 15.6; RFC 6585).
fn meaning(head: &Head) -> Option<String> {
    let field = |name| head.headers.get(name).filter(|value| !value.is_empty());
    let fixed = match head.status {
        401 => "the server wants to know who asks: basic_auth or bearer_auth say it",
        403 => "who asks here may not have it",
        404 => "there is nothing at this URL",
        405 => {
            let methods = field("allow").unwrap_or("another method");
            return Some(format!("the server takes {methods} here"));
        }
        407 => "the proxy wants to know who asks",
        413 => "the request's body is too large for the server",
        415 => "the server does not take a body of this Content-Type",
        429 | 503 => {
            let when = field("retry-after");
            return when.map(|when| format!("the server says when to try again: {when}"));
        }
        500 => "the server failed: the request may be right",
        502 | 504 => "a server behind the one that answered failed",
        _ => return None,
    };
    Some(fixed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::fields::tests::headers;
    use crate::proto::head::Facts;

    fn cause(status: u16, reason: &str, lines: &[(&str, &str)]) -> Option<String> {
        let reason = reason.to_string().into();
        let headers = headers(lines);
        let head = Facts { status, minor: 1, reason, headers, ..Facts::default() }.into();
        failure(&head).map(|fault| {
            assert_eq!((fault.kind, fault.status), (Kind::Status, Some(status)));
            fault.cause.clone()
        })
    }

    #[test]
    fn only_4xx_and_5xx_are_failures() {
        for status in [200, 204, 302, 304, 399, 600, 999] {
            assert_eq!(cause(status, "x", &[]), None, "{status}");
        }
        assert_eq!(cause(418, "I'm a teapot", &[]).unwrap(), "418 I'm a teapot");
        assert_eq!(cause(599, "", &[]).unwrap(), "599");
    }

    #[test]
    fn what_helps_is_said() {
        let not_found = "404 Not Found: there is nothing at this URL";
        assert_eq!(cause(404, "Not Found", &[]).unwrap(), not_found);
        let allowed = cause(405, "Method Not Allowed", &[("Allow", "GET, PUT")]).unwrap();
        assert_eq!(allowed, "405 Method Not Allowed: the server takes GET, PUT here");
        assert_eq!(cause(503, "Busy", &[]).unwrap(), "503 Busy");
        let later = cause(429, "", &[("Retry-After", "120")]).unwrap();
        assert_eq!(later, "429: the server says when to try again: 120");
    }
}
