//! A tiny HTTP/1.1 client on the runtime, in the spirit of aiohttp's `ClientSession`.
//!
//! ```
//! use http_client::Client;
//! use runtime::io::AsyncWriteExt;
//! use runtime::net::TcpListener;
//!
//! # runtime::Runtime::new()?.block_on(async {
//! // A server that knows one answer.
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let url = format!("http://{}/", listener.local_addr()?);
//! let server = runtime::spawn(async move {
//!     let (mut connection, _) = listener.accept().await?;
//!     connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").await
//! });
//!
//! let mut response = Client::new().get(&url).send().await.unwrap();
//! assert_eq!((response.status(), response.text().await.unwrap().as_str()), (200, "hello"));
//! # server.await.unwrap()
//! # })?;
//! # std::io::Result::Ok(())
//! ```
//!
//! # Features
//!
//! None is on unless it is asked for, so that the client stays small. Each adds methods, and changes nothing by itself.
//!
//! | feature | adds | packages more |
//! |---|---|---|
//! | `json` | `RequestBuilder::json`, `Response::json` | 6 |
//! | `gzip`, `deflate` | `ClientBuilder::auto_decompress` | 2 |
//! | `brotli` | the same | 3 |
//! | `compression` | the three codings | 5 |
//! | `cookies` | `ClientBuilder::cookie_store`, `CookieJar` | 43 |
//!
//! # The map
//!
//! ```text
//!  what programs use       Client   RequestBuilder, Body   Response      (json, compression, cookies)
//!                              \         |            /
//!  from request to head         \     sending       /      progress, patience, session (errand)
//!                                \       |         /
//!  which connection               `---- pool -----'------ dial (race, tunnel)     route, ending
//!                                        |               |
//!  one exchange                      connection -- outgoing -- transport -- tls -- wire
//!                                        |
//!  HTTP, without any I/O             proto: encode, reader (head, framing, body, chunked, coding), redirect
//!                                        |
//!  words                             url, form, fields, status, limits, error
//! ```
#![forbid(unsafe_code)]

mod body;
mod builder;
mod client;
#[cfg(any(feature = "gzip", feature = "deflate", feature = "brotli"))]
mod compression;
mod connection;
#[cfg(feature = "cookies")]
mod cookies;
mod dial;
mod ending;
mod error;
mod form;
#[cfg(fuzzing)]
#[allow(missing_docs)]
pub mod fuzzing;
#[cfg(feature = "json")]
mod json;
mod limits;
mod outgoing;
mod patience;
mod pool;
mod progress;
mod proto;
mod request;
mod response;
mod rooms;
mod route;
mod sending;
mod session;
mod status;
pub mod tls;
mod transport;
mod url;
mod wire;

pub use body::Body;
pub use builder::ClientBuilder;
pub use client::Client;
#[cfg(feature = "cookies")]
pub use cookies::CookieJar;
pub use error::{Error, Kind, Phase};
pub use limits::Limits;
pub use proto::chunked::{BadChunk, Chunked, Piece};
pub use proto::fields::Headers;
pub use request::RequestBuilder;
pub use response::Response;
pub use url::Url;
pub use url::into::{BadUrl, IntoUrl};
