//! A tiny HTTP/1.1 client.
#![forbid(unsafe_code)]

mod error;
mod limits;
mod proto;
mod url;

pub use error::{Error, Kind, Phase};
pub use limits::Limits;
pub use proto::fields::Headers;
pub use url::Url;
