//! How do fields and files travel in one body? As browsers send them: `multipart/form-data` (RFC 7578).

use std::fs;
use std::io;

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    name: String,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Text(String),
    /// A file, under its name.
    Upload(String),
    /// What a file has in it, as if it was typed.
    FromFile(String),
}

impl Part {
    /// Reads `NAME=TEXT`, `NAME=@FILE` or `NAME=<FILE`, as curl does.
    ///
    /// # Errors
    /// If there is no `=`, or no name before it.
    pub fn parse(text: &str) -> Result<Part, String> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => (name.to_string(), value),
            _ => return Err("write it as NAME=TEXT, or NAME=@FILE for a file".into()),
        };
        let content = match (value.strip_prefix('@'), value.strip_prefix('<')) {
            (Some(file), _) => Content::Upload(file.into()),
            (_, Some(file)) => Content::FromFile(file.into()),
            _ => Content::Text(value.into()),
        };
        Ok(Part { name, content })
    }

    /// The file that it is made of, if it is made of one.
    pub fn file(&self) -> Option<&str> {
        match &self.content {
            Content::Text(_) => None,
            Content::Upload(file) | Content::FromFile(file) => Some(file),
        }
    }

    fn write(&self, into: &mut Vec<u8>) -> io::Result<()> {
        let name = quoted(&self.name);
        match &self.content {
            Content::Upload(file) => {
                let data = fs::read(file)?;
                let last = file.rsplit('/').next().map(quoted).unwrap_or_default();
                let head = format!(
                    "Content-Disposition: form-data; name=\"{name}\"; filename=\"{last}\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\n"
                );
                into.extend_from_slice(head.as_bytes());
                into.extend_from_slice(&data);
            }
            Content::Text(_) | Content::FromFile(_) => {
                let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n");
                into.extend_from_slice(head.as_bytes());
                match &self.content {
                    Content::FromFile(file) => into.extend_from_slice(&fs::read(file)?),
                    Content::Text(text) | Content::Upload(text) => {
                        into.extend_from_slice(text.as_bytes());
                    }
                }
            }
        }
        Ok(())
    }
}

/// A form as a body, and the `Content-Type` that says where its parts begin.
///
/// # Errors
/// If a file cannot be read; which one is said.
pub fn body(parts: &[Part]) -> Result<(Vec<u8>, String), String> {
    // Long and random, so that it is in no part; as browsers do, nobody looks.
    let boundary = format!("onethread-{:032x}", fastrand::u128(..));
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        part.write(&mut body).map_err(|error| {
            format!("cannot read {}: {error}", part.file().unwrap_or(&part.name))
        })?;
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((body, format!("multipart/form-data; boundary={boundary}")))
}

/// A name between quotation marks, as the HTML standard has it.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_text_or_a_file() {
        let content = |text: &str| Part::parse(text).map(|part| part.content);
        assert_eq!(content("a=b=c"), Ok(Content::Text("b=c".into())));
        assert_eq!(content("a=@b"), Ok(Content::Upload("b".into())));
        assert_eq!(content("a=<b"), Ok(Content::FromFile("b".into())));
        assert!(content("a").is_err() && content("=b").is_err());
    }

    #[test]
    fn the_parts_stand_between_boundaries() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a \"b\".txt");
        fs::write(&file, "from a file").unwrap();
        let parts = [
            Part::parse("x=1").unwrap(),
            Part::parse(&format!("f=@{}", file.display())).unwrap(),
            Part::parse(&format!("g=<{}", file.display())).unwrap(),
        ];
        let (bytes, content_type) = body(&parts).unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let text = String::from_utf8(bytes).unwrap().replace(boundary, "B");
        assert_eq!(
            text,
            "--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n\
             --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a %22b%22.txt\"\r\n\
             Content-Type: application/octet-stream\r\n\r\nfrom a file\r\n\
             --B\r\nContent-Disposition: form-data; name=\"g\"\r\n\r\nfrom a file\r\n--B--\r\n"
        );
        let missing = [Part::parse("f=@no/such/file").unwrap()];
        assert!(body(&missing).unwrap_err().starts_with("cannot read no/such/file: "));
    }
}
