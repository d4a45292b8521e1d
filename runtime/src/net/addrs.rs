//! How does a host name become addresses without blocking the loop? `getaddrinfo` blocks, so a helper thread calls it.

use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs};
use std::panic::Location;
use std::vec;

use crate::blocking::spawn_blocking_at;
use crate::join_handle::JoinHandle;
use crate::wait::WaitPoint;

/// What names one or more addresses: an address, a host and a port, or text such as `localhost:80`.
pub trait ToAddrs {
    /// The addresses, or the name to look up.
    fn to_addrs(self) -> Addrs;
}

/// Addresses, or a name to look up.
#[derive(Clone, Debug)]
pub enum Addrs {
    /// They are known.
    Known(Vec<SocketAddr>),
    /// A host name, and a port.
    Named(String, u16),
    /// Not an address: what was wrong with it.
    Wrong(String),
}

/// Looks up the addresses of `target` on a helper thread; an address in digits needs no lookup. asyncio's name is
/// `getaddrinfo`.
///
/// Cancel safe: dropping it stops waiting for the answer, which the helper thread still gets and throws away.
///
/// # Errors
/// What getaddrinfo(3) says, with the name; or that `target` is not of the form `host:port`.
///
/// ```
/// # runtime::Runtime::new()?.block_on(async {
/// let found = runtime::net::lookup_host("localhost:80").await?;
/// assert!(found.iter().all(|address| address.ip().is_loopback()));
/// # std::io::Result::Ok(())
/// # })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn lookup_host(target: impl ToAddrs) -> impl Future<Output = io::Result<Vec<SocketAddr>>> {
    resolve(target.to_addrs(), Location::caller())
}

pub(super) async fn resolve(
    target: Addrs,
    at: &'static Location<'static>,
) -> io::Result<Vec<SocketAddr>> {
    let (host, port) = match target {
        Addrs::Known(known) => return Ok(known),
        Addrs::Wrong(why) => return Err(io::Error::new(io::ErrorKind::InvalidInput, why)),
        Addrs::Named(host, port) => (host, port),
    };
    let name = host.clone();
    let look_up = move || (host.as_str(), port).to_socket_addrs().map(vec::IntoIter::collect);
    let mut lookup = Lookup(spawn_blocking_at(look_up, "name lookup", at));
    let wait = WaitPoint { what: "name lookup", at };
    let found: io::Result<Vec<SocketAddr>> = poll_fn(|cx| lookup.0.poll_for(cx, wait))
        .await
        .map_err(|error| io::Error::other(error.to_string()))?;
    match found {
        Ok(found) if found.is_empty() => {
            Err(io::Error::new(io::ErrorKind::NotFound, format!("{name} has no address")))
        }
        Ok(found) => Ok(found),
        Err(error) => Err(io::Error::new(error.kind(), format!("cannot look up {name}: {error}"))),
    }
}

/// A lookup whose task ends when nobody waits for its answer any more: a `connect` that was dropped leaves nothing behind.
struct Lookup<T>(JoinHandle<T>);

impl<T> Drop for Lookup<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl ToAddrs for &str {
    fn to_addrs(self) -> Addrs {
        if let Ok(address) = self.parse() {
            return Addrs::Known(vec![address]);
        }
        match self.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) if !host.is_empty() => Addrs::Named(host.to_string(), port),
            _ => Addrs::Wrong(format!("{self:?} is not of the form host:port")),
        }
    }
}

impl ToAddrs for String {
    fn to_addrs(self) -> Addrs {
        self.as_str().to_addrs()
    }
}

impl ToAddrs for &String {
    fn to_addrs(self) -> Addrs {
        self.as_str().to_addrs()
    }
}

impl ToAddrs for (&str, u16) {
    fn to_addrs(self) -> Addrs {
        match self.0.parse::<IpAddr>() {
            Ok(ip) => (ip, self.1).to_addrs(),
            Err(_) => Addrs::Named(self.0.to_string(), self.1),
        }
    }
}

impl ToAddrs for (String, u16) {
    fn to_addrs(self) -> Addrs {
        (self.0.as_str(), self.1).to_addrs()
    }
}

impl ToAddrs for (IpAddr, u16) {
    fn to_addrs(self) -> Addrs {
        SocketAddr::from(self).to_addrs()
    }
}

impl ToAddrs for (Ipv4Addr, u16) {
    fn to_addrs(self) -> Addrs {
        SocketAddr::from(self).to_addrs()
    }
}

impl ToAddrs for (Ipv6Addr, u16) {
    fn to_addrs(self) -> Addrs {
        SocketAddr::from(self).to_addrs()
    }
}

impl ToAddrs for SocketAddr {
    fn to_addrs(self) -> Addrs {
        Addrs::Known(vec![self])
    }
}

impl ToAddrs for SocketAddrV4 {
    fn to_addrs(self) -> Addrs {
        SocketAddr::from(self).to_addrs()
    }
}

impl ToAddrs for SocketAddrV6 {
    fn to_addrs(self) -> Addrs {
        SocketAddr::from(self).to_addrs()
    }
}

impl ToAddrs for &[SocketAddr] {
    fn to_addrs(self) -> Addrs {
        Addrs::Known(self.to_vec())
    }
}

impl<const N: usize> ToAddrs for [SocketAddr; N] {
    fn to_addrs(self) -> Addrs {
        Addrs::Known(self.to_vec())
    }
}

impl ToAddrs for Vec<SocketAddr> {
    fn to_addrs(self) -> Addrs {
        Addrs::Known(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Runtime;

    fn look_up(target: impl ToAddrs) -> io::Result<Vec<SocketAddr>> {
        Runtime::new().unwrap().block_on(lookup_host(target))
    }

    #[test]
    fn digits_need_no_lookup() {
        assert!(matches!("127.0.0.1:80".to_addrs(), Addrs::Known(_)));
        assert!(matches!("[::1]:80".to_addrs(), Addrs::Known(_)));
        assert!(matches!(("::1", 80).to_addrs(), Addrs::Known(_)));
        assert!(matches!(("::1".to_string(), 80).to_addrs(), Addrs::Known(_)));
    }

    #[test]
    fn addresses_may_come_in_any_of_their_types() {
        let known = |target: Addrs| match target {
            Addrs::Known(addresses) => addresses,
            other => panic!("{other:?}"),
        };
        let local: SocketAddr = "127.0.0.1:80".parse().unwrap();
        let all = [
            known((Ipv4Addr::LOCALHOST, 80).to_addrs()),
            known((IpAddr::from(Ipv4Addr::LOCALHOST), 80).to_addrs()),
            known([local].to_addrs()),
            known((&[local][..]).to_addrs()),
            known(vec![local].to_addrs()),
            known((&local.to_string()).to_addrs()),
            known(local.to_string().to_addrs()),
        ];
        assert!(all.iter().all(|addresses| *addresses == [local]));
        assert_eq!(known((Ipv6Addr::LOCALHOST, 1).to_addrs()), known("[::1]:1".to_addrs()));
        assert!(matches!(("host".to_string(), 1).to_addrs(), Addrs::Named(..)));
    }

    #[test]
    fn a_name_is_looked_up_on_a_helper_thread() {
        assert!(look_up("localhost:7").unwrap().iter().all(|found| found.port() == 7));
    }

    #[test]
    fn an_unknown_name_is_an_error_that_says_which() {
        let error = look_up("nohost.invalid:80").unwrap_err().to_string();
        assert!(error.starts_with("cannot look up nohost.invalid: "), "{error}");
    }

    #[test]
    fn text_that_is_no_address_is_an_error_that_says_the_form() {
        for wrong in ["localhost", "localhost:x", ":80", "localhost:99999", ""] {
            let error = look_up(wrong).unwrap_err().to_string();
            assert_eq!(error, format!("{wrong:?} is not of the form host:port"));
        }
    }
}
