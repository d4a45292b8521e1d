//! What if there are many sockets? As many wakes as there are events, and no event is lost.
#![cfg(target_os = "linux")]

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Once;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use runtime::net::UdpSocket;
use runtime::observe::{Direction, Event, Fact, Observer};
use runtime::{JoinHandle, Runtime, spawn, yield_now};

/// Counts polls, wakes, and reports of sockets that can be read.
#[derive(Default)]
struct Counts {
    polls: Cell<usize>,
    wakes: Cell<usize>,
    readable: Cell<usize>,
    /// The most that one system call reported.
    most: Cell<usize>,
}

impl Observer for Counts {
    fn observe(&self, fact: &Fact) {
        let add = |count: &Cell<usize>| count.set(count.get() + 1);
        match fact.event {
            Event::PollStarted { .. } => add(&self.polls),
            Event::Woken { .. } => add(&self.wakes),
            Event::SourceReady { direction: Direction::Read, .. } => add(&self.readable),
            Event::Unparked { events } => self.most.set(self.most.get().max(events)),
            _ => {}
        }
    }
}

impl Counts {
    fn clear(&self) {
        for count in [&self.polls, &self.wakes, &self.readable, &self.most] {
            count.set(0);
        }
    }
}

/// Runs `work` with so many sockets, each of which a task reads one message from.
fn with_readers(
    number: usize,
    work: impl AsyncFnOnce(&Counts, &[std::net::SocketAddr], Vec<JoinHandle<()>>),
) {
    static MORE_DESCRIPTORS: Once = Once::new();
    MORE_DESCRIPTORS.call_once(|| {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, hard.min(4096), hard).unwrap();
    });
    let counts = Rc::new(Counts::default());
    let rt = Runtime::builder().observer(counts.clone()).build().unwrap();
    rt.block_on(async {
        let mut addresses = Vec::new();
        let mut readers = Vec::new();
        for _ in 0..number {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            addresses.push(socket.local_addr().unwrap());
            readers.push(spawn(async move {
                assert_eq!(socket.recv(&mut [0; 8]).await.unwrap(), 4);
            }));
        }
        // Every reader waits, and the news that their sockets can be written is taken.
        for _ in 0..number {
            yield_now().await;
        }
        work(&counts, &addresses, readers).await;
    });
}

#[test]
fn a_source_that_fires_among_a_thousand_idle_ones_is_one_wake() {
    with_readers(1000, async |counts, addresses, mut readers| {
        let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        counts.clear();
        sender.send_to(b"news", addresses[500]).unwrap();
        readers.swap_remove(500).await.unwrap();
        assert_eq!(counts.readable.get(), 1);
        assert_eq!(counts.wakes.get(), 2, "the reader's, and that of who joins it");
        assert_eq!(counts.polls.get(), 2, "the reader, and who joins it");
    });
}

#[test]
fn more_events_than_one_system_call_brings_are_brought_by_the_next() {
    with_readers(700, async |counts, addresses, readers| {
        let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        counts.clear();
        for address in addresses {
            sender.send_to(b"news", address).unwrap();
        }
        for reader in readers {
            reader.await.unwrap();
        }
        assert_eq!(counts.readable.get(), 700);
        assert!(counts.most.get() >= 256, "{} at once", counts.most.get());
    });
}
