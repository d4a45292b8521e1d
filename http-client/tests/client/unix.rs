//! Connections over a Unix socket instead of TCP: everything else is the same.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use http_client::tls::{Identity, TlsStream};
use http_client::{Client, Kind, Phase};
use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use runtime::net::{UnixListener, UnixStream};
use runtime::spawn;

use crate::certificate::Authority;
use crate::run::{error_of, get, run};

/// A path that nobody else uses, and nothing is left of.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let path = format!("onethread-{}-{name}.sock", std::process::id());
        Place(std::env::temp_dir().join(path))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Answers each request with its own head, so often.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, times: usize) {
    for _ in 0..times {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).await.unwrap() == 0 {
                return;
            }
            head.extend(byte);
        }
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", head.len());
        stream.write_all(&[answer.into_bytes(), head].concat()).await.unwrap();
        stream.flush().await.unwrap();
    }
}

/// Accepts connections on `path`, and says for each one what to do with it.
fn listen<F: Future<Output = ()> + 'static>(path: &Path, each: impl Fn(UnixStream) -> F + 'static) {
    let listener = UnixListener::bind(path).unwrap();
    drop(spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(spawn(each(stream)));
        }
    }));
}

#[test]
fn all_requests_go_to_the_socket_whatever_their_host() {
    let place = Place::new("plain");
    run(async {
        listen(&place.0, |stream| serve(stream, 2));
        let client = Client::builder().unix_socket(&place.0).build();
        for host in ["localhost", "h.test:81"] {
            for path in ["/a", "/b", "/c"] {
                let head = get(&client, &format!("http://{host}{path}")).await.unwrap();
                let begins = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
                assert!(head.starts_with(&begins), "{head}");
            }
        }
        // Each connection serves two requests, so the third finds its own closed.
    });
}

#[test]
fn tls_goes_over_a_unix_socket_too() {
    let place = Place::new("tls");
    let authority = Authority::new();
    let (chain, key) = authority.pem("h.test");
    let identity = Rc::new(Identity::from_pem(&chain, &key).unwrap());
    run(async {
        listen(&place.0, move |stream| {
            let identity = identity.clone();
            async move {
                if let Ok(stream) = TlsStream::accept(stream, &identity).await {
                    serve(stream, 2).await;
                }
            }
        });
        let client = authority.client(|builder| builder.unix_socket(&place.0));
        for path in ["/a", "/b"] {
            let head = get(&client, &format!("https://h.test{path}")).await.unwrap();
            assert!(head.starts_with(&format!("GET {path} ")), "{head}");
        }
        let error = error_of(get(&client, "https://other.test/").await);
        assert_eq!((error.kind(), error.phase()), (Kind::Tls, Phase::Handshake));
    });
}

#[test]
fn a_socket_that_nobody_listens_on_is_an_error_that_names_it() {
    let place = Place::new("deaf");
    let path = place.0.display();
    let client = Client::builder().unix_socket(&place.0).build();
    let hint = "is the server running, and on this socket?";
    let error = error_of(run(get(&client, "http://localhost/")));
    assert_eq!((error.kind(), error.phase()), (Kind::Connect, Phase::Connect));
    assert_eq!(error.cause(), format!("{path}: no such file or directory: {hint}"));

    drop(std::os::unix::net::UnixListener::bind(&place.0).unwrap());
    let error = error_of(run(get(&client, "http://localhost/")));
    assert_eq!(error.cause(), format!("{path}: connection refused: {hint}"));
}
