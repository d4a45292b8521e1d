//! Writing: everything, or an error that says how much.

use std::io::ErrorKind;

use super::*;
use crate::io::{AsyncReadExt, duplex};
use crate::testing::CountingWaker;

#[test]
fn write_all_goes_on_over_many_wakes() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(2);
    let mut write = near.write_all(b"hello");
    let mut heard = Vec::new();
    while waker.poll(&mut write).is_pending() {
        let mut buf = [0; 2];
        assert!(matches!(waker.poll(&mut far.read_exact(&mut buf)), Poll::Ready(Ok(()))));
        heard.extend(buf);
    }
    assert_eq!(heard, b"hell");
    assert_eq!(waker.wakes(), 2);
}

#[test]
fn a_stream_that_takes_no_more_is_an_error_with_the_numbers() {
    /// Takes two bytes, and then none.
    struct Full(usize);
    impl AsyncWrite for Full {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            let n = buf.len().min(self.0);
            self.0 -= n;
            Poll::Ready(Ok(n))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }
    let waker = CountingWaker::new();
    let Poll::Ready(Err(error)) = waker.poll(&mut Full(2).write_all(b"hello")) else {
        panic!("it does not fit")
    };
    assert_eq!(error.kind(), ErrorKind::WriteZero);
    assert_eq!(error.to_string(), "the stream took 2 of 5 bytes and no more");
}

#[test]
fn several_buffers_are_written_as_if_they_were_one() {
    let waker = CountingWaker::new();
    let parts = [IoSlice::new(b""), IoSlice::new(b"head "), IoSlice::new(b"body")];
    let mut all = Vec::new();
    assert!(matches!(waker.poll(&mut all.write_vectored(&parts)), Poll::Ready(Ok(9))));
    assert_eq!(all, b"head body");
    let (mut near, _far) = duplex(100);
    let polled = waker.poll(&mut near.write_vectored(&parts));
    assert!(matches!(polled, Poll::Ready(Ok(5))), "unless it knows better, the first not empty");
}

#[test]
fn a_stream_behind_a_reference_or_a_box_writes_the_same() {
    let waker = CountingWaker::new();
    let mut all = Vec::new();
    let mut boxed: Box<dyn AsyncWrite + Unpin + '_> = Box::new(&mut all);
    assert!(matches!(waker.poll(&mut boxed.write_all(b"abc")), Poll::Ready(Ok(()))));
    assert!(matches!(waker.poll(&mut boxed.flush()), Poll::Ready(Ok(()))));
    assert!(matches!(waker.poll(&mut boxed.close()), Poll::Ready(Ok(()))));
    drop(boxed);
    assert_eq!(all, b"abc");
}

#[test]
fn closing_ends_what_the_other_side_reads() {
    let waker = CountingWaker::new();
    let (mut near, mut far) = duplex(10);
    assert!(matches!(waker.poll(&mut near.close()), Poll::Ready(Ok(()))));
    assert!(matches!(waker.poll(&mut far.read(&mut [0])), Poll::Ready(Ok(0))));
}

#[test]
fn the_line_that_waits_is_the_one_that_reads() {
    let runtime = crate::Runtime::new().unwrap();
    let (_near, mut far) = duplex(1);
    let line = line!() + 1;
    let task = runtime.spawn(async move { far.read(&mut [0]).await.map(drop) });
    runtime.block_on(crate::yield_now());
    let dump = runtime.dump().to_string();
    let expected = format!("read at {}:{line}", file!());
    assert!(
        dump.contains("read") && dump.contains(&format!("{}:{line}", file!())),
        "{expected} in\n{dump}"
    );
    task.abort();
}
