//! What is asked next when a server says "elsewhere"? RFC 9110, 15.4, and the Fetch standard for what browsers do.

use crate::error::{Fault, Kind};
use crate::proto::encode::Message;
use crate::proto::head::Head;

/// Fields that are secrets of one origin.
const SECRETS: [&str; 4] = ["authorization", "cookie", "cookie2", "proxy-authorization"];
/// Fields that describe a body which is not sent any more.
const OF_THE_BODY: [&str; 5] =
    ["content-type", "content-length", "content-encoding", "content-language", "content-location"];

/// Whether a response may say "elsewhere".
#[inline]
pub(crate) fn is_one(head: &Head) -> bool {
    matches!(head.status, 301 | 302 | 303 | 307 | 308)
}

/// The request that follows a response, if it is a redirect.
///
/// What it leaves out, such as a secret that another origin must not see, stays out for the rest of the chain.
pub(crate) fn follow(request: &Message, head: &Head) -> Result<Option<Message>, Fault> {
    if !is_one(head) {
        return Ok(None);
    }
    let Some(location) = head.headers.get("location") else { return Ok(None) };
    let url = request.url.join(location).map_err(|why| {
        Fault::new(Kind::Redirect, format!("the server's redirect cannot be followed: {why}"))
    })?;
    let mut next = Message { url, ..request.clone() };
    let becomes_get = match head.status {
        303 => request.method != "HEAD",
        301 | 302 => request.method == "POST",
        _ => false,
    };
    if becomes_get {
        next.method = "GET".into();
        next.body = None;
        OF_THE_BODY.iter().for_each(|name| next.remove_header(name));
    }
    if next.body.as_ref().is_some_and(|body| !body.is_whole()) {
        let cause = format!(
            "the server's redirect to {} cannot be followed: the body came from a source, and cannot be sent again",
            next.url
        );
        return Err(Fault::new(Kind::Redirect, cause));
    }
    if next.url.origin() != request.url.origin() {
        SECRETS.iter().for_each(|name| next.remove_header(name));
        next.remove_header("host");
    } else if let Some(credentials) = request.url.credentials() {
        next.url = next.url.with_credentials(credentials);
    }
    Ok(Some(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::fields::{Headers, tests::headers};
    use crate::proto::head::Facts;
    use crate::url::Url;

    fn request(method: &str, url: &str) -> Message {
        let header = |name: &str, value: &str| (name.to_string(), value.to_string());
        Message {
            method: method.to_string().into(),
            url: Url::parse(url).unwrap(),
            headers: vec![
                header("Authorization", "Bearer t"),
                header("Content-Type", "text/plain"),
            ],
            body: Some(b"abc".into()),
        }
    }

    fn head(status: u16, headers: Headers) -> Head {
        Facts { status, minor: 1, headers, ..Facts::default() }.into()
    }

    fn followed(method: &str, url: &str, status: u16, location: &str) -> Message {
        let headers = headers(&[("Location", location)]);
        let head = head(status, headers);
        follow(&request(method, url), &head).unwrap().unwrap()
    }

    fn names(message: &Message) -> Vec<&str> {
        message.headers.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn method_and_body_stay_or_become_a_get_as_the_status_says() {
        for (status, method, then) in [
            (301, "POST", "GET"),
            (302, "POST", "GET"),
            (302, "PUT", "PUT"),
            (303, "PUT", "GET"),
            (303, "HEAD", "HEAD"),
            (307, "POST", "POST"),
            (308, "PUT", "PUT"),
        ] {
            let next = followed(method, "http://a.test/", status, "/n");
            assert_eq!(next.method, then, "{status}");
            assert_eq!(next.body.is_some(), next.method == method, "{status}");
        }
        assert_eq!(names(&followed("POST", "http://a.test/", 302, "/n")), ["Authorization"]);
    }

    #[test]
    fn secrets_stay_with_their_origin() {
        for elsewhere in ["http://b.test/", "http://a.test:81/", "https://a.test/", "//b.test/"] {
            let next = followed("GET", "http://a.test/", 307, elsewhere);
            assert_eq!(names(&next), ["Content-Type"], "{elsewhere}");
        }
        let next = followed("GET", "http://u:p@a.test/", 307, "/n");
        assert_eq!(next.url.credentials(), Some("u:p"));
        assert_eq!(followed("GET", "http://u:p@a.test/", 307, "//b.test/").url.credentials(), None);
    }

    #[test]
    fn only_redirects_with_a_place_to_go_are_followed() {
        for (status, lines) in
            [(300, &[("Location", "/x")][..]), (304, &[("Location", "/x")]), (302, &[])]
        {
            let head = head(status, headers(lines));
            assert!(follow(&request("GET", "http://a.test/"), &head).unwrap().is_none());
        }
        let head = head(302, headers(&[("Location", "ftp://a.test/")]));
        assert_eq!(
            follow(&request("GET", "http://a.test/"), &head).unwrap_err().kind,
            Kind::Redirect
        );
    }
}
