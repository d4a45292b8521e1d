use std::io::{ErrorKind, Write};

use super::{run, std_pair};
use crate::Runtime;
use crate::io::{AsyncReadExt, AsyncWriteExt};
use crate::net::{TcpListener, TcpStream, UdpSocket};
use crate::testing::{CountingWaker, panic_of};

#[test]
fn making_a_socket_outside_a_runtime_panics_and_names_the_rule() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let stream = std::net::TcpStream::connect(address).unwrap();
    let waker = CountingWaker::new();
    let said = [
        panic_of(|| TcpStream::from_std(stream)),
        panic_of(|| waker.poll(&mut Box::pin(TcpStream::connect(address)))),
        panic_of(|| waker.poll(&mut Box::pin(TcpListener::bind("127.0.0.1:0")))),
        panic_of(|| waker.poll(&mut Box::pin(UdpSocket::bind("127.0.0.1:0")))),
        panic_of(|| waker.poll(&mut Box::pin(TcpStream::connect("localhost:80")))),
    ];
    for said in said {
        assert!(said.contains("outside a runtime"), "{said}");
        assert!(said.contains("(the book, chapter "), "{said}");
    }
}

#[test]
fn waiting_for_a_socket_outside_its_runtime_panics_and_names_the_rule() {
    let rt = Runtime::new().unwrap();
    let (mut near, _far) = rt.block_on(async { std_pair() });
    let waker = CountingWaker::new();
    let said = panic_of(|| waker.poll(&mut near.read(&mut [0])));
    assert!(said.contains("outside its runtime"), "{said}");
    assert!(said.contains("(the book, chapter 08)"), "{said}");
}

#[test]
fn waiting_for_a_socket_inside_another_runtime_panics_and_names_the_rule() {
    let (mine, other) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let (mut near, mut far) = mine.block_on(async { std_pair() });
    let said = panic_of(|| other.block_on(near.read(&mut [0])));
    assert!(said.contains("outside its runtime"), "{said}");
    // It still works where it belongs.
    far.write_all(b"x").unwrap();
    assert_eq!(mine.block_on(near.read(&mut [0])).unwrap(), 1);
}

#[test]
fn a_socket_whose_runtime_is_gone_is_an_error_and_not_a_hang() {
    let (mut near, _far) = run(async { std_pair() });
    let error = run(near.read(&mut [0])).unwrap_err();
    assert!(error.to_string().contains("runtime this socket belongs to was dropped"), "{error}");
    assert_eq!(run(near.write(b"x")).unwrap_err().kind(), ErrorKind::Other);
}
