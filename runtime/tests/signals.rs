//! What does a signal do to a loop that sleeps? The system call ends early (EINTR), and the loop sleeps on, for what is left.
#![cfg(target_os = "linux")]

use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::pthread::{Pthread, pthread_kill, pthread_self};
use nix::sys::signal::Signal;
use runtime::Runtime;
use runtime::io::AsyncReadExt;
use runtime::net::TcpStream;
use runtime::observe::{Event, Fact, Observer};
use runtime::time::sleep;

/// Counts how often the loop went to sleep.
#[derive(Default)]
struct Sleeps(Cell<u32>);

impl Observer for Sleeps {
    fn observe(&self, fact: &Fact) {
        self.0.set(self.0.get() + u32::from(matches!(fact.event, Event::Parked { .. })));
    }
}

fn observed() -> (Runtime, Rc<Sleeps>) {
    let sleeps = Rc::new(Sleeps::default());
    (Runtime::builder().observer(sleeps.clone()).build().unwrap(), sleeps)
}

/// Sends a signal, for which there is a handler, to a thread every few milliseconds.
struct Signals {
    stop: Arc<AtomicBool>,
    sender: Option<thread::JoinHandle<()>>,
}

impl Signals {
    fn to(thread: Pthread) -> Signals {
        signal_hook::flag::register(Signal::SIGUSR1 as i32, Arc::default()).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let sender = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                pthread_kill(thread, Signal::SIGUSR1).unwrap();
                thread::sleep(Duration::from_millis(4));
            }
        });
        Signals { stop, sender: Some(sender) }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.sender.take().unwrap().join().unwrap();
    }
}

#[test]
fn a_sleep_that_signals_interrupt_ends_neither_early_nor_never() {
    let (rt, sleeps) = observed();
    let _signals = Signals::to(pthread_self());
    let mut rounds = 0;
    // Left alone, it takes at most three.
    while sleeps.0.get() <= 3 * rounds {
        rounds += 1;
        let start = Instant::now();
        // If each signal made it begin again, it would never end.
        rt.block_on(sleep(Duration::from_millis(100)));
        assert!(start.elapsed() >= Duration::from_millis(100));
    }
}

#[test]
fn a_read_that_signals_interrupt_goes_on_waiting() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let near = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut far, _) = listener.accept().unwrap();
    let (rt, sleeps) = observed();
    let _signals = Signals::to(pthread_self());
    rt.block_on(async {
        let mut near = TcpStream::from_std(near).unwrap();
        let read = runtime::spawn(async move { near.read(&mut [0; 8]).await.unwrap() });
        while sleeps.0.get() < 4 {
            sleep(Duration::from_millis(10)).await;
            assert!(!read.is_finished());
        }
        far.write_all(b"at last").unwrap();
        assert_eq!(read.await.unwrap(), 7);
    });
}
