//! How are pairs of a name and a value written in one line? As browsers write a form: `application/x-www-form-urlencoded`.
//!
//! `request` uses it for a URL's query and for a body. The rules are the URL standard's (chapter 5).

use std::borrow::Borrow;
use std::fmt::{Display, Write};

/// The pairs in one line.
pub(crate) fn encoded<K: Display, V: Display>(
    pairs: impl IntoIterator<Item: Borrow<(K, V)>>,
) -> String {
    let mut line = String::new();
    for pair in pairs {
        let (name, value) = pair.borrow();
        if !line.is_empty() {
            line.push('&');
        }
        push(&mut line, &name.to_string());
        line.push('=');
        push(&mut line, &value.to_string());
    }
    line
}

fn push(line: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                line.push(char::from(byte));
            }
            b' ' => line.push('+'),
            _ => write!(line, "%{byte:02X}").expect("a String takes everything"),
        }
    }
}

/// A path and query with more behind the query.
pub(crate) fn with_query(target: &str, more: &str) -> String {
    let between = match target.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{target}{between}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_line_of_pairs_is_encoded() {
        assert_eq!(encoded([("a", "b c"), ("d&e", "1=2+3"), ("", "")]), "a=b+c&d%26e=1%3D2%2B3&=");
        assert_eq!(encoded([("*-._~", "é%\n/?#")]), "*-._%7E=%C3%A9%25%0A%2F%3F%23");
        assert_eq!(encoded(&[("n", 1), ("m", -2)]), "n=1&m=-2");
        assert_eq!(encoded(vec![(String::from("x"), String::from("y"))]), "x=y");
        assert_eq!(encoded::<&str, &str>([(); 0].map(|()| ("", ""))), "");
    }

    #[test]
    fn a_query_goes_behind_the_one_that_is_there() {
        for (target, whole) in [
            ("/", "/?a=1"),
            ("/p", "/p?a=1"),
            ("/p?", "/p?a=1"),
            ("/p?b=2", "/p?b=2&a=1"),
            ("/p?b=2&", "/p?b=2&a=1"),
        ] {
            assert_eq!(with_query(target, "a=1"), whole, "{target}");
        }
    }
}
