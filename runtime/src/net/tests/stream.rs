use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::task::Poll;

use socket2::{Domain, Socket, Type};

use super::{fill, pair, reset, run, std_pair};
use crate::io::{AsyncReadExt, AsyncWriteExt};
use crate::observe::{Direction, Event};
use crate::source::{Done, Source};
use crate::testing::{CountingWaker, Facts, until};
use crate::{Runtime, dump, spawn};

#[test]
fn a_socket_of_the_standard_library_can_be_taken_over() {
    run(async {
        let (mut near, mut far) = std_pair();
        far.write_all(b"ping").unwrap();
        let mut said = [0; 4];
        near.read_exact(&mut said).await.unwrap();
        near.write_all(b"pong").await.unwrap();
        far.read_exact(&mut said).unwrap();
        assert_eq!(&said, b"pong");
    });
}

#[test]
fn data_and_the_end_that_come_together_are_read_one_after_the_other() {
    run(async {
        let (mut near, mut far) = std_pair();
        far.write_all(b"response").unwrap();
        drop(far);
        let mut buf = [0; 64];
        assert_eq!(near.read(&mut buf).await.unwrap(), 8);
        assert_eq!(near.read(&mut buf).await.unwrap(), 0);
        assert_eq!(near.read(&mut buf).await.unwrap(), 0);
    });
}

#[test]
fn the_end_that_comes_while_the_data_is_unread_is_not_missed() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let (mut near, mut far) = std_pair();
        let ready =
            |event: &Event| matches!(event, Event::SourceReady { direction: Direction::Read, .. });
        far.write_all(b"response").unwrap();
        until(|| facts.count(ready) == 1).await;
        far.shutdown(Shutdown::Write).unwrap();
        until(|| facts.count(ready) == 2).await;
        let mut buf = [0; 64];
        assert_eq!(near.read(&mut buf).await.unwrap(), 8);
        assert_eq!(near.read(&mut buf).await.unwrap(), 0);
    });
}

#[test]
fn after_a_short_read_comes_more() {
    run(async {
        let (mut near, mut far) = std_pair();
        let mut buf = [0; 64];
        for said in ["a", "bc", "def"] {
            far.write_all(said.as_bytes()).unwrap();
            let n = near.read(&mut buf).await.unwrap();
            assert_eq!(&buf[..n], said.as_bytes());
        }
    });
}

#[test]
fn what_does_not_fit_into_the_buffer_stays_for_the_next_read() {
    run(async {
        let (mut near, mut far) = std_pair();
        far.write_all(b"abcdef").unwrap();
        let mut said = Vec::new();
        let mut buf = [0; 4];
        while said.len() < 6 {
            let n = near.read(&mut buf).await.unwrap();
            said.extend_from_slice(&buf[..n]);
        }
        assert_eq!(said, b"abcdef");
    });
}

#[test]
fn either_side_may_end_first_and_still_hear_the_other() {
    run(async {
        let (mut near, mut far) = pair().await;
        near.shutdown(Shutdown::Write).unwrap();
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        assert!(heard.is_empty());
        far.write_all(b"still here").await.unwrap();
        let mut buf = [0; 10];
        near.read_exact(&mut buf).await.unwrap();
        far.close().await.unwrap();
        assert_eq!((near.read(&mut buf).await.unwrap(), &buf), (0, b"still here"));
    });
}

#[test]
fn writing_after_the_own_end_is_an_error() {
    run(async {
        let (mut near, _far) = pair().await;
        near.close().await.unwrap();
        near.close().await.unwrap();
        assert_eq!(near.write_all(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_reset_is_an_error_for_the_reader_and_then_for_the_writer() {
    run(async {
        let (mut near, far) = std_pair();
        reset(far);
        let mut buf = [0; 1];
        let error = near.read(&mut buf).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(near.read(&mut buf).await.unwrap(), 0);
        // A broken pipe: an error and no signal, or this process would end here.
        assert_eq!(near.write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
        near.close().await.unwrap();
    });
}

#[test]
fn a_hang_up_wakes_the_reader_and_the_writer() {
    run(async {
        let (near, far) = std_pair();
        let waker = CountingWaker::new();
        fill(&near, &waker);
        let (mut reader, mut writer) = near.into_split();
        let reader = spawn(async move { reader.read(&mut [0; 1]).await });
        let writer = spawn(async move { writer.write_all(b"one more").await });
        // Both wait: for what is not sent, and for room that is not made.
        let waiting = || dump().tasks.iter().filter(|row| row.wait.is_some()).count();
        until(|| waiting() == 2).await;
        reset(far);
        assert!(reader.await.unwrap().is_err());
        assert!(writer.await.unwrap().is_err());
    });
}

#[test]
fn the_latest_reader_and_the_latest_writer_are_woken() {
    run(async {
        let (near, mut far) = std_pair();
        let wakers: Vec<CountingWaker> = (0..4).map(|_| CountingWaker::new()).collect();
        for waker in &wakers[..2] {
            assert!(waker.poll(&mut (&near).read(&mut [0])).is_pending());
        }
        let mut taken = 0;
        for waker in &wakers[2..] {
            taken += fill(&near, waker);
        }
        assert_eq!((wakers[0].clones(), wakers[1].clones()), (0, 1));
        assert_eq!((wakers[2].clones(), wakers[3].clones()), (0, 1));
        far.write_all(b"x").unwrap();
        until(|| wakers[1].wakes() == 1).await;
        far.read_exact(&mut vec![0; taken]).unwrap();
        until(|| wakers[3].wakes() == 1).await;
        let wakes: Vec<usize> = wakers.iter().map(CountingWaker::wakes).collect();
        assert_eq!(wakes, [0, 1, 0, 1]);
    });
}

#[test]
fn a_dropped_read_and_its_socket_leave_nothing_behind() {
    run(async {
        let waker = CountingWaker::new();
        let (mut near, _far) = std_pair();
        assert!(waker.poll(&mut near.read(&mut [0])).is_pending());
        assert_eq!((dump().sources, waker.clones()), (1, 1));
        drop(near);
        assert_eq!((dump().sources, waker.clones()), (0, 0));
    });
}

#[test]
fn readable_says_so_without_reading() {
    run(async {
        let (mut near, mut far) = std_pair();
        far.write_all(b"x").unwrap();
        near.readable().await.unwrap();
        let mut buf = [0; 2];
        assert_eq!(near.read(&mut buf).await.unwrap(), 1);
        let waker = CountingWaker::new();
        let mut readable = std::pin::pin!(near.readable());
        assert!(waker.poll(&mut readable).is_pending());
        drop(far);
        until(|| waker.wakes() == 1).await;
        assert!(waker.poll(&mut readable).is_ready());
    });
}

#[test]
fn a_socket_outlives_block_on_and_works_in_the_next() {
    let rt = Runtime::new().unwrap();
    let (mut near, mut far) = rt.block_on(async { std_pair() });
    far.write_all(b"x").unwrap();
    assert_eq!(rt.block_on(near.read(&mut [0; 2])).unwrap(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_hang_up_that_is_neither_readable_nor_an_error_wakes_both_directions() {
    run(async {
        let wakers = [CountingWaker::new(), CountingWaker::new()];
        // What was never connected hangs up at once, and there is nothing to read.
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        let io = mio::net::TcpStream::from_std(socket.into());
        let source = Source::new(io, "tcp stream", &[]).unwrap();
        let poll = |side: usize| {
            let direction = [Direction::Read, Direction::Write][side];
            source.poll(&mut wakers[side].context(), direction, |io| io.peer_addr().map(Done::one))
        };
        assert!(poll(0).is_pending() && poll(1).is_pending());
        until(|| wakers.iter().all(|waker| waker.wakes() == 1)).await;
        for side in 0..2 {
            assert!(
                matches!(poll(side), Poll::Ready(Err(error)) if error.kind() == ErrorKind::NotConnected)
            );
        }
    });
}
