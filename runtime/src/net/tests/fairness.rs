use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use super::{pair, run, std_pair};
use crate::io::{AsyncReadExt, AsyncWriteExt};
use crate::net::{TcpListener, UdpSocket};
use crate::observe::{Direction, Event};
use crate::testing::{CountingWaker, Facts, until};
use crate::time::sleep;
use crate::{spawn, yield_now};

#[test]
fn a_socket_that_always_has_data_does_not_starve_the_others() {
    let writer = run(async {
        let (mut near, mut far) = std_pair();
        let writer = thread::spawn(move || while far.write_all(&[1; 65536]).is_ok() {});
        let heard = Rc::new(Cell::new(0));
        let counting = heard.clone();
        // One byte at a time: the socket is never drained.
        let reader = spawn(async move {
            let mut byte = [0; 1];
            loop {
                near.read_exact(&mut byte).await.unwrap();
                counting.set(counting.get() + 1);
            }
        });
        until(|| heard.get() > 0).await;
        let (mut here, mut there) = pair().await;
        for _ in 0..20 {
            yield_now().await;
            sleep(Duration::from_micros(1)).await;
            here.write_all(b"x").await.unwrap();
            there.read_exact(&mut [0; 1]).await.unwrap();
        }
        reader.abort();
        reader.await.unwrap_err();
        writer
    });
    writer.join().unwrap();
}

#[test]
fn an_event_of_a_socket_that_is_dropped_does_not_touch_the_next_in_its_place() {
    let (rt, facts) = Facts::runtime();
    rt.block_on(async {
        let waker = CountingWaker::new();
        let (mut first, mut far) = std_pair();
        assert!(waker.poll(&mut first.read(&mut [0])).is_pending());
        far.write_all(b"for the first").unwrap();
        // The event waits in the system while the place gets its next tenant.
        drop(first);
        let (mut second, _other) = std_pair();
        assert!(waker.poll(&mut second.read(&mut [0])).is_pending());
        facts.clear();
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        udp.send_to(b"x", udp.local_addr().unwrap()).await.unwrap();
        udp.recv(&mut [0]).await.unwrap();
        assert_eq!(waker.wakes(), 0);
        let read =
            |event: &Event| matches!(event, Event::SourceReady { direction: Direction::Read, .. });
        assert_eq!(facts.count(read), 1, "the message, and nothing else");
    });
}

#[test]
fn an_accept_loop_with_many_waiting_connections_lets_others_run() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clients: Vec<_> =
            (0..100).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
        let accepted = Rc::new(Cell::new(0));
        let counting = accepted.clone();
        let server = spawn(async move {
            let mut streams = Vec::new();
            loop {
                streams.push(listener.accept().await.unwrap());
                counting.set(streams.len());
            }
        });
        until(|| accepted.get() == clients.len()).await;
        server.abort();
    });
}
