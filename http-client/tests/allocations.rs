//! Does a response cost more memory when it comes in small pieces? All allocations of the thread are counted, which is why
//! this is a program of its own.
//!
//! Client and server are tasks of one runtime. The server waits after each piece until the client has looked at it.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use http_client::tls::{Identity, TlsStream};
use http_client::{Client, Response};
use runtime::Runtime;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpListener;

/// How many allocations there were, and how many bytes they had.
type Cost = (u64, u64);

/// What one request and its answer cost, both sides and the runtime, if the answer comes in pieces of `step` bytes and
/// `read` reads its body.
fn cost(answer: &str, step: usize, read: impl AsyncFn(&mut Response)) -> Cost {
    let mut polls = 0;
    // The first runtime of a process makes its mailbox, which is there from then on.
    drop(Runtime::new());
    let measured = allocation_counter::measure(|| polls = ask(answer, step, read));
    assert!(polls > answer.len().div_ceil(step), "each piece came alone: {polls} polls");
    (measured.count_total, measured.bytes_total)
}

/// Asks, and says how often the client was polled.
fn ask(answer: &str, step: usize, read: impl AsyncFn(&mut Response)) -> usize {
    let polls = Cell::new(0);
    Runtime::new().unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let client = async {
            let mut response = Client::new().get(&url).send().await.unwrap();
            read(&mut response).await;
        };
        let mut client = pin!(client);
        let counted = poll_fn(|cx| {
            polls.set(polls.get() + 1);
            client.as_mut().poll(cx)
        });
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut request, mut length) = ([0; 1024], 0);
            while !request[..length].ends_with(b"\r\n\r\n") {
                length += stream.read(&mut request[length..]).await.unwrap();
            }
            for piece in answer.as_bytes().chunks(step) {
                let before = polls.get();
                stream.write_all(piece).await.unwrap();
                while polls.get() == before {
                    runtime::yield_now().await;
                }
            }
        };
        runtime::join(counted, server).await;
    });
    polls.get()
}

/// Looks at the body piece by piece.
async fn look(response: &mut Response) {
    while response.chunk().await.unwrap().is_some() {}
}

fn with_length(fields: &str, length: usize) -> String {
    format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {length}\r\n\r\n{}", "x".repeat(length))
}

fn in_chunks(chunks: usize) -> String {
    let chunks = "5;a=b\r\nhello\r\n".repeat(chunks);
    format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\nT: v\r\nU: w\r\n\r\n"
    )
}

#[test]
fn a_response_in_many_pieces_allocates_exactly_what_a_whole_one_does() {
    let many_fields = "Name: value\r\nFold: a\r\n b\r\n".repeat(45);
    for answer in [
        with_length("", 3),
        with_length(&many_fields, 2000),
        format!(
            "{}{}",
            "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n".repeat(9),
            with_length("", 0)
        ),
        in_chunks(1),
        in_chunks(200),
        "HTTP/1.1 302 Found\r\nX: y\r\n\r\nuntil the end".into(),
    ] {
        let whole = cost(&answer, answer.len(), look);
        for step in [1, 2, 7, 100] {
            assert_eq!(cost(&answer, step, look), whole, "in pieces of {step}: {answer:.80}");
        }
    }
}

/// The most memory in use at one time while so many requests wait for their answers, both sides and the runtime.
fn most_in_use(requests: usize) -> u64 {
    let measured = allocation_counter::measure(|| {
        Runtime::new().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/", listener.local_addr().unwrap());
            let client = Client::new();
            let ask = || async {
                let mut response = client.get(&url).send().await.unwrap();
                look(&mut response).await;
            };
            let mut waiting: Vec<_> = (0..requests).map(|_| Box::pin(ask())).collect();
            let clients = poll_fn(|cx| {
                waiting.retain_mut(|request| request.as_mut().poll(cx).is_pending());
                if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
            });
            let server = async {
                let mut streams = Vec::new();
                for _ in 0..requests {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    let (mut request, mut length) = ([0; 1024], 0);
                    while !request[..length].ends_with(b"\r\n\r\n") {
                        length += stream.read(&mut request[length..]).await.unwrap();
                    }
                    streams.push(stream);
                }
                for stream in &mut streams {
                    stream.write_all(with_length("", 3).as_bytes()).await.unwrap();
                }
            };
            runtime::join(clients, server).await;
        });
    });
    measured.bytes_max
}

#[test]
fn a_request_that_waits_for_its_answer_takes_less_than_8_kib() {
    let (few, many) = (most_in_use(10), most_in_use(60));
    assert!((many - few) / 50 < 8 * 1024, "{few} and {many} bytes");
}

/// What a TLS connection that lies idle keeps after an answer with a body of this length. The server has a thread of its
/// own, which is not counted.
fn kept_idle(length: usize) -> i64 {
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".into()]).unwrap();
    let (pem, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let identity = Identity::from_pem(&pem, &key).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        Runtime::new().unwrap().block_on(async {
            let (stream, _) = TcpListener::from_std(listener).unwrap().accept().await.unwrap();
            let mut stream = TlsStream::accept(stream, &identity).await.unwrap();
            stream.read(&mut [0; 1024]).await.unwrap();
            stream.write_all(with_length("", length).as_bytes()).await.unwrap();
            // Until the client leaves.
            let _ = stream.read(&mut [0]).await;
        });
    });
    let (runtime, mut client) = (Runtime::new().unwrap(), None);
    let measured = allocation_counter::measure(|| {
        let client = client.insert(Client::builder().ca_pem(&pem).unwrap().build());
        runtime.block_on(async { look(&mut client.get(&url).send().await.unwrap()).await });
    });
    drop((client, runtime));
    server.join().unwrap();
    measured.bytes_current
}

#[test]
fn an_idle_tls_connection_keeps_no_room_for_a_large_body() {
    let (small, large) = (kept_idle(3), kept_idle(1_000_000));
    assert!(large - small < 4 * 1024, "{small} and {large} bytes");
}

#[test]
fn a_body_of_known_length_is_collected_in_one_allocation() {
    let collect = async |response: &mut Response| {
        assert_eq!(response.bytes().await.unwrap().len(), 5000);
    };
    let answer = with_length("", 5000);
    let looked_at = cost(&answer, answer.len(), look);
    for step in [1, 100, answer.len()] {
        let (allocations, bytes) = cost(&answer, step, collect);
        assert_eq!((allocations, bytes), (looked_at.0 + 1, looked_at.1 + 5000), "{step}");
    }
}

/// The length is not known, so the memory for it doubles; and so it does for a head, which is kept until its end is there.
#[test]
fn what_must_be_kept_grows_by_doubling_whatever_the_pieces() {
    let collect = async |response: &mut Response| {
        assert_eq!(response.bytes().await.unwrap().len(), 5000);
    };
    let answer = in_chunks(1000);
    let doublings = u64::from(5000_u32.ilog2());
    assert!(cost(&answer, 1, collect).0 <= cost(&answer, 1, look).0 + doublings + 1);

    let answer = with_length(&format!("Long: {}\r\n", "y".repeat(30_000)), 3);
    let whole = cost(&answer, answer.len(), look);
    let pieces = cost(&answer, 10, look);
    assert!(pieces.0 <= whole.0 + 3, "{pieces:?}, not {whole:?}");
}
