use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{fill, run};
use crate::io::{AsyncReadExt, AsyncWriteExt};
use crate::net::{UnixDatagram, UnixListener, UnixStream};
use crate::observe::{Direction, Event, Tried};
use crate::testing::{CountingWaker, Facts, panic_of, until};
use crate::{dump, join, yield_now};

/// A path for a socket, removed when it is dropped.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Place(std::env::temp_dir().join(format!("onethread-{}-{number}", std::process::id())))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_listener_accepts_on_a_path() {
    let place = Place::new();
    run(async {
        let listener = UnixListener::bind(&place.0).unwrap();
        let mut near = UnixStream::connect(&place.0).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        near.write_all(b"hello").await.unwrap();
        near.close().await.unwrap();
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"hello");
        far.write_all(b"yes?").await.unwrap();
        near.read_exact(&mut [0; 4]).await.unwrap();
    });
}

#[test]
fn connecting_to_a_path_without_a_listener_is_an_error() {
    let place = Place::new();
    run(async {
        let error = UnixStream::connect(&place.0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        drop(UnixListener::bind(&place.0).unwrap());
        let error = UnixStream::connect(&place.0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let error = UnixListener::bind(&place.0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert_eq!(dump().sources, 0);
    });
}

#[test]
fn the_other_end_of_a_pair_that_is_dropped_is_the_end_and_then_a_broken_pipe() {
    run(async {
        let (mut near, far) = UnixStream::pair().unwrap();
        drop(far);
        assert_eq!(near.read(&mut [0; 1]).await.unwrap(), 0);
        assert_eq!(near.write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_writer_waits_for_a_slow_reader() {
    run(async {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        let sent: Vec<u8> = (0..2_000_000u32).map(|n| (n ^ (n >> 8)) as u8).collect();
        let writing = async {
            near.write_all(&sent).await.unwrap();
            near.close().await.unwrap();
        };
        let mut heard = Vec::new();
        let ((), read) = join(writing, far.read_to_end(&mut heard)).await;
        assert_eq!(read.unwrap(), sent.len());
        assert!(heard == sent);
    });
}

#[test]
fn a_writer_that_waits_is_woken_when_the_other_end_is_dropped() {
    run(async {
        let (near, far) = UnixStream::pair().unwrap();
        let waker = CountingWaker::new();
        fill(&near, &waker);
        drop(far);
        until(|| waker.wakes() == 1).await;
        assert_eq!((&near).write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn datagrams_arrive_whole_from_a_pair_and_on_a_path() {
    let place = Place::new();
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        let bound = UnixDatagram::bind(&place.0).unwrap();
        here.send(b"one").await.unwrap();
        here.send(b"and two").await.unwrap();
        let to_path = UnixDatagram::unbound().unwrap();
        to_path.connect(&place.0).unwrap();
        to_path.send(b"by path").await.unwrap();
        let mut buf = [0; 16];
        assert_eq!(there.recv(&mut buf).await.unwrap(), 3);
        assert_eq!(there.recv(&mut buf).await.unwrap(), 7);
        assert_eq!(bound.recv(&mut buf).await.unwrap(), 7);
        assert_eq!(&buf[..7], b"by path");
        drop(bound);
        let error = to_path.send(b"x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let error = to_path.connect(place.0.with_extension("nobody")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_pair_made_outside_a_runtime_panics_and_names_the_rule() {
    for said in [panic_of(UnixStream::pair), panic_of(UnixDatagram::pair)] {
        assert!(said.contains("outside a runtime"), "{said}");
    }
}

#[test]
fn a_stream_of_the_standard_library_with_data_in_it_is_taken_over() {
    run(async {
        let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        std::io::Write::write_all(&mut theirs, b"early").unwrap();
        let mut said = [0; 5];
        UnixStream::from_std(ours).unwrap().read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"early");
    });
}

#[test]
fn a_sender_of_datagrams_waits_until_a_full_receiver_has_room() {
    let place = Place::new();
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        let bound = UnixDatagram::bind(&place.0).unwrap();
        let connected = UnixDatagram::unbound().unwrap();
        connected.connect(&place.0).unwrap();
        let sending = async {
            for n in 0..200_u8 {
                here.send(&[n]).await.unwrap();
                connected.send(&[n]).await.unwrap();
            }
        };
        let receiving = async {
            let mut buf = [0; 2];
            for n in 0..200_u8 {
                assert_eq!((there.recv(&mut buf).await.unwrap(), buf[0]), (1, n));
                assert_eq!((bound.recv(&mut buf).await.unwrap(), buf[0]), (1, n));
            }
        };
        join(sending, receiving).await;
    });
}

#[test]
fn a_sender_of_datagrams_waits_for_a_receiver_that_others_have_filled_without_spinning() {
    let place = Place::new();
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let bound = UnixDatagram::bind(&place.0).unwrap();
        let other = std::os::unix::net::UnixDatagram::unbound().unwrap();
        other.set_nonblocking(true).unwrap();
        while other.send_to(b"other", &place.0).is_ok() {}
        let here = UnixDatagram::unbound().unwrap();
        here.connect(&place.0).unwrap();
        let sending = here.send(b"last");
        let receiving = async {
            for _ in 0..1000 {
                yield_now().await;
            }
            while bound.recv(&mut [0; 8]).await.unwrap() == 5 {}
        };
        join(sending, receiving).await.0.unwrap();
    });
    let in_vain = |event: &Event| {
        let write = Direction::Write;
        matches!(event, Event::IoTried { tried: Tried::WouldBlock, direction, .. } if *direction == write)
    };
    // At once, and after the news that it can be written, which the system tells of every new socket.
    assert!(facts.count(in_vain) <= 3, "{} times", facts.count(in_vain));
}
