use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::task::Poll;

use super::{run, std_pair};
use crate::Runtime;
use crate::io::AsyncReadExt;
use crate::observe::{Direction, Event};
use crate::testing::{Facts, until};

fn reported(event: &Event) -> bool {
    matches!(event, Event::SourceReady { direction: Direction::Read, .. })
}

#[test]
fn what_is_there_is_read_before_the_reactor_knows_of_it() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let (near, mut far) = std_pair();
        assert_eq!(near.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        far.write_all(b"x").unwrap();
        assert!(!near.is_readable());
        assert_eq!(near.try_read(&mut [0; 2]).unwrap(), 1);
        drop(far);
        assert_eq!(near.try_read(&mut [0; 2]).unwrap(), 0);
        assert_eq!(facts.count(reported), 0);
    });
}

#[test]
fn the_reactor_s_news_stays_until_it_is_read() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let (near, mut far) = std_pair();
        far.write_all(b"x").unwrap();
        until(|| facts.count(reported) == 1).await;
        assert!(near.is_readable());
        assert_eq!(near.try_read(&mut [0; 2]).unwrap(), 1);
        assert!(!near.is_readable());
        drop(far);
        until(|| facts.count(reported) == 2).await;
        assert_eq!(near.try_read(&mut [0; 2]).unwrap(), 0);
        assert!(near.is_readable(), "the end stays");
    });
}

#[test]
fn trying_does_not_depend_on_what_is_left_of_the_task_s_allowance() {
    run(async {
        let (mut near, mut far) = std_pair();
        far.write_all(&[b'x'; 1000]).unwrap();
        near.readable().await.unwrap();
        poll_fn(|cx| {
            // One byte at a time, until the socket says that it is somebody else's turn.
            while std::pin::pin!(near.read(&mut [0])).poll(cx).is_ready() {}
            assert_eq!(near.try_read(&mut [0]).unwrap(), 1);
            assert_eq!(near.try_write(b"y").unwrap(), 1);
            Poll::Ready(())
        })
        .await;
        far.read_exact(&mut [0]).unwrap();
    });
}

#[test]
fn trying_to_write_where_there_is_no_room_waits_for_nothing_even_outside_the_runtime() {
    let rt = Runtime::new().unwrap();
    let (near, _far) = rt.block_on(async { std_pair() });
    let full = loop {
        if let Err(error) = near.try_write(&[0; 65536]) {
            break error;
        }
    };
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    assert!(!near.is_at_home());
    rt.block_on(async { assert!(near.is_at_home()) });
}

#[test]
fn a_socket_whose_runtime_is_gone_cannot_be_tried() {
    let (near, _far) = run(async { std_pair() });
    assert_eq!(near.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::Other);
    assert!(near.is_readable(), "so that whoever asks tries, and learns it");
}
