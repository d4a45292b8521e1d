//! Which path gets which answer? One table, which is also what `GET /` shows.

use std::fmt::Write;

use percent_encoding::percent_decode_str;

use crate::server::answers;
use crate::server::request::Request;
use crate::server::response::{Refusal, Response};

struct Route {
    /// None are all.
    methods: &'static [&'static str],
    /// A segment in braces stands for whatever is there.
    path: &'static str,
    about: &'static str,
    answer: Answer,
}

/// Gets what stands in the place of the segments in braces, decoded.
type Answer = fn(&Request, &[String]) -> Result<Response, Refusal>;

const GET: &[&str] = &["GET", "HEAD"];
const ANY: &[&str] = &[];

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    Route { methods: GET, path: "/", about: "this list", answer: |_, _| Ok(list()) },
    Route { methods: GET, path: "/get", about: "the request, as JSON", answer: answers::get },
    Route { methods: GET, path: "/headers", about: "its header fields", answer: answers::headers },
    Route { methods: &["POST"], path: "/post", about: "the request and its body, as JSON", answer: answers::send },
    Route { methods: &["PUT"], path: "/put", about: "the same", answer: answers::send },
    Route { methods: &["PATCH"], path: "/patch", about: "the same", answer: answers::send },
    Route { methods: &["DELETE"], path: "/delete", about: "the same", answer: answers::send },
    Route { methods: ANY, path: "/status/{code}", about: "an answer with this status", answer: answers::status },
    Route { methods: ANY, path: "/delay/{seconds}", about: "the request, as JSON, after at most 10 seconds", answer: answers::delay },
    Route { methods: GET, path: "/drip", about: "?duration=2&numbytes=10&delay=0&code=200: bytes, one after another", answer: answers::drip },
    Route { methods: GET, path: "/bytes/{n}", about: "?seed=: n random bytes", answer: answers::bytes },
    Route { methods: GET, path: "/stream/{n}", about: "n lines of JSON, in chunks", answer: answers::stream },
    Route { methods: GET, path: "/redirect/{n}", about: "n redirects, the last one to /get", answer: answers::redirect },
    Route { methods: GET, path: "/relative-redirect/{n}", about: "the same", answer: answers::redirect },
    Route { methods: ANY, path: "/redirect-to", about: "?url=&status_code=302: a redirect to anywhere", answer: answers::redirect_to },
    Route { methods: GET, path: "/basic-auth/{user}/{password}", about: "asks for user and password", answer: answers::basic_auth },
    Route { methods: GET, path: "/bearer", about: "asks for a token", answer: answers::bearer },
];

/// The answer to a request whose body is here.
pub(super) fn answer(request: &Request) -> Response {
    let found = ROUTES.iter().find_map(|route| Some((route, captured(route.path, &request.path)?)));
    let Some((route, captured)) = found else {
        let why = format!("there is no {} here; GET / lists what there is", request.path);
        return Refusal::new(404, why).into();
    };
    if !route.methods.is_empty() && !route.methods.contains(&&*request.method) {
        let allowed = route.methods.join(", ");
        let why = format!("{} does not take {}, only {allowed}", request.path, request.method);
        return Response::from(Refusal::new(405, why)).header("Allow", allowed);
    }
    (route.answer)(request, &captured).unwrap_or_else(Response::from)
}

/// What stands in `path` where the pattern has braces; `None` if they do not match.
fn captured(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut captured = Vec::new();
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        let segment = percent_decode_str(segments.next()?).decode_utf8_lossy();
        if wanted.starts_with('{') {
            captured.push(segment.into_owned());
        } else if wanted != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(captured)
}

fn list() -> Response {
    let mut text = String::from("A small server to try clients on, after httpbin.\n\n");
    for Route { methods, path, about, .. } in ROUTES {
        let method = methods.first().unwrap_or(&"ANY");
        let _ = writeln!(text, "{method:<6}  {path:<30}  {about}");
    }
    Response::text(200, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::request::tests::request;

    #[test]
    fn a_pattern_matches_whole_segments_and_decodes_what_it_captures() {
        assert_eq!(captured("/a/{x}/{y}", "/a/%2F/b%20c"), Some(vec!["/".into(), "b c".into()]));
        for other in ["/a/b", "/a/b/c/d", "/a/b/c/", "/A/b/c", "a/b/c", "/"] {
            assert_eq!(captured("/a/{x}/{y}", other), None, "{other}");
        }
    }

    #[test]
    fn an_unknown_path_and_a_wrong_method_are_told() {
        assert_eq!(answer(&request("GET /no", "", b"")).status, 404);
        let refused = answer(&request("POST /get", "", b""));
        assert_eq!(refused.status, 405);
        assert!(refused.headers.contains(&("Allow", "GET, HEAD".into())));
    }
}
