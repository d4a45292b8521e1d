//! How does a client get through a proxy to a host? It asks for a tunnel (CONNECT, RFC 9110, 9.3.6), and talks to the host in it.

use runtime::io::{AsyncReadExt, AsyncWriteExt};

use crate::error::{Fault, Kind};
use crate::limits::Limits;
use crate::proto::encode::connect_head;
use crate::proto::head::Head;
use crate::proto::reader::Reader;
use crate::route::Proxy;
use crate::url::Url;
use crate::wire::Wire;

/// How much of a proxy's own words an error repeats.
const REPEATED: usize = 60;

/// Makes a connection to `proxy` one to the host of `url`. Nothing of a request goes out before the proxy agrees.
pub(super) async fn dig(
    mut wire: Wire,
    url: &Url,
    proxy: &Proxy,
    limits: Limits,
) -> Result<Wire, Fault> {
    let mut reader = Reader::new(limits);
    let head = ask(&mut wire, &mut reader, url, proxy).await.map_err(|fault| {
        fault
            .of(Kind::Proxy)
            .because(|cause| format!("{proxy} does not answer as a proxy does: {cause}"))
    })?;
    if !matches!(head.status, 200..=299) {
        return Err(Fault::new(Kind::Proxy, refusal(&head, url, proxy)));
    }
    if reader.has_more() {
        let cause = format!("{proxy} says something itself where only the host may speak");
        return Err(Fault::new(Kind::Proxy, cause));
    }
    runtime::note("connect", || format!("{proxy} has dug a tunnel to {}", url.authority()));
    Ok(wire)
}

async fn ask(
    wire: &mut Wire,
    reader: &mut Reader,
    url: &Url,
    proxy: &Proxy,
) -> Result<Head, Fault> {
    let head = connect_head(url, proxy.authorization().as_deref());
    wire.write_all(&head).await.map_err(|error| Fault::io(Kind::Io, error))?;
    loop {
        if let Some(head) = reader.head("CONNECT")? {
            return Ok(head);
        }
        match wire.read(reader.room()).await.map_err(|error| Fault::io(Kind::Io, error))? {
            0 => reader.end(true),
            length => reader.filled(length),
        }
    }
}

fn refusal(head: &Head, url: &Url, proxy: &Proxy) -> String {
    let words: String = head.reason.chars().take(REPEATED).collect();
    let hint = match (head.status, proxy.authorization()) {
        (407, None) => ": it wants to know who asks, so give it as http://user:password@host:port",
        (407, Some(_)) => ": it does not take the user and the password that it was given",
        _ => "",
    };
    let host = url.authority();
    format!("{proxy} refuses to connect to {host}: {} {words}{hint}", head.status)
}
