use std::io::ErrorKind;
use std::net::SocketAddr;

use super::{Deaf, pair, run};
use crate::net::{TcpListener, TcpStream, lookup_host};
use crate::testing::{CountingWaker, until};
use crate::{dump, spawn, yield_now};
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

#[test]
fn connecting_where_nobody_listens_is_refused() {
    let deaf = Deaf::new();
    let error = run(TcpStream::connect(deaf.address())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn if_the_first_address_refuses_the_second_is_tried() {
    let deaf = Deaf::new();
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        let stream = TcpStream::connect(vec![deaf.address(), good]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), good);
        assert_eq!(dump().sources, 2);
    });
}

#[test]
fn if_all_addresses_refuse_the_error_names_each() {
    let (one, other) = (Deaf::new(), Deaf::new());
    let error = run(TcpStream::connect(vec![one.address(), other.address()])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    for address in [one.address(), other.address()] {
        assert!(error.to_string().contains(&format!("{address}: ")), "{error}");
    }
}

#[test]
fn no_address_at_all_is_an_error_and_not_a_connection() {
    let none: Vec<SocketAddr> = Vec::new();
    run(async {
        let error = TcpStream::connect(none.clone()).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no address to connect to");
        let error = TcpListener::bind(none).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no address to listen on");
    });
}

#[test]
fn dropping_a_connect_half_way_leaves_nothing_behind() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let waker = CountingWaker::new();
        {
            let mut connecting = pin!(TcpStream::connect(listener.local_addr().unwrap()));
            assert!(waker.poll(&mut connecting).is_pending());
            assert_eq!((dump().sources, waker.clones()), (2, 1));
        }
        assert_eq!((dump().sources, waker.clones()), (1, 0));
    });
}

#[test]
fn a_listener_of_the_standard_library_with_a_client_in_its_queue_is_taken_over() {
    run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let early = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_, from) = TcpListener::from_std(listener).unwrap().accept().await.unwrap();
        assert_eq!(from, early.local_addr().unwrap());
    });
}

#[test]
fn a_port_that_is_taken_cannot_be_listened_on() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = TcpListener::bind(listener.local_addr().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
    });
}

#[test]
fn both_ends_know_each_other_s_address() {
    run(async {
        let (near, far) = pair().await;
        assert_eq!(near.peer_addr().unwrap(), far.local_addr().unwrap());
        assert_eq!(near.local_addr().unwrap(), far.peer_addr().unwrap());
    });
}

#[test]
fn nodelay_reaches_the_socket() {
    run(async {
        let (near, _far) = pair().await;
        near.set_nodelay(true).unwrap();
        assert!(near.source.get().nodelay().unwrap());
        near.set_nodelay(false).unwrap();
        assert!(!near.source.get().nodelay().unwrap());
    });
}

#[test]
fn a_host_name_is_connected_to_by_its_addresses() {
    run(async {
        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        assert!(address.ip().is_loopback());
        // `localhost` may be ::1 as well, where nobody listens: the next address is tried.
        let stream = TcpStream::connect(("localhost", address.port())).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
    });
}

#[test]
fn others_run_while_an_unknown_host_is_looked_up() {
    run(async {
        let seen = Rc::new(Cell::new(0));
        let watch = seen.clone();
        let watcher = spawn(async move {
            loop {
                watch.set(watch.get().max(dump().helpers));
                yield_now().await;
            }
        });
        let error = lookup_host("nohost.invalid:80").await.unwrap_err().to_string();
        assert!(error.starts_with("cannot look up nohost.invalid: "), "{error}");
        assert_eq!(seen.get(), 1);
        watcher.abort();
    });
}

#[test]
fn dropping_a_lookup_stops_waiting_for_it() {
    run(async {
        let waker = CountingWaker::new();
        {
            let mut found = pin!(lookup_host("nohost.invalid:80"));
            assert!(waker.poll(&mut found).is_pending());
            until(|| dump().helpers == 1).await;
        }
        yield_now().await;
        assert_eq!((dump().helpers, dump().tasks.len()), (0, 1));
    });
}

#[test]
fn the_latest_to_wait_for_a_connection_is_woken() {
    run(async {
        let (first, second) = (CountingWaker::new(), CountingWaker::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        for waker in [&first, &second] {
            assert!(waker.poll(&mut pin!(listener.accept())).is_pending());
        }
        assert_eq!((first.clones(), second.clones()), (0, 1));
        let address = listener.local_addr().unwrap();
        let mut connecting = pin!(TcpStream::connect(address));
        for waker in [&first, &second] {
            assert!(waker.poll(&mut connecting).is_pending());
        }
        until(|| second.wakes() == 2).await;
        assert_eq!(first.wakes(), 0);
        assert!(second.poll(&mut connecting).is_ready());
        assert!(second.poll(&mut pin!(listener.accept())).is_ready());
    });
}

#[test]
fn a_name_that_is_looked_up_is_waited_for_at_the_line_of_the_program() {
    run(async {
        let line = line!() + 1;
        let connecting = spawn(async { TcpStream::connect("nohost.invalid:80").await.map(drop) });
        until(|| dump().helpers == 1).await;
        let row = dump().tasks[1].clone();
        let wait = row.wait.map(|wait| (wait.what, wait.at.file(), wait.at.line()));
        assert_eq!((wait, row.more), (Some(("name lookup", file!(), line)), 0));
        assert!(connecting.await.unwrap().is_err());
    });
}
