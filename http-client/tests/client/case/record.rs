//! A case as the file has it.

use std::io;
use std::time::Duration;

use http_client::{Body, ClientBuilder, Limits};
use runtime::time::sleep;
use serde_json::Value;

/// All times of the file are so many times longer here: a busy machine can fall silent for as long as it says.
const LONGER: u32 = 5;

pub(crate) struct Case(Value);

pub(crate) fn all() -> Vec<Case> {
    let text = include_str!("../../../../tests/cases/http.json");
    let all: Vec<Value> = serde_json::from_str(text).unwrap();
    all.into_iter().map(Case).collect()
}

impl Case {
    pub(crate) fn id(&self) -> &str {
        self.text("id").unwrap()
    }

    pub(crate) fn group(&self) -> &str {
        self.text("group").unwrap()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0[key].as_str()
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        self.0[key].as_bool().unwrap_or_default()
    }

    pub(crate) fn tls(&self, key: &str) -> &Value {
        &self.0["tls"][key]
    }

    pub(crate) fn expect(&self, key: &str) -> &Value {
        &self.0["expect"][key]
    }

    pub(crate) fn expect_text(&self, key: &str) -> Option<&str> {
        self.expect(key).as_str()
    }

    pub(crate) fn expect_number(&self, key: &str) -> Option<usize> {
        self.expect(key).as_u64().map(|number| number as usize)
    }

    pub(crate) fn method(&self) -> &str {
        self.text("request_method").unwrap()
    }

    /// A URL of the file stands for its bytes, too: one character per byte.
    pub(crate) fn url(&self) -> Option<String> {
        self.text("url").map(|url| String::from_utf8(latin(url)).unwrap())
    }

    pub(crate) fn request_headers(&self) -> Vec<(&str, &str)> {
        let fields = self.0["request_headers"].as_array().into_iter().flatten();
        fields.map(|field| (field[0].as_str().unwrap(), field[1].as_str().unwrap())).collect()
    }

    pub(crate) fn request_body(&self) -> Option<Body> {
        Some(match self.text("request_body")? {
            "<8 MiB>" => Body::from(vec![b'x'; 8 * 1024 * 1024]),
            "<endless stream>" => Body::pieces(async || Ok(Some(vec![b'x'; 64 * 1024]))),
            "<one-shot stream>" => stream(&[Ok("abc")], Duration::ZERO),
            "<streamed slowly for 200 ms>" => {
                stream(&[Ok("slow"), Ok("ly")], Duration::from_millis(200) * LONGER)
            }
            "<stream yields 'hello' then fails>" => {
                stream(&[Ok("hello"), Err("the disk is gone")], Duration::ZERO)
            }
            "<stream: 'a','','b'>" => stream(&[Ok("a"), Ok(""), Ok("b")], Duration::ZERO),
            "<stream: 'abc' declared 5>" => stream(&[Ok("abc")], Duration::ZERO).with_length(5),
            text if text.starts_with('<') => panic!("nobody knows how to send {text}"),
            text => Body::from(text),
        })
    }

    /// One character per byte, after the placeholders are replaced.
    pub(crate) fn bytes(&self, key: &str) -> Vec<u8> {
        let mut text = self.text(key).unwrap_or_default().to_string();
        for (name, unit) in self.0["expand"].as_object().into_iter().flatten() {
            let times = unit[1].as_u64().unwrap() as usize;
            text = text.replace(name, &unit[0].as_str().unwrap().repeat(times));
        }
        latin(&text)
    }

    /// The client's settings.
    pub(crate) fn configure(&self, builder: ClientBuilder) -> ClientBuilder {
        let config = &self.0["config"];
        let mut limits = Limits::default();
        if let Some(headers) = config["max_headers"].as_u64() {
            limits.headers = headers as usize;
        }
        if let Some(body) = config.get("max_body") {
            limits.body = body.as_u64().unwrap_or(u64::MAX);
        }
        let time = |key: &str| {
            config[key].as_u64().map_or(Duration::MAX, |time| Duration::from_millis(time) * LONGER)
        };
        let (total, read) = (time("total_timeout_ms"), time("read_timeout_ms"));
        builder.limits(limits).timeout(total).read_timeout(read)
    }
}

/// A body that is these pieces, each but the first after a pause.
fn stream(pieces: &'static [Result<&'static str, &'static str>], pause: Duration) -> Body {
    let mut pieces = pieces.iter().copied().enumerate();
    Body::pieces(move || {
        let piece = pieces.next();
        async move {
            let Some((number, piece)) = piece else { return Ok(None) };
            if number > 0 {
                sleep(pause).await;
            }
            piece.map(|text| Some(text.into())).map_err(io::Error::other)
        }
    })
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}
