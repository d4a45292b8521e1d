//! How is one line of a trace taken apart? A time, a kind, and fields: `0.5 task.poll task=1 runtime="a.rs:1:2"`.
//!
//! The runtime's `record` writes them; it says what a line is.

use std::collections::BTreeMap;
use std::time::Duration;

/// A line, before anybody asks what it means.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) time: Duration,
    pub(super) kind: &'a str,
    fields: BTreeMap<&'a str, String>,
}

impl<'a> Line<'a> {
    /// # Errors
    /// What is wrong with the line.
    pub(super) fn parse(text: &'a str) -> Result<Line<'a>, String> {
        let (time, rest) = text.split_once(' ').ok_or("there is no kind after the time")?;
        let time = seconds(time).ok_or_else(|| format!("{time:?} is not a time in seconds"))?;
        let (kind, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let mut fields = BTreeMap::new();
        while !rest.is_empty() {
            let (name, after) =
                rest.split_once('=').ok_or_else(|| format!("{rest:?} is no field: it has no ="))?;
            let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
                unquote(quoted).ok_or_else(|| format!("the text of {name} has no end"))?
            } else {
                let end = after.find(' ').unwrap_or(after.len());
                (after[..end].to_string(), &after[end..])
            };
            fields.insert(name, value);
            rest = after.strip_prefix(' ').unwrap_or(after);
        }
        Ok(Line { time, kind, fields })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// # Errors
    /// If the field is not there.
    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("{} without {name}", self.kind))
    }

    /// # Errors
    /// If the field is not there, or not of the wanted type.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, String> {
        let text = self.text(name)?;
        text.parse().map_err(|_| format!("{text:?} is not a number, as {name} should be"))
    }

    /// # Errors
    /// If the field is not there, or not a time.
    pub(super) fn seconds(&self, name: &str) -> Result<Duration, String> {
        let text = self.text(name)?;
        seconds(text)
            .ok_or_else(|| format!("{text:?} is not a time in seconds, as {name} should be"))
    }
}

/// `1.002000000`, exactly: a float would lose nanoseconds of long traces.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
    Some(Duration::new(whole.parse().ok()?, nanos))
}

/// The text up to the closing quote, and what is behind it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((text, &quoted[at + 1..])),
            '\\' => match letters.next()?.1 {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                '0' => text.push('\0'),
                'u' => {
                    let (start, end) =
                        (quoted[at..].find('{')? + at + 1, quoted[at..].find('}')? + at);
                    let code = u32::from_str_radix(quoted.get(start..end)?, 16).ok()?;
                    text.push(char::from_u32(code)?);
                    while letters.next()?.1 != '}' {}
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_a_time_a_kind_and_fields() {
        let line = Line::parse("1.5 wake by=timers text=\"a \\\"b\\\" = c\" task=2").unwrap();
        assert_eq!((line.time, line.kind), (Duration::from_millis(1500), "wake"));
        assert_eq!((line.get("by"), line.get("text")), (Some("timers"), Some("a \"b\" = c")));
        assert_eq!(line.number::<u32>("task"), Ok(2));
        assert!(line.text("other").is_err());
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        for (text, why) in [
            ("", "no kind"),
            ("x task.poll", "not a time"),
            ("1.0000000001 task.poll", "not a time"),
            ("-1 task.poll", "not a time"),
            ("1 task.poll task", "no ="),
            ("1 task.poll name=\"x", "no end"),
            ("1 task.poll name=\"\\u{110000}\"", "no end"),
        ] {
            let error = Line::parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_its_quotes(text in any::<String>()) {
            let line = format!("0 note text={text:?} after=1");
            let line = Line::parse(&line).unwrap();
            prop_assert_eq!((line.get("text"), line.get("after")), (Some(&*text), Some("1")));
        }

        #[test]
        fn no_line_panics(text in any::<String>()) {
            let _ = Line::parse(&text);
            let _ = Line::parse(&format!("0 note text={text}"));
        }
    }
}
