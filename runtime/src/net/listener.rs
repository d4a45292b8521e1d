//! How are connections accepted, also when the process has no descriptor left?

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::net::socket::Socket;
use crate::net::stream::Stream;
use crate::observe::Direction;
use crate::source::{Done, Source};
use crate::time::Sleep;
use crate::wait::WaitPoint;

/// How long a listener rests when the process is out of descriptors.
const REST: Duration = Duration::from_millis(50);

/// A socket that accepts connections. asyncio's name is `Server`. It is used as [`TcpListener`](super::TcpListener) or
/// [`UnixListener`](super::UnixListener).
pub struct Listener<L: Accept> {
    pub(super) source: Source<L>,
    rest: RefCell<Option<Sleep>>,
}

/// What mio's two kinds of listener have in common.
pub trait Accept: mio::event::Source + Sized {
    /// What is accepted.
    #[doc(hidden)]
    type Socket: Socket;
    /// Where it comes from.
    #[doc(hidden)]
    type Address;
    /// accept(2)
    #[doc(hidden)]
    fn accept_one(&self) -> io::Result<(Self::Socket, Self::Address)>;
}

/// A connection, and where it comes from.
type Accepted<L> = io::Result<(Stream<<L as Accept>::Socket>, <L as Accept>::Address)>;

impl<L: Accept> Listener<L> {
    #[track_caller]
    pub(super) fn listening(io: L, what: &'static str) -> io::Result<Listener<L>> {
        let source = Source::new(io, what, &[Direction::Read])?;
        Ok(Listener { source, rest: RefCell::new(None) })
    }

    /// Waits for a connection, and gives it with the address of the other side. Cancel safe: a connection is accepted and
    /// given, or stays in the system's queue. If several tasks wait, the one polled last is woken.
    ///
    /// # Errors
    /// When the process or the system has no descriptor left, among others. The connection then stays in the system's
    /// queue, and the next `accept` first rests for 50 ms, so that a loop which only logs the error neither spins nor
    /// starves the tasks that could give a descriptor back.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(Stream<L::Socket>, L::Address)>> {
        Accepting { listener: self, wait: WaitPoint::here("accept") }
    }
}

/// EMFILE, ENFILE, and Windows' WSAEMFILE.
fn is_out_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(24 | 23 | 10024))
}

struct Accepting<'a, L: Accept> {
    listener: &'a Listener<L>,
    wait: WaitPoint,
}

impl<L: Accept> Future for Accepting<'_, L> {
    type Output = Accepted<L>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Accepting { listener, wait } = *self;
        let mut rest = listener.rest.take();
        if let Some(resting) = &mut rest {
            resting.waits_at(wait);
            if Pin::new(resting).poll(cx).is_pending() {
                listener.rest.replace(rest);
                return Poll::Pending;
            }
        }
        let accepted =
            listener.source.poll(cx, Direction::Read, |io| io.accept_one().map(Done::one));
        let Poll::Ready(accepted) = accepted else {
            wait.pending();
            return Poll::Pending;
        };
        if let Err(error) = &accepted
            && is_out_of_descriptors(error)
        {
            listener.rest.replace(Some(Sleep::after(REST, wait)));
        }
        Poll::Ready(
            accepted.and_then(|(socket, address)| Ok((Stream::established(socket)?, address))),
        )
    }
}

impl<L: Accept + std::fmt::Debug> std::fmt::Debug for Listener<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Listener").field(self.source.get()).finish()
    }
}
