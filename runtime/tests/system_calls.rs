//! Which system calls does the runtime make, and how many? These tests see each of them, in a child process.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod traced;

use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use nix::sys::ptrace;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;
use runtime::observe::{Event, Fact, Observer};
use runtime::sync::oneshot;
use runtime::{JoinHandle, Runtime, join, spawn, spawn_blocking, time, yield_now};

use traced::Traced;

const WRITE: u64 = 1;
const SENDTO: u64 = 44;
const RECVFROM: u64 = 45;
const EPOLL_WAIT: u64 = 232;
const EPOLL_CTL: u64 = 233;

/// The allocator's, which asks for memory now and then (mmap, munmap, brk, mremap, madvise), and the clock's, which is a
/// call on some machines (clock_gettime): nobody waits for them.
const OTHERS: [u64; 6] = [9, 11, 12, 25, 28, 228];

/// The system calls that `work` makes in a runtime in a child process, with what was `prepared` there. `None` in the child.
fn calls_of<T, R>(
    test: &str,
    prepared: impl AsyncFnOnce() -> T,
    work: impl AsyncFnOnce(T) -> R,
) -> Option<Vec<u64>> {
    if !traced::is_child() {
        return Some(calls(&traced::follow(test)));
    }
    Runtime::new().unwrap().block_on(async {
        let prepared = prepared().await;
        traced::begin();
        let _result = work(prepared).await;
        traced::end();
    });
    None
}

fn calls(traced: &Traced) -> Vec<u64> {
    let mut calls = Vec::new();
    loop {
        // It stops twice: where a call begins, and where it ends.
        traced.go(ptrace::syscall);
        match ptrace::getregs(traced.thread).unwrap().orig_rax {
            traced::END => return calls,
            call if OTHERS.contains(&call) => {}
            call => calls.push(call),
        }
        traced.go(ptrace::syscall);
    }
}

/// A connection to a thread that sends back what it gets.
fn echo() -> std::net::TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    thread::spawn(move || {
        let (mut far, _) = listener.accept().unwrap();
        let mut buf = [0; 64];
        while let Ok(n @ 1..) = far.read(&mut buf) {
            far.write_all(&buf[..n]).unwrap();
        }
    });
    near
}

async fn round_trip(stream: &mut TcpStream) {
    stream.write_all(b"ping").await.unwrap();
    let mut buf = [0; 64];
    assert_eq!(stream.read(&mut buf).await.unwrap(), 4);
}

#[test]
fn a_round_trip_takes_three_system_calls() {
    let test = "a_round_trip_takes_three_system_calls";
    let prepared = async || {
        let mut stream = TcpStream::from_std(echo()).unwrap();
        round_trip(&mut stream).await;
        stream
    };
    let ten_times = async |mut stream| {
        for _ in 0..10 {
            round_trip(&mut stream).await;
        }
        stream
    };
    if let Some(calls) = calls_of(test, prepared, ten_times) {
        assert_eq!(calls, [SENDTO, EPOLL_WAIT, RECVFROM].repeat(10));
    }
}

#[test]
fn a_round_trip_of_messages_of_a_known_length_takes_three_system_calls() {
    let test = "a_round_trip_of_messages_of_a_known_length_takes_three_system_calls";
    let round_trip = async |stream: &mut TcpStream| {
        stream.write_all(b"ping").await.unwrap();
        stream.read_exact(&mut [0; 4]).await.unwrap();
    };
    let prepared = async || {
        let mut stream = TcpStream::from_std(echo()).unwrap();
        round_trip(&mut stream).await;
        stream
    };
    let ten_times = async |mut stream| {
        for _ in 0..10 {
            round_trip(&mut stream).await;
        }
        stream
    };
    if let Some(calls) = calls_of(test, prepared, ten_times) {
        assert_eq!(calls, [SENDTO, EPOLL_WAIT, RECVFROM].repeat(10));
    }
}

#[test]
fn a_socket_is_registered_once_for_its_life() {
    let test = "a_socket_is_registered_once_for_its_life";
    let life = async |near| {
        let mut stream = TcpStream::from_std(near).unwrap();
        for _ in 0..10 {
            round_trip(&mut stream).await;
        }
    };
    if let Some(calls) = calls_of(test, async || echo(), life) {
        let registrations = calls.iter().filter(|call| **call == EPOLL_CTL).count();
        assert_eq!(registrations, 2, "added and removed: {calls:?}");
    }
}

#[test]
fn waiting_for_one_timer_takes_at_most_three_turns() {
    let test = "waiting_for_one_timer_takes_at_most_three_turns";
    let wait = async |()| time::sleep(Duration::from_millis(50)).await;
    if let Some(calls) = calls_of(test, async || (), wait) {
        assert!(calls.len() <= 3 && calls.iter().all(|call| *call == EPOLL_WAIT), "{calls:?}");
    }
}

#[test]
fn an_idle_runtime_makes_one_system_call_and_sleeps_in_it() {
    let test = "an_idle_runtime_makes_one_system_call_and_sleeps_in_it";
    let prepared = async || {
        let go = Arc::new(AtomicBool::new(false));
        let told = go.clone();
        let helper = spawn_blocking(move || {
            while !told.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(100));
        });
        // A socket and a channel that nothing happens to.
        let mut stream = TcpStream::from_std(echo()).unwrap();
        let (sender, receiver) = oneshot::channel::<()>();
        let idle = spawn(async move {
            let _sender = sender;
            join(stream.read(&mut [0]), receiver).await.0.map(drop)
        });
        // The system tells that the socket can be written.
        time::sleep(Duration::from_millis(1)).await;
        (go, helper, [idle])
    };
    let wait = async |(go, helper, idle): (Arc<AtomicBool>, JoinHandle<()>, _)| {
        go.store(true, Ordering::Relaxed);
        helper.await.unwrap();
        idle
    };
    if let Some(calls) = calls_of(test, prepared, wait) {
        // None at all, if this thread was away for so long that the helper was done before the loop could go to sleep.
        assert!(calls.len() <= 1 && calls.iter().all(|call| *call == EPOLL_WAIT), "{calls:?}");
    }
}

#[test]
fn yielding_looks_at_the_reactor_at_most_once_in_64_polls() {
    let test = "yielding_looks_at_the_reactor_at_most_once_in_64_polls";
    let yield_often = async |()| {
        for _ in 0..640 {
            yield_now().await;
        }
    };
    if let Some(calls) = calls_of(test, async || (), yield_often) {
        assert!(calls.len() <= 11, "{calls:?}");
        assert!(calls.iter().all(|call| *call == EPOLL_WAIT), "{calls:?}");
    }
}

/// Tells another thread that the loop sleeps, or is about to.
struct TellsOfParking(Arc<AtomicBool>);

impl Observer for TellsOfParking {
    fn observe(&self, fact: &Fact) {
        if let Event::Parked { .. } = fact.event {
            self.0.store(true, Ordering::SeqCst);
        }
    }
}

#[test]
fn waking_a_busy_loop_from_another_thread_makes_no_system_call() {
    if traced::is_child() {
        let (give, take) = channel();
        let told = Arc::new(AtomicBool::new(false));
        let awaited = told.clone();
        let busy = thread::spawn(move || {
            Runtime::new().unwrap().block_on(async {
                // It has slept, and is awake again.
                time::sleep(Duration::from_millis(1)).await;
                poll_fn(|cx| {
                    give.send(cx.waker().clone()).unwrap();
                    while !awaited.load(Ordering::SeqCst) {
                        thread::yield_now();
                    }
                    Poll::Ready(())
                })
                .await;
            });
        });
        let waker: Waker = take.recv().unwrap();
        traced::begin();
        (0..1000).for_each(|_| waker.wake_by_ref());
        traced::end();
        told.store(true, Ordering::SeqCst);
        return busy.join().unwrap();
    }
    let test = "waking_a_busy_loop_from_another_thread_makes_no_system_call";
    assert_eq!(calls(&traced::follow(test)), []);
}

#[test]
fn waking_a_sleeping_loop_from_another_thread_makes_one_system_call() {
    if traced::is_child() {
        let (give, take) = channel();
        let (end, ended) = channel();
        let parked = Arc::new(AtomicBool::new(false));
        let tells = parked.clone();
        let sleeping = thread::spawn(move || {
            let rt = Runtime::builder().observer(Rc::new(TellsOfParking(tells))).build().unwrap();
            let mut polls = 0;
            rt.block_on(poll_fn(|cx| {
                polls += 1;
                give.send(cx.waker().clone()).unwrap();
                if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
            }));
            // Not before: a runtime that is dropped while its bell rings waits for that, and would have to be told.
            ended.recv().unwrap();
        });
        let waker: Waker = take.recv().unwrap();
        while !parked.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        traced::begin();
        waker.wake();
        traced::end();
        end.send(()).unwrap();
        return sleeping.join().unwrap();
    }
    let test = "waking_a_sleeping_loop_from_another_thread_makes_one_system_call";
    assert_eq!(calls(&traced::follow(test)), [WRITE]);
}
