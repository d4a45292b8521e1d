use std::io::IoSlice;

use super::{fill, pair, run, std_pair};
use crate::io::{AsyncReadExt, AsyncWriteExt};
use crate::observe::{Direction, Event, Tried};
use crate::testing::{CountingWaker, Facts, until};
use crate::{join, spawn};

/// More than the system takes at once, and different at each place.
fn much() -> Vec<u8> {
    (0..4_000_000u32).map(|n| (n ^ (n >> 8) ^ (n >> 16)) as u8).collect()
}

#[test]
fn a_writer_waits_for_the_reader_and_all_bytes_arrive_in_order() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let (mut near, mut far) = pair().await;
        let sent = much();
        let writing = async {
            near.write_all(&sent).await.unwrap();
            near.close().await.unwrap();
        };
        let mut heard = Vec::new();
        let ((), read) = join(writing, far.read_to_end(&mut heard)).await;
        assert_eq!(read.unwrap(), sent.len());
        assert!(heard == sent);
    });
    let armed =
        |event: &Event| matches!(event, Event::SourceArmed { direction: Direction::Write, .. });
    assert!(facts.count(armed) > 1, "the writer never waited");
}

#[test]
fn vectored_writes_wait_too_and_go_on_where_the_last_one_ended() {
    run(async {
        let (mut near, mut far) = pair().await;
        let sent = much();
        let all = sent.clone();
        let writer = spawn(async move {
            let mut at = 0;
            while at < all.len() {
                let (head, tail) = all[at..].split_at((all.len() - at) / 3);
                let bufs = [IoSlice::new(head), IoSlice::new(&[]), IoSlice::new(tail)];
                at += near.write_vectored(&bufs).await.unwrap();
            }
        });
        let mut heard = vec![0; sent.len()];
        far.read_exact(&mut heard).await.unwrap();
        writer.await.unwrap();
        assert!(heard == sent);
    });
}

#[test]
fn more_buffers_than_one_system_call_takes_are_all_written() {
    run(async {
        let (mut near, mut far) = pair().await;
        let writer = spawn(async move {
            let mut left = 5_000;
            while left > 0 {
                // Far less than fits into the socket, but more buffers than writev(2) looks at.
                let bufs = vec![IoSlice::new(b"x"); left];
                left -= near.write_vectored(&bufs).await.unwrap();
            }
        });
        far.read_exact(&mut [0; 5_000]).await.unwrap();
        writer.await.unwrap();
    });
}

#[test]
fn a_full_socket_makes_the_writer_wait_until_there_is_room() {
    run(async {
        let (near, mut far) = std_pair();
        let waker = CountingWaker::new();
        let taken = fill(&near, &waker);
        assert!(taken > 0);
        assert_eq!((waker.wakes(), waker.clones()), (0, 1));
        std::io::Read::read_exact(&mut far, &mut vec![0; taken]).unwrap();
        until(|| waker.wakes() == 1).await;
        (&near).write_all(b"there is room").await.unwrap();
    });
}

#[test]
fn a_write_that_is_taken_in_part_is_not_followed_by_one_that_would_block() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let (near, _far) = std_pair();
        fill(&near, &CountingWaker::new());
    });
    let in_vain = |event: &Event| matches!(event, Event::IoTried { tried: Tried::WouldBlock, .. });
    // At most the one that hit a full socket by chance: the system took all of the write before.
    assert!(facts.count(in_vain) <= 1);
}
