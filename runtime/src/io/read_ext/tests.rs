//! Reading: exactly as much as was asked for, and an error that says how much it was instead.

use std::io::{ErrorKind, IoSliceMut};

use super::*;
use crate::io::{AsyncWriteExt, Duplex, duplex};
use crate::testing::CountingWaker;

fn put(end: &mut Duplex, bytes: &[u8]) {
    assert!(matches!(CountingWaker::new().poll(&mut end.write_all(bytes)), Poll::Ready(Ok(()))));
}

#[test]
fn read_gives_what_there_is() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(10);
    put(&mut near, b"abc");
    let mut buf = [0; 5];
    assert!(matches!(waker.poll(&mut far.read(&mut buf)), Poll::Ready(Ok(3))));
    assert_eq!(&buf, b"abc\0\0");
}

#[test]
fn a_dropped_read_takes_nothing_with_it() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(10);
    assert!(waker.poll(&mut far.read(&mut [0; 5])).is_pending());
    put(&mut near, b"abc");
    let mut buf = [0; 3];
    assert!(matches!(waker.poll(&mut far.read_exact(&mut buf)), Poll::Ready(Ok(()))));
}

#[test]
fn read_exact_goes_on_over_many_wakes() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(10);
    let mut buf = [0; 3];
    let mut read = far.read_exact(&mut buf);
    for byte in [b"a", b"b"] {
        put(&mut near, byte);
        assert!(waker.poll(&mut read).is_pending());
    }
    put(&mut near, b"cd");
    assert!(matches!(waker.poll(&mut read), Poll::Ready(Ok(()))));
    assert_eq!(&buf, b"abc");
}

#[test]
fn an_end_in_the_middle_says_how_many_bytes_of_how_many_came() {
    let waker = CountingWaker::new();
    let mut stream: &[u8] = b"abc";
    let mut buf = [0; 10];
    let Poll::Ready(Err(error)) = waker.poll(&mut stream.read_exact(&mut buf)) else {
        panic!("there are not so many")
    };
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "the stream ended after 3 of 10 bytes");
}

#[test]
fn reading_exactly_nothing_is_ready_also_at_the_end() {
    let waker = CountingWaker::new();
    let mut stream: &[u8] = b"";
    assert!(matches!(waker.poll(&mut stream.read_exact(&mut [])), Poll::Ready(Ok(()))));
}

#[test]
fn read_to_end_appends_and_keeps_what_it_has_when_it_is_dropped() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(100);
    let mut buf = b"before ".to_vec();
    put(&mut near, b"first ");
    assert!(waker.poll(&mut far.read_to_end(&mut buf)).is_pending());
    assert_eq!(buf, b"before first ");
    put(&mut near, b"second");
    drop(near);
    assert!(matches!(waker.poll(&mut far.read_to_end(&mut buf)), Poll::Ready(Ok(6))));
    assert_eq!(buf, b"before first second");
}

#[test]
fn read_to_end_takes_more_than_fits_into_one_chunk() {
    let waker = CountingWaker::new();
    let bytes = vec![7; 3 * CHUNK + 1];
    let mut buf = Vec::new();
    let polled = waker.poll(&mut (&bytes[..]).read_to_end(&mut buf));
    assert!(matches!(polled, Poll::Ready(Ok(n)) if n == bytes.len()));
    assert_eq!(buf, bytes);
}

#[test]
fn a_character_cut_by_a_read_is_still_text() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(100);
    let mut text = "<".to_string();
    let mut read = far.read_to_string(&mut text);
    let (first, second) = "线程".as_bytes().split_at(2);
    put(&mut near, first);
    assert!(waker.poll(&mut read).is_pending());
    put(&mut near, second);
    drop(near);
    assert!(matches!(waker.poll(&mut read), Poll::Ready(Ok(6))));
    assert_eq!(text, "<线程");
}

#[test]
fn what_is_no_text_is_an_error_and_leaves_the_string_alone() {
    let waker = CountingWaker::new();
    let mut text = "<".to_string();
    let mut stream: &[u8] = b"ab\xff";
    let Poll::Ready(Err(error)) = waker.poll(&mut stream.read_to_string(&mut text)) else {
        panic!("it is not UTF-8")
    };
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().starts_with("the stream is not UTF-8 from byte 2 on"));
    assert_eq!(text, "<");
}

#[test]
fn a_stream_behind_a_reference_or_a_box_reads_the_same() {
    let waker = CountingWaker::new();
    let mut stream: &[u8] = b"abcd";
    let mut boxed: Box<dyn AsyncRead + Unpin + '_> = Box::new(&mut stream);
    let mut buf = [0; 2];
    assert!(matches!(waker.poll(&mut boxed.read_exact(&mut buf)), Poll::Ready(Ok(()))));
    drop(boxed);
    assert_eq!((&buf, stream), (b"ab", &b"cd"[..]));
}

#[test]
fn a_stream_that_knows_no_better_reads_into_the_first_buffer_with_room() {
    let (mut near, mut far) = duplex(10);
    put(&mut near, b"abcd");
    let (mut none, mut two, mut more) = ([], [0; 2], [0; 2]);
    let mut bufs =
        [IoSliceMut::new(&mut none), IoSliceMut::new(&mut two), IoSliceMut::new(&mut more)];
    let polled =
        Pin::new(&mut far).poll_read_vectored(&mut CountingWaker::new().context(), &mut bufs);
    assert!(matches!(polled, Poll::Ready(Ok(2))));
    assert_eq!(&two, b"ab");
}
