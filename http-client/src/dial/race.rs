//! Which of a host's addresses is used? The first that answers: "happy eyeballs", RFC 8305.
//!
//! A host with two families of addresses may be reachable by only one of them, and a network that loses packets says
//! nothing. So each attempt has a head start, and then the next address is asked as well; one that fails is followed by
//! the next at once. The attempts are parts of the task that connects: dropping it drops them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use runtime::net::TcpStream;
use runtime::time::{Sleep, sleep};

use crate::error::{Fault, plainly};

/// How long an attempt has before the next begins beside it (RFC 8305, 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// How many addresses an error names.
const NAMED: usize = 8;

/// Connects to the first of these addresses that answers.
pub(super) async fn first_of(addresses: Vec<SocketAddr>) -> Result<TcpStream, Fault> {
    let mut race = Race::new(addresses);
    poll_fn(|cx| race.poll(cx)).await
}

struct Race {
    /// Not asked yet.
    waiting: VecDeque<SocketAddr>,
    /// Under way, in the order in which they began.
    attempts: Vec<(SocketAddr, Attempt)>,
    failures: Vec<(SocketAddr, io::Error)>,
    /// Of the attempt that began last; there is none for the last address of all.
    head_start: Option<Sleep>,
}

type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>>>>;

impl Race {
    fn new(addresses: Vec<SocketAddr>) -> Race {
        let waiting = by_turns(addresses);
        Race { waiting, attempts: Vec::new(), failures: Vec::new(), head_start: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<TcpStream, Fault>> {
        loop {
            let failed = self.failures.len();
            let mut at = 0;
            while let Some((_, attempt)) = self.attempts.get_mut(at) {
                match attempt.as_mut().poll(cx) {
                    Poll::Ready(Ok(stream)) => return Poll::Ready(Ok(stream)),
                    Poll::Ready(Err(error)) => {
                        let (address, _) = self.attempts.remove(at);
                        self.failures.push((address, error));
                    }
                    Poll::Pending => at += 1,
                }
            }
            let is_over = |head_start: &mut Sleep| Pin::new(head_start).poll(cx).is_ready();
            if self.failures.len() == failed && !self.head_start.as_mut().is_none_or(is_over) {
                return Poll::Pending;
            }
            match self.waiting.pop_front() {
                Some(address) => {
                    self.say_why(address, self.failures.len() > failed);
                    self.begin(address);
                }
                None if self.attempts.is_empty() => return Poll::Ready(Err(self.lost())),
                None => return Poll::Pending,
            }
        }
    }

    /// The first address needs no reason.
    fn say_why(&self, next: SocketAddr, has_failed: bool) {
        match (self.failures.last(), self.attempts.last()) {
            (Some((failed, error)), _) if has_failed => {
                let text = || format!("{failed}: {}; {next} is next", plainly(error));
                runtime::note("connect", text);
            }
            (_, Some((slow, _))) => {
                runtime::note("connect", || format!("{slow} is slow to answer; {next} as well"));
            }
            _ => {}
        }
    }

    fn begin(&mut self, address: SocketAddr) {
        self.attempts.push((address, Box::pin(TcpStream::connect(address))));
        self.head_start = (!self.waiting.is_empty()).then(|| sleep(HEAD_START));
    }

    /// Nobody has won: what each has said.
    fn lost(&mut self) -> Fault {
        if self.failures.len() < 2 {
            let none = || io::Error::other("the host has no address");
            return Fault::connect(self.failures.pop().map_or_else(none, |(_, error)| error));
        }
        let said =
            |(address, error): &(SocketAddr, io::Error)| format!("{address}: {}", plainly(error));
        let mut each: Vec<String> = self.failures.iter().take(NAMED).map(said).collect();
        if self.failures.len() > NAMED {
            each.push(format!("and {} more", self.failures.len() - NAMED));
        }
        let first = self.failures[0].1.kind();
        let same = self.failures.iter().all(|(_, error)| error.kind() == first);
        let kind = if same { first } else { io::ErrorKind::Other };
        Fault::connect(io::Error::new(kind, each.join("; ")))
    }
}

/// The two families take turns, each in the order that the system prefers, and none is asked twice (RFC 8305, 4).
fn by_turns(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut one, mut other): (VecDeque<_>, VecDeque<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == is_v6);
    let mut turns = VecDeque::new();
    while let Some(address) = one.pop_front() {
        if !turns.contains(&address) {
            turns.push_back(address);
            std::mem::swap(&mut one, &mut other);
        }
        if one.is_empty() {
            std::mem::swap(&mut one, &mut other);
        }
    }
    turns
}

#[cfg(test)]
mod tests;
