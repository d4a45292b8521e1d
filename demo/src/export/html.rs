//! How does a run get into a browser? One page that holds everything, opens from disk, and can reach nothing else.
//!
//! All states are computed here, by `State::apply`; the script shows what the page brings along. A content-security policy
//! forbids the network, and runs no script and no style but the page's own, which it knows by their hashes. Without a script
//! the page is a film strip.

mod code;
mod data;
mod film;
mod lanes;
mod panels;
mod strip;
#[cfg(test)]
mod tests;
mod words;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::digest::{SHA256, digest};

use crate::scenes::Text;
use crate::step::Opened;
use crate::trace::why::Lang;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// A page has so many steps at most: browsers, and people, have their limits.
pub const MOST_STEPS: usize = 20_000;

/// The page, which begins in `lang` and has both languages.
pub fn export(opened: &Opened, lang: Lang) -> String {
    let trace = &opened.trace;
    let [question, story] =
        [opened.scene.map(|scene| scene.question), opened.scene.map(|scene| scene.story)];
    let all = trace.steps.len();
    let steps = &trace.steps[..all.min(MOST_STEPS)];
    let lanes = lanes::of(steps);
    let (strip, summary) = strip::of(steps);
    // In a script element nothing but `<` could begin something else.
    let data = data::of(trace, steps, story).to_string().replace('<', "\\u003c");
    let cut = if steps.len() < all {
        let shown = steps.len();
        both(
            &format!("This page has the first {shown} of {all} events."),
            &format!("本页只有 {all} 个事件中的前 {shown} 个。"),
        )
    } else {
        String::new()
    };
    let text = |text: Option<Text>| {
        text.map_or_else(String::new, |text| both(&escape(text.en), &escape(text.zh)))
    };
    expand(PAGE, |word| {
        Some(match word {
            "lang" => match lang {
                Lang::En => "en".into(),
                Lang::Zh => "zh".into(),
            },
            "policy" => policy(),
            "style" => STYLE.into(),
            "script" => SCRIPT.into(),
            "name" => escape(&opened.name),
            "question" => text(question),
            "story" => text(story),
            "last" => steps.len().to_string(),
            "names" => lanes.names.clone(),
            "lanes" => lanes.picture.clone(),
            "strip" => strip.clone(),
            "summary" => summary.clone(),
            "cut" => cut.clone(),
            "film" => film::of(steps),
            "data" => data.clone(),
            _ => return None,
        })
    })
}

/// Nothing from anywhere; of scripts and styles, those on the page.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// Fills in what stands in double braces: `{{name}}` is looked up, and `{{words|词}}` is a text in both languages. What is
/// filled in is not looked at again.
fn expand(template: &str, look_up: impl Fn(&str) -> Option<String>) -> String {
    let mut pieces = template.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let (word, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        match word.split_once('|') {
            Some((en, zh)) => text.push_str(&both(en, zh)),
            None => text.push_str(&look_up(word).unwrap_or_default()),
        }
        text.push_str(rest);
    }
    text
}

/// A text in both languages; the style hides the one that is not wanted. What a program says is the same in both.
fn both(en: &str, zh: &str) -> String {
    if en == zh {
        return format!("<span>{en}</span>");
    }
    format!(r#"<span lang="en">{en}</span><span lang="zh">{zh}</span>"#)
}

/// Text as HTML, in an element or in an attribute.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
