//! What does `demo get` send? Text, files, a form, JSON, or whatever comes on standard input while it comes.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use clap::Args;
use http_client::Body;
use runtime::spawn_blocking;

use super::form::{self, Part};
use crate::stop::Stop;

/// So much of a file is read at once.
const PIECE: usize = 64 * 1024;

/// What can be sent; one of it at a time.
#[derive(Args, Clone, Debug, Default)]
#[group(id = "sent", multiple = false)]
pub struct Options {
    /// A body to send; @FILE sends a file, @- standard input.
    #[arg(short = 'd', long = "data", value_name = "BODY")]
    pub data: Option<String>,

    /// JSON to send, with the header fields that belong to it; @FILE and @- as above.
    #[arg(long, value_name = "JSON")]
    pub json: Option<String>,

    /// A field of a form; NAME=@FILE for a file, NAME=<FILE for what is in it. May be given several times.
    #[arg(short = 'F', long = "form", value_name = "NAME=CONTENT", value_parser = Part::parse)]
    pub form: Vec<Part>,

    /// Send this file with PUT, reading it while it is sent; - is standard input.
    #[arg(short = 'T', long = "upload-file", value_name = "FILE")]
    pub upload: Option<String>,
}

/// A body, and what goes with it unless the user says otherwise.
pub struct Upload {
    /// The method that is meant.
    pub method: &'static str,
    /// What is sent.
    pub body: Option<Body>,
    /// Header fields that say what it is.
    pub headers: Vec<(&'static str, String)>,
}

impl Options {
    /// Reads what is to be sent.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn read(&self) -> Result<Upload, Stop> {
        let post =
            |body: Vec<u8>, headers| Upload { method: "POST", body: Some(body.into()), headers };
        if let Some(data) = &self.data {
            // What curl says for `-d`, so that the two can be compared.
            let form = "application/x-www-form-urlencoded".to_string();
            return Ok(post(text_or_file(data)?, vec![("Content-Type", form)]));
        }
        if let Some(json) = &self.json {
            let json_is = |name| (name, "application/json".to_string());
            return Ok(post(text_or_file(json)?, vec![json_is("Content-Type"), json_is("Accept")]));
        }
        if !self.form.is_empty() {
            let (body, content_type) = form::body(&self.form).map_err(Stop::Usage)?;
            return Ok(post(body, vec![("Content-Type", content_type)]));
        }
        let body = self.upload.as_deref().map(streamed).transpose()?;
        let method = if body.is_some() { "PUT" } else { "GET" };
        Ok(Upload { method, body, headers: Vec::new() })
    }
}

fn text_or_file(data: &str) -> Result<Vec<u8>, Stop> {
    let Some(file) = data.strip_prefix('@') else { return Ok(data.into()) };
    let read = if file == "-" {
        let mut body = Vec::new();
        io::stdin().read_to_end(&mut body).map(|_| body)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| cannot_read(file, &error))
}

/// A file that is read while it is sent: on helper threads, for reading it blocks.
fn streamed(file: &str) -> Result<Body, Stop> {
    if file == "-" {
        return Ok(in_pieces(|piece| io::stdin().read(piece)));
    }
    let open = File::open(file).and_then(|opened| Ok((opened.metadata()?, opened)));
    let (metadata, opened) = open.map_err(|error| cannot_read(file, &error))?;
    if metadata.is_dir() {
        return Err(Stop::Usage(format!("cannot read the body from {file}: it is a folder")));
    }
    let body = in_pieces(move |piece| (&opened).read(piece));
    // The length of a pipe or a device is not known.
    Ok(if metadata.is_file() { body.with_length(metadata.len()) } else { body })
}

fn in_pieces(read: impl Fn(&mut [u8]) -> io::Result<usize> + Send + Sync + 'static) -> Body {
    let read = Arc::new(read);
    Body::pieces(move || {
        let read = read.clone();
        let reading = spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let length = read(&mut piece)?;
            piece.truncate(length);
            Ok(if length == 0 { None } else { Some(piece) })
        });
        async move { reading.await? }
    })
}

fn cannot_read(file: &str, error: &io::Error) -> Stop {
    Stop::Usage(format!("cannot read the body from {file}: {error}"))
}
