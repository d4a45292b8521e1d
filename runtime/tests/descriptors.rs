//! What happens to descriptors: are all given back, and what if there are none left? These tests need the process for
//! themselves, and so wait for one another.
#![cfg(target_os = "linux")]

use std::cell::Cell;
use std::fs::{self, File};
use std::io;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use runtime::net::{TcpListener, TcpStream, UdpSocket, UnixStream};
use runtime::time::{now, sleep, timeout};
use runtime::{Runtime, dump, spawn, spawn_blocking, yield_now};

fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Takes all the descriptors that this process can have, but `free`.
fn take_all_but(free: usize) -> Vec<File> {
    let mut files = Vec::new();
    let error = loop {
        match File::open("/dev/null") {
            Ok(file) => files.push(file),
            Err(error) => break error,
        }
    };
    assert_eq!(error.raw_os_error(), Some(nix::libc::EMFILE));
    files.truncate(files.len() - free);
    files
}

/// Few descriptors, so that taking them all is quick.
fn with_few_descriptors<T>(work: impl FnOnce() -> T) -> T {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, soft.min(100), hard).unwrap();
    let result = work();
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
    result
}

#[test]
fn dropped_runtimes_leak_no_descriptor_whatever_they_left_behind() {
    let _alone = alone();
    let before = open_descriptors();
    // On seats that nobody had before.
    drop((0..10).map(|_| Runtime::new().unwrap()).collect::<Vec<_>>());
    assert_eq!(open_descriptors(), before);
    // More than there are seats.
    for _ in 0..300 {
        let rt = Runtime::new().unwrap();
        let kept = rt.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            drop(spawn(async move {
                let (far, _) = listener.accept().await.unwrap();
                far.readable().await.unwrap();
            }));
            drop(spawn(async {
                UdpSocket::bind("127.0.0.1:0").await.unwrap().recv(&mut [0]).await
            }));
            drop(spawn(sleep(Duration::MAX)));
            drop(spawn_blocking(|| ()));
            yield_now().await;
            (near, UnixStream::pair().unwrap())
        });
        drop(rt);
        // A socket may outlive its runtime.
        drop(kept);
    }
    assert_eq!(open_descriptors(), before);
}

#[test]
fn a_runtime_without_a_descriptor_is_an_error_and_takes_no_seat() {
    let _alone = alone();
    with_few_descriptors(|| {
        let before = open_descriptors();
        for free in 0..2 {
            let taken = take_all_but(free);
            for _ in 0..300 {
                let error = Runtime::new().unwrap_err();
                assert_eq!(error.raw_os_error(), Some(nix::libc::EMFILE));
            }
            drop(taken);
        }
        assert_eq!(open_descriptors(), before);
        Runtime::new().unwrap().block_on(yield_now());
    });
}

#[test]
fn an_accept_loop_without_descriptors_neither_spins_nor_starves_the_others_and_recovers() {
    let _alone = alone();
    with_few_descriptors(|| {
        // Virtual time, so that the rests can be counted.
        Runtime::builder().paused_clock().build().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let waiting: Vec<_> =
                (0..3).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
            let taken = take_all_but(0);
            let failures = Rc::new(Cell::new(0));
            let counting = failures.clone();
            let accepting = spawn(async move {
                let mut accepted = Vec::new();
                // As servers are written: an error is logged, and the loop goes on.
                while accepted.len() < 3 {
                    match listener.accept().await {
                        Ok((stream, _)) => accepted.push(stream),
                        Err(error) => {
                            assert_eq!(error.raw_os_error(), Some(nix::libc::EMFILE));
                            counting.set(counting.get() + 1);
                        }
                    }
                }
                accepted
            });
            let start = now();
            // In the middle of a rest.
            sleep(Duration::from_millis(1025)).await;
            assert_eq!(now() - start, Duration::from_millis(1025));
            assert_eq!(failures.get(), 21, "one at once, and one after each rest of 50 ms");
            let waits = dump().tasks[1].clone();
            let line = waits.wait.map(|wait| (wait.what, wait.at.file()));
            assert_eq!((line, waits.more), (Some(("accept", file!())), 0));
            drop(taken);
            let accepted = timeout(Duration::from_secs(1), accepting).await.unwrap().unwrap();
            assert_eq!(accepted.len(), waiting.len());
            assert_eq!((dump().timers, dump().sources), (0, 3));
        });
    });
}

#[test]
fn a_connect_and_a_bind_without_a_descriptor_are_errors() {
    let _alone = alone();
    with_few_descriptors(|| {
        Runtime::new().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let _taken = take_all_but(0);
            let is_out = |error: io::Error| error.raw_os_error() == Some(nix::libc::EMFILE);
            assert!(is_out(TcpStream::connect(address).await.unwrap_err()));
            assert!(is_out(TcpListener::bind("127.0.0.1:0").await.unwrap_err()));
            assert!(is_out(UdpSocket::bind("127.0.0.1:0").await.unwrap_err()));
            assert!(is_out(UnixStream::pair().unwrap_err()));
            assert_eq!(dump().sources, 1);
        });
    });
}
