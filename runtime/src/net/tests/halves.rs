use std::io::{Read, Write};

use super::{fill, pair, run, std_pair};
use crate::io::{AsyncReadExt, AsyncWriteExt};
use crate::testing::{CountingWaker, until};
use crate::{dump, spawn};

#[test]
fn one_task_reads_while_another_writes() {
    run(async {
        let (near, far) = pair().await;
        let sent: Vec<u8> = (0..1_000_000u32).map(|n| n as u8).collect();
        let (mut read, mut write) = near.into_split();
        let sending = sent.clone();
        let writer = spawn(async move { write.write_all(&sending).await.unwrap() });
        let (mut far_read, mut far_write) = far.into_split();
        let echo = spawn(async move { crate::io::copy(&mut far_read, &mut far_write).await });
        let mut heard = Vec::new();
        read.read_to_end(&mut heard).await.unwrap();
        writer.await.unwrap();
        echo.await.unwrap().unwrap();
        assert!(heard == sent);
    });
}

#[test]
fn each_half_keeps_a_waker_of_its_own() {
    run(async {
        let (near, mut far) = std_pair();
        let (reader, writer) = (CountingWaker::new(), CountingWaker::new());
        let (mut read, write) = near.into_split();
        let mut buf = [0; 1];
        let mut reading = read.read(&mut buf);
        assert!(reader.poll(&mut reading).is_pending());
        let taken = fill(write.stream(), &writer);
        far.read_exact(&mut vec![0; taken]).unwrap();
        until(|| writer.wakes() == 1).await;
        assert_eq!(reader.wakes(), 0);
        far.write_all(b"x").unwrap();
        until(|| reader.wakes() == 1).await;
        assert!(reader.poll(&mut reading).is_ready());
    });
}

#[test]
fn dropping_the_write_half_ends_its_direction_and_no_other() {
    run(async {
        let (near, mut far) = pair().await;
        let (mut read, mut write) = near.into_split();
        write.write_all(b"bye").await.unwrap();
        drop(write);
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"bye");
        far.write_all(b"ok").await.unwrap();
        read.read_exact(&mut [0; 2]).await.unwrap();
    });
}

#[test]
fn the_connection_is_closed_when_both_halves_are_dropped() {
    run(async {
        let (near, mut far) = pair().await;
        let (read, write) = near.into_split();
        drop(read);
        assert_eq!(dump().sources, 2);
        drop(write);
        assert_eq!(dump().sources, 1);
        assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 0);
    });
}

#[test]
fn closing_a_half_of_a_connection_that_is_reset_is_no_error() {
    run(async {
        let (near, far) = std_pair();
        let (mut read, mut write) = near.into_split();
        super::reset(far);
        assert!(read.read(&mut [0; 1]).await.is_err());
        write.close().await.unwrap();
    });
}
