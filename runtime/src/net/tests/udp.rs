use std::io::ErrorKind;
use std::task::Poll;

use super::run;
use crate::dump;
use crate::net::UdpSocket;
use crate::testing::{CountingWaker, until};

async fn two() -> (UdpSocket, UdpSocket) {
    let bind = || UdpSocket::bind("127.0.0.1:0");
    (bind().await.unwrap(), bind().await.unwrap())
}

#[test]
fn a_message_arrives_whole_with_its_sender() {
    run(async {
        let (here, there) = two().await;
        let to = there.local_addr().unwrap();
        assert_eq!(here.send_to(b"one", to).await.unwrap(), 3);
        assert_eq!(here.send_to(b"", to).await.unwrap(), 0);
        assert_eq!(here.send_to(b"three", to).await.unwrap(), 5);
        let mut buf = [0; 16];
        for said in ["one", "", "three"] {
            let (length, from) = there.recv_from(&mut buf).await.unwrap();
            assert_eq!((&buf[..length], from), (said.as_bytes(), here.local_addr().unwrap()));
        }
    });
}

#[test]
fn what_does_not_fit_into_the_buffer_is_lost() {
    run(async {
        let (here, there) = two().await;
        let to = there.local_addr().unwrap();
        here.send_to(b"long", to).await.unwrap();
        here.send_to(b"x", to).await.unwrap();
        let mut buf = [0; 2];
        assert_eq!((there.recv(&mut buf).await.unwrap(), &buf), (2, b"lo"));
        assert_eq!(there.recv(&mut buf).await.unwrap(), 1);
    });
}

#[test]
fn a_connected_socket_hears_its_peer_alone() {
    run(async {
        let (here, there) = two().await;
        let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        here.connect(there.local_addr().unwrap()).await.unwrap();
        assert_eq!(here.peer_addr().unwrap(), there.local_addr().unwrap());
        stranger.send_to(b"spam", here.local_addr().unwrap()).await.unwrap();
        here.send(b"ping").await.unwrap();
        let mut buf = [0; 16];
        let (_, from) = there.recv_from(&mut buf).await.unwrap();
        there.send_to(b"pong", from).await.unwrap();
        let length = here.recv(&mut buf).await.unwrap();
        assert_eq!(&buf[..length], b"pong");
    });
}

#[test]
fn sending_without_a_peer_is_an_error() {
    run(async {
        let (here, _there) = two().await;
        assert!(here.peer_addr().is_err());
        assert!(here.send(b"x").await.is_err());
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_refused_message_is_an_error_once_and_the_socket_waits_again() {
    run(async {
        let (here, there) = two().await;
        here.connect(there.local_addr().unwrap()).await.unwrap();
        drop(there);
        here.send(b"x").await.unwrap();
        let mut buf = [0; 1];
        assert_eq!(here.recv(&mut buf).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        let waker = CountingWaker::new();
        assert!(waker.poll(&mut Box::pin(here.recv(&mut buf))).is_pending());
    });
}

#[test]
fn a_dropped_receive_takes_no_message_along() {
    run(async {
        let (here, there) = two().await;
        let waker = CountingWaker::new();
        let mut buf = [0; 4];
        {
            let mut receiving = Box::pin(there.recv(&mut buf));
            assert!(waker.poll(&mut receiving).is_pending());
            here.send_to(b"x", there.local_addr().unwrap()).await.unwrap();
            until(|| waker.wakes() == 1).await;
        }
        let Poll::Ready(length) = waker.poll(&mut Box::pin(there.recv(&mut buf))) else {
            panic!("the message is gone")
        };
        assert_eq!(length.unwrap(), 1);
        drop((here, there));
        assert_eq!((dump().sources, waker.clones()), (0, 0));
    });
}

#[test]
fn the_latest_to_wait_for_a_message_is_woken() {
    run(async {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let (here, there) = two().await;
        for waker in [&first, &second] {
            assert!(waker.poll(&mut Box::pin(there.recv(&mut [0]))).is_pending());
        }
        here.send_to(b"x", there.local_addr().unwrap()).await.unwrap();
        until(|| second.wakes() == 1).await;
        assert_eq!((first.wakes(), first.clones()), (0, 0));
    });
}
