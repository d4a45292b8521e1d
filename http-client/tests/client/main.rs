//! The client over real sockets, against a server that plays scripts (`server`, `peer`). One file for each thing that can
//! go well or wrong.

mod cancel;
mod case;
mod certificate;
#[cfg(feature = "compression")]
mod compression;
#[cfg(feature = "cookies")]
mod cookies;
mod dead_end;
mod dial;
mod ending;
mod fault;
mod form;
mod handshake;
mod idle;
#[cfg(feature = "json")]
mod json;
mod peer;
mod pool;
mod proxy;
mod race;
mod redirect;
mod reuse;
mod run;
mod scenario;
mod secret;
mod server;
mod source;
mod status;
mod timeout;
mod tls;
#[cfg(unix)]
mod unix;
mod upload;
mod wait;
